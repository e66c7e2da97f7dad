internal import JSON

/// JSON over several lines, for people.
enum JSONLayout {
    private static let maximumDepth = 64

    static func text(of value: JSONValue) -> String {
        var text = ""
        write(value, depth: 0, into: &text)
        return text
    }

    private static func write(_ value: JSONValue, depth: Int, into text: inout String) {
        guard depth < maximumDepth else {
            text += value.jsonText
            return
        }
        let indent = "\n" + String(repeating: "  ", count: depth + 1)
        var isFirst = true
        func begin() {
            text += isFirst ? indent : ",\(indent)"
            isFirst = false
        }
        func end(_ bracket: String) {
            if !isFirst { text += "\n" + String(repeating: "  ", count: depth) }
            text += bracket
        }
        if value.isObject {
            text += "{"
            for (key, member) in value.members {
                begin()
                text += "\(JSONValue.quote(String(key))): "
                write(member, depth: depth + 1, into: &text)
            }
            end("}")
        } else if value.isArray {
            text += "["
            for element in value.elements {
                begin()
                write(element, depth: depth + 1, into: &text)
            }
            end("]")
        } else {
            text += value.jsonText
        }
    }
}
