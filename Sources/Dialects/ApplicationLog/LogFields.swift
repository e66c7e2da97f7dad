/// The `key=value` pairs of a line (logfmt, as logrus and klog write it), quoted values unquoted.
struct LogFields {
    private var values: [String: String] = [:]

    /// More than a line of these has; the rest is not looked at.
    private static let maximumFields = 64

    init(_ line: ArraySlice<UInt8>) {
        var rest = line.prefix(64 << 10)
        var count = 0
        while count < Self.maximumFields, let start = rest.firstIndex(where: { $0 > 32 }) {
            rest = rest[start...]
            let key = rest.prefix { $0 > 32 && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "\"") }
            guard key.endIndex < rest.endIndex, rest[key.endIndex] == UInt8(ascii: "="), !key.isEmpty else {
                // A word by itself, or text in quotes.
                rest = rest[key.endIndex...].dropFirst()
                continue
            }
            count += 1
            let (value, end) = Self.value(rest[(key.endIndex + 1)...])
            let name = String(decoding: key, as: UTF8.self)
            if values[name] == nil { values[name] = value }
            rest = rest[end...]
        }
    }

    init(_ values: [String: String]) { self.values = values }

    subscript(name: String) -> String? { values[name] }

    private static func value(_ text: ArraySlice<UInt8>) -> (String, Int) {
        guard text.first == UInt8(ascii: "\"") else {
            let word = text.prefix { $0 > 32 }
            return (String(decoding: word, as: UTF8.self), word.endIndex)
        }
        let bytes = Array(text)
        let (value, length) = unsafe bytes.withUnsafeBytes { buffer in
            let (value, end) = unsafe GoQuoted.read(buffer, from: 1)
            return (value, end ?? buffer.count)
        }
        return (value, text.startIndex + length)
    }
}
