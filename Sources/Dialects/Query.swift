/// A request target taken apart: path and query, percent-decoded (RFC 3986, section 3.4; `+` is a space in queries).
struct Query {
    /// The path, decoded.
    let path: String
    /// The query as it was sent, without `?`; nil where there is none.
    let text: String?
    /// A form in the request's body.
    private var form: String?
    /// The parameters, where they were read before.
    private var items: [QueryItem]?

    init(of target: String) {
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        path = Self.decode(mark.map { target[..<$0] } ?? target[...], plusIsSpace: false)
        text = mark.map { String(target[target.utf8.index(after: $0)...]) }
    }

    /// A target whose parameters were read at the gate.
    init(of target: String, items: [QueryItem]) {
        self.init(of: target)
        self.items = items
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
        var values: [String] = []
        forEach(name) {
            values.append($0)
            return true
        }
        return values
    }

    /// The first value of a parameter.
    func value(_ name: String) -> String? {
        var first: String?
        forEach(name) {
            first = $0
            return false
        }
        return first
    }

    /// Lends the values of a parameter, until no more are wanted.
    private func forEach(_ name: String, _ body: (String) -> Bool) {
        if let items {
            for item in items where item.name == name { guard body(item.value) else { return } }
            return
        }
        for text in [form, text] {
            guard let text, Self.forEach(name, in: text, body) else { continue }
            return
        }
    }

    /// - Returns: whether no more are wanted.
    private static func forEach(_ name: String, in text: String, _ body: (String) -> Bool) -> Bool {
        var rest = text.utf8[...]
        var pairs = 0
        while pairs < 1_000, !rest.isEmpty {
            let pair = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest[pair.endIndex...].dropFirst()
            guard !pair.isEmpty else { continue }
            pairs += 1
            let key = pair.prefix { $0 != UInt8(ascii: "=") }
            let isMeant =
                isEscaped(key) ? decode(Substring(key), plusIsSpace: true) == name : key.elementsEqual(name.utf8)
            let value = Substring(pair[key.endIndex...].dropFirst())
            if isMeant, !body(decode(value, plusIsSpace: true)) { return true }
        }
        return false
    }

    private static func isEscaped(_ text: some Sequence<UInt8>) -> Bool {
        text.contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }
    }

    /// The target without scheme and host, as a proxy's clients may send them (RFC 9112, section 3.2.2).
    static func originForm(_ target: String) -> String {
        guard target.utf8.first != UInt8(ascii: "/"), let scheme = target.firstIndex(of: ":"),
            target[scheme...].hasPrefix("://")
        else {
            return target
        }
        let rest = target[target.index(scheme, offsetBy: 3)...]
        return rest.firstIndex { $0 == "/" || $0 == "?" }.map { String(rest[$0...]) } ?? "/"
    }

    /// The segments of a decoded path, as they are meant: none empty, and no `.` or `..`, which gateways clean away before
    /// they pass a request on.
    static func segments(of path: String) -> [Substring] {
        var parts: [Substring] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        return parts
    }

    /// Percent-decodes; a broken escape stays as written.
    static func decode(_ text: Substring, plusIsSpace: Bool) -> String {
        guard isEscaped(text.utf8) else { return String(text) }
        let written = Array(text.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(written.count)
        var index = 0
        while index < written.count {
            let byte = written[index]
            if byte == UInt8(ascii: "%"), index + 2 < written.count, let high = PercentCoding.digit(written[index + 1]),
                let low = PercentCoding.digit(written[index + 2])
            {
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
