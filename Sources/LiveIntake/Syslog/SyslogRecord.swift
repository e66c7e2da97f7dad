internal import Deployments
internal import Dialects
internal import Foundation

/// A message as it is handed on: with a header of RFC 5424 that names the time and the host, whatever it came with.
enum SyslogRecord {
    /// - Parameters:
    ///   - host: who sent it, where the message does not say.
    ///   - now: when it came.
    ///   - zone: seconds east of UTC, in which times without a zone are taken to be.
    static func bytes(of message: [UInt8], from host: String, at now: Timestamp, zone: Int) -> [UInt8] {
        let header = unsafe message.withUnsafeBytes { unsafe SyslogMessage($0) }
        if header.isStructured, header.host != nil, header.time != nil { return message }
        let time = header.time.map { instant($0, near: now, zone: zone) } ?? now
        let words = [
            "<\(header.priority ?? 13)>1", time.description, header.host.flatMap(word) ?? word(host) ?? "unknown",
            header.program.flatMap(word) ?? "-", header.process.flatMap(word) ?? "-", "-", "-",
        ]
        return Array("\(words.joined(separator: " ")) ".utf8) + message[header.text]
    }

    /// A time without a year is of the one in which it is nearest to now.
    static func instant(_ time: SyslogMessage.Time, near now: Timestamp, zone: Int) -> Timestamp {
        switch time {
        case .instant(let instant): return instant
        case .yearless(let month, let day, let hour, let minute, let second):
            let year = Int(now.description.prefix(4)) ?? 1970
            let candidates = (year - 1...year + 1).compactMap { year -> Timestamp? in
                let numbers = [month, day, hour, minute, second].map { $0 < 10 ? "0\($0)" : "\($0)" }
                let text = "\(year)-\(numbers[0])-\(numbers[1])T\(numbers[2]):\(numbers[3]):\(numbers[4])Z"
                return Timestamp(rfc3339: Array(text.utf8)).map {
                    Timestamp(microseconds: $0.microseconds - Int64(zone) * 1_000_000)
                }
            }
            func distance(_ time: Timestamp) -> Int64 { abs(time.microseconds - now.microseconds) }
            return candidates.min { distance($0) < distance($1) } ?? now
        }
    }

    /// One word, as a header's field must be; nil where nothing of the text can stand in one.
    private static func word(_ text: String) -> String? {
        let word = String(
            text.unicodeScalars.filter { $0.value > 32 && $0.value < 127 }.prefix(255).map(Character.init)
        )
        return word.isEmpty || word == "-" ? nil : word
    }

    /// The machine's own, at that time.
    static func zone(at time: Timestamp) -> Int {
        TimeZone.current.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time.microseconds) / 1_000_000))
    }
}
