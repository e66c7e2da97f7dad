/// What a Connection field asks for (RFC 9110, section 7.6.1).
struct ConnectionOptions: Sendable {
    private(set) var closes = false
    private(set) var keepsAlive = false

    /// Reads one field's value; gives the place of an option that names an end-to-end field.
    ///
    /// Whoever obeys such an option drops the field, whoever does not reads it: two readings.
    mutating func add(_ value: Range<Int>, in bytes: Span<UInt8>) -> Int? {
        var start = value.lowerBound
        while start <= value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            let option = bytes.trimmingBlanks(start..<end)
            if bytes.isEqual(option, toLowercase: "close") {
                closes = true
            } else if bytes.isEqual(option, toLowercase: "keep-alive") {
                keepsAlive = true
            } else if !option.isEmpty, !Self.isHopByHop(option, in: bytes) {
                return option.lowerBound
            }
            start = end + 1
        }
        return nil
    }

    /// Whether the connection goes on after the message, by its version and these options.
    func persists(minorVersion: Int) -> Bool { !closes && (minorVersion == 1 || keepsAlive) }

    private static func isHopByHop(_ option: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        bytes.isEqual(option, toLowercase: "upgrade") || bytes.isEqual(option, toLowercase: "te")
            || bytes.isEqual(option, toLowercase: "trailer")
            || bytes.isEqual(option, toLowercase: "http2-settings")
            || bytes.isEqual(option, toLowercase: "proxy-connection")
    }
}
