/// A request target taken apart: path and query, percent-decoded (RFC 3986, section 3.4; `+` is a space in queries).
struct Query {
    /// The path, decoded.
    let path: String
    /// The query as it was sent, without `?`; nil where there is none.
    let text: String?

    init(of target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = Self.decode(parts[0], plusIsSpace: false)
        text = parts.count > 1 ? String(parts[1]) : nil
    }

    /// A query or form body.
    init(form: String) {
        path = ""
        text = form
    }

    /// The values of a parameter, in order, decoded.
    func values(_ name: String) -> [String] {
        pairs.compactMap { $0.0 == name ? $0.1 : nil }
    }

    /// The first value of a parameter.
    func value(_ name: String) -> String? { values(name).first }

    private var pairs: [(String, String)] {
        guard let text else { return [] }
        return text.split(separator: "&").prefix(1_000).map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                Self.decode(parts[0], plusIsSpace: true),
                parts.count > 1 ? Self.decode(parts[1], plusIsSpace: true) : ""
            )
        }
    }

    /// Percent-decodes; a broken escape stays as written.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
