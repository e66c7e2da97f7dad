internal import Deployments

/// The times that access logs write, told apart by their shape.
///
/// `23/Nov/2026:23:42:43 +0000` (common log format), `23/Nov/2026:23:42:41.980` (HAProxy, which leaves its zone out: taken
/// as UTC), RFC 3339, and seconds, milliseconds or microseconds since 1970.
enum AccessLogTime {
    /// The time that a text tells; nil where it tells none.
    static func read(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8.prefix(48))
        guard bytes.count >= 2, bytes[0] >= 48, bytes[0] <= 57 else { return nil }
        if bytes.count > 11, bytes[2] == UInt8(ascii: "/"), bytes[6] == UInt8(ascii: "/") { return common(bytes) }
        if bytes.count > 9, bytes[4] == UInt8(ascii: "-") || bytes[4] == UInt8(ascii: "/") { return dated(bytes) }
        return counted(text)
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func common(_ bytes: [UInt8]) -> Timestamp? {
        let name = String(decoding: bytes[3..<6], as: UTF8.self)
        guard bytes.count >= 20, let month = months.firstIndex(of: name).map({ $0 + 1 }) else { return nil }
        let number = month < 10 ? "0\(month)" : "\(month)"
        var time = Array(bytes[7..<11]) + Array("-\(number)-".utf8) + Array(bytes[0..<2]) + Array("T".utf8)
        let clock = bytes[12...].split(separator: 32, maxSplits: 1)
        guard let first = clock.first else { return nil }
        time += first
        time += clock.count > 1 ? Array(clock[1]) : Array("Z".utf8)
        return Timestamp(rfc3339: time)
    }

    /// Dates that begin with their year; one without a zone is taken as UTC, as Go's logs and Python's write them.
    private static func dated(_ bytes: [UInt8]) -> Timestamp? {
        var bytes = bytes
        if bytes[4] == UInt8(ascii: "/"), bytes.count > 7 {
            (bytes[4], bytes[7]) = (UInt8(ascii: "-"), UInt8(ascii: "-"))
        }
        if let time = Timestamp(rfc3339: bytes) { return time }
        // A space before the zone, as Python and gunicorn put it.
        let words = bytes.split(separator: 32)
        if words.count >= 3, let time = Timestamp(rfc3339: Array(words[0]) + [32] + Array(words[1]) + Array(words[2])) {
            return time
        }
        return Timestamp(rfc3339: bytes + Array("Z".utf8))
            ?? (words.count >= 2 ? Timestamp(rfc3339: Array(words[0]) + [32] + Array(words[1]) + Array("Z".utf8)) : nil)
    }

    private static func counted(_ text: String) -> Timestamp? {
        guard let value = Double(text), value.isFinite, value > 0 else { return nil }
        let seconds = value >= 1e17 ? value / 1e9 : value >= 1e14 ? value / 1e6 : value >= 1e11 ? value / 1e3 : value
        return Timestamp(seconds: seconds)
    }
}
