internal import Intake
internal import Sigma

extension DocumentReading {
    /// A length of time, `90s`, `10m`, `12h` or `7d`; nil after complaining.
    mutating func duration(_ member: Attribute.Member) -> Duration? {
        guard let text = text(member) else { return nil }
        if let seconds = Timespan.seconds(text) { return .seconds(seconds) }
        error("'\(text)' is no length of time", member.value.place, hint: "such as 90s, 10m, 12h or 7d")
        return nil
    }

    /// A size between a mebibyte and a pebibyte; nil after complaining.
    mutating func largeSize(_ member: Attribute.Member) -> Int? {
        guard let text = text(member) else { return nil }
        let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)]
        for (unit, shift) in units where text.hasSuffix(unit) {
            if let number = Int(text.dropLast(3)), (1...(1 << 20)).contains(number) {
                let size = number << shift
                if (1 << 20...1 << 50).contains(size) { return size }
            }
        }
        error("'\(text)' is no size between 1 MiB and 1024 TiB", member.value.place, hint: "such as 100MiB or 10GiB")
        return nil
    }

    /// A count of at least one; nil after complaining.
    mutating func count(_ member: Attribute.Member) -> Int? {
        guard let text = text(member) else { return nil }
        if let number = Int(text), (1...10_000).contains(number) { return number }
        error("'\(member.key)' is no number between 1 and 10000", member.value.place)
        return nil
    }

    /// Texts of which there must be one at least.
    mutating func someTexts(_ member: Attribute.Member) -> [String] {
        let found = texts(member)
        if found.isEmpty { error("'\(member.key)' names nothing", member.value.place) }
        return found
    }

    /// The name of a kind of log.
    mutating func inputFormat(_ member: Attribute.Member) -> InputFormat? {
        guard let text = text(member) else { return nil }
        if let format = InputFormat(rawValue: text) { return format }
        error(
            "'\(text)' is no format",
            member.value.place,
            hint: "one of " + InputFormat.allCases.map(\.rawValue).joined(separator: ", ")
        )
        return nil
    }

    /// Where something happens: `beginning` or `end`.
    mutating func isBeginning(_ member: Attribute.Member) -> Bool? {
        guard let text = text(member) else { return nil }
        if ["beginning", "end"].contains(text) { return text == "beginning" }
        error("'\(member.key)' is 'beginning' or 'end'", member.value.place)
        return nil
    }

    /// The files of a certificate.
    mutating func tls(_ member: Attribute.Member) -> TLSSettings {
        var tls = TLSSettings()
        for entry in members(member) {
            switch entry.key {
            case "certificate": tls.certificate = text(entry)
            case "key": tls.key = text(entry)
            case "authority": tls.authority = text(entry)
            default: unknown(entry, ["certificate", "key", "authority"])
            }
        }
        if (tls.certificate == nil) != (tls.key == nil) {
            error("'certificate' and 'key' belong together", member.place)
        }
        return tls
    }
}
