/// A name that rotation gives to a log that is no longer written, taken apart.
///
/// logrotate writes `access.log.1`, with `dateext` `access.log-20260131`, with `extension .log` `access.1.log` or
/// `access-20260131.log`; the kubelet `0.log.20260131-235959`; the API server `audit-2026-01-31T23-59-59.000.log`
/// (lumberjack's form); any of them with `.gz` or the like behind it.
struct RotatedName: Equatable {
    /// How old it is among those of the same log.
    enum Age: Equatable {
        /// Counted: the higher, the older.
        case count(Int)
        /// A date as text: the lower, the older.
        case date(String)
    }

    /// The name that it had.
    var base: String
    var age: Age
    var isCompressed: Bool

    private static let compressions = [".gz", ".zst", ".bz2", ".xz", ".lz4"]

    /// Whether `name` is a compressed file's.
    static func isCompressed(_ name: String) -> Bool { compressions.contains { name.hasSuffix($0) } }

    /// Every way in which `name` can be read as a rotated one.
    static func readings(of name: String) -> [Self] {
        let compression = compressions.first { name.hasSuffix($0) }
        let plain = Array(name.utf8.dropLast(compression?.utf8.count ?? 0))
        var found: [Self] = []
        for (index, byte) in plain.enumerated().dropFirst() where isSeparator(byte) {
            let rest = plain[(index + 1)...]
            guard rest.first.map(isDigit) == true else { continue }
            if let age = age(rest) {
                found.append(Self(plain[..<index], age, compression != nil))
            } else if let dot = rest.lastIndex(of: UInt8(ascii: ".")), !isDigit(rest[rest.index(after: dot)...].first),
                let age = age(rest[..<dot]), isCertain(age, behind: byte)
            {
                found.append(Self(plain[..<index] + rest[dot...], age, compression != nil))
            }
        }
        return found
    }

    /// `name` read as a rotated form of `base`; nil where it is none.
    init?(_ name: String, of base: String) {
        guard let reading = Self.readings(of: name).first(where: { $0.base == base }) else { return nil }
        self = reading
    }

    private init(_ base: some Sequence<UInt8>, _ age: Age, _ isCompressed: Bool) {
        self.base = String(decoding: Array(base), as: UTF8.self)
        self.age = age
        self.isCompressed = isCompressed
    }

    /// A date has eight digits and more; a count is short.
    private static func age(_ text: ArraySlice<UInt8>) -> Age? {
        guard text.allSatisfy({ isDigit($0) || isMark($0) }) else { return nil }
        if text.count <= 5, text.allSatisfy(isDigit), let count = Int(String(decoding: text, as: UTF8.self)) {
            return .count(count)
        }
        return text.count(where: isDigit) >= 8 ? .date(String(decoding: text, as: UTF8.self)) : nil
    }

    /// `app-2.log` may well be another log than `app.log`; `app.2.log` and `app-20260131.log` are not.
    private static func isCertain(_ age: Age, behind separator: UInt8) -> Bool {
        if case .date = age { return true }
        return separator == UInt8(ascii: ".")
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { ".-_".utf8.contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isDigit(_ byte: UInt8?) -> Bool { byte.map(isDigit) ?? true }
    private static func isMark(_ byte: UInt8) -> Bool { "-_.:+TZ".utf8.contains(byte) }
}
