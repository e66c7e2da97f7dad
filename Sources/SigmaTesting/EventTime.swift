/// The spelling of a time in an example: a number and a unit from the timeline's beginning, `90s`, `5m`.
enum EventTime {
    private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    /// A hundred years.
    private static let longest: Int64 = 100 * 366 * 86_400

    /// The time in seconds; nil for what is none.
    static func seconds(_ text: String) -> Int64? {
        if text == "0" { return 0 }
        guard let unit = text.last.flatMap({ units[$0] }), text.dropLast().utf8.allSatisfy({ $0 &- 48 < 10 }),
            let number = Int64(text.dropLast())
        else { return nil }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow || seconds > longest ? nil : seconds
    }
}
