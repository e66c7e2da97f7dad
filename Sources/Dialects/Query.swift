/// A request target taken apart: path and query, percent-decoded (RFC 3986, section 3.4; `+` is a space in queries).
struct Query {
    /// The path, decoded.
    let path: String
    /// The query as it was sent, without `?`; nil where there is none.
    let text: String?
    /// A form in the request's body.
    private var form: String?

    init(of target: String) {
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        path = Self.decode(mark.map { target[..<$0] } ?? target[...], plusIsSpace: false)
        text = mark.map { String(target[target.utf8.index(after: $0)...]) }
    }

    /// The same request with a form in its body, whose values come before the query's (Go's `Request.Form`).
    init(_ query: Query, form: String) {
        path = query.path
        text = query.text
        self.form = form
    }

    /// The same path without a query.
    init(path: String) {
        self.path = path
        text = nil
    }

    /// The values of a parameter, in order, decoded.
    func values(_ name: String) -> [String] {
        pairs.compactMap { $0.0 == name ? $0.1 : nil }
    }

    /// The first value of a parameter.
    func value(_ name: String) -> String? { values(name).first }

    private var pairs: [(String, String)] {
        (form.map(Self.pairs) ?? []) + (text.map(Self.pairs) ?? [])
    }

    private static func pairs(_ text: String) -> [(String, String)] {
        text.utf8.split(separator: UInt8(ascii: "&")).prefix(1_000).map { pair in
            let pair = Substring(pair)
            let mark = pair.utf8.firstIndex(of: UInt8(ascii: "="))
            return (
                Self.decode(mark.map { pair[..<$0] } ?? pair, plusIsSpace: true),
                mark.map { Self.decode(pair[pair.utf8.index(after: $0)...], plusIsSpace: true) } ?? ""
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
                rest.first != UInt8(ascii: "+"), rest.first != UInt8(ascii: "-"),
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
