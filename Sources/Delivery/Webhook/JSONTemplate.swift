internal import Deployments
internal import JSON
internal import Sigma

/// A JSON text with `{{ field }}` where an alert's values go.
///
/// Within a string a value becomes part of it; elsewhere it is a JSON value of its own: a string, or what the record has
/// there, `null` where there is nothing. Either way no value can end the string or the value that it stands in.
package struct JSONTemplate: Sendable, Equatable {
    private enum Part: Sendable, Equatable {
        case text([UInt8])
        case value(name: String, isWithinString: Bool)
    }

    private let parts: [Part]

    /// Why a template cannot be used.
    package struct Malformed: Error, Sendable, Equatable, CustomStringConvertible {
        /// What is wrong, with the line.
        package var description: String
    }

    /// Names that an alert has besides its ECS fields.
    package static let names: Set<String> = [
        "alert", "id", "sequence", "time", "level", "rule_id", "title", "sentence", "group", "count",
    ]

    private static let open: [UInt8] = Array("{{".utf8)
    private static let close: [UInt8] = Array("}}".utf8)
    private static let sizeLimit = 256 << 10

    /// Reads a template.
    ///
    /// - Throws: ``Malformed`` for one that would not come out as JSON.
    package init(parsing template: String) throws(Malformed) {
        let bytes = Array(template.utf8)
        guard bytes.count <= Self.sizeLimit else { throw Malformed(description: "the template is too large") }
        var parts: [Part] = []
        var text: [UInt8] = []
        var (position, line) = (0, 1)
        var (isWithinString, isEscaped) = (false, false)
        while position < bytes.count {
            // A brace in a brace is no JSON outside of strings, so that nothing else can be meant.
            if bytes[position...].starts(with: Self.open), !isEscaped {
                let start = position + Self.open.count
                guard let name = Self.name(in: bytes, from: start) else {
                    throw Malformed(description: "line \(line): '{{' without a field and '}}' behind it")
                }
                parts += [.text(text), .value(name: name.text, isWithinString: isWithinString)]
                text = []
                position = name.end
                continue
            }
            let byte = bytes[position]
            if byte == 10 { line += 1 }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), isWithinString {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isWithinString.toggle()
            }
            text.append(byte)
            position += 1
        }
        self.parts = parts + [.text(text)]
        if let error = probe() { throw Malformed(description: "the template does not come out as JSON: \(error)") }
    }

    /// The name that ends at the next `}}`.
    private static func name(in bytes: [UInt8], from start: Int) -> (text: String, end: Int)? {
        var end = start
        while end < bytes.count, !bytes[end...].starts(with: close) {
            guard bytes[end] != 10, bytes[end] != UInt8(ascii: "\""), end - start < 256 else { return nil }
            end += 1
        }
        guard end < bytes.count else { return nil }
        let name = String(decoding: bytes[start..<end], as: UTF8.self).split(separator: " ")
        guard name.count == 1, let text = name.first else { return nil }
        return (String(text), end + close.count)
    }

    private func probe() -> JSONError? {
        let text = render { _, isWithinString in isWithinString ? Array("x".utf8) : Array("null".utf8) }
        let parser = JSONParser()
        do throws(JSONError) {
            try parser.withDocument(String(decoding: text, as: UTF8.self)) { _ in }
            return nil
        } catch {
            return error
        }
    }

    private func render(_ value: (String, Bool) -> [UInt8]) -> [UInt8] {
        parts.reduce(into: []) { output, part in
            switch part {
            case .text(let text): output += text
            case .value(let name, let isWithinString): output += value(name, isWithinString)
            }
        }
    }

    /// The JSON text for an alert.
    ///
    /// - Parameter now: stands for a time that the source did not say.
    func text(_ alert: Alert, now: String) -> [UInt8] {
        render { name, isWithinString in
            if isWithinString {
                let quoted = JSONValue.quote(Self.value(name, of: alert, now: now) ?? "").utf8
                return Array(quoted.dropFirst().dropLast())
            }
            if name == "alert" { return alert.hasRecord ? OneLine.of(alert.record(now: now)) : Array("null".utf8) }
            if name == "count" || name == "sequence" {
                return Array((Self.value(name, of: alert, now: now) ?? "").utf8)
            }
            if Self.names.contains(name) {
                return Array((Self.value(name, of: alert, now: now).map(JSONValue.quote) ?? "null").utf8)
            }
            return Array((alert.json(of: name) ?? "null").utf8)
        }
    }

    private static func value(_ name: String, of alert: Alert, now: String) -> String? {
        switch name {
        case "alert": String(decoding: OneLine.of(alert.record(now: now)), as: UTF8.self)
        case "id": alert.id
        case "sequence": String(alert.sequence)
        case "time": alert.time?.description
        case "level": alert.level.rawValue
        case "rule_id": alert.ruleID
        case "title": alert.title
        case "sentence": alert.sentence
        case "group": alert.group
        case "count": String(alert.repeats?.count ?? 1)
        default:
            switch alert.values(of: name) {
            case let values where values.isEmpty: nil
            case let values: values.joined(separator: ", ")
            }
        }
    }
}
