import Foundation

/// Writes rule files into one Swift source file: `embed-texts FOLDER OUTPUT RULE…`.
@main
struct EmbedTexts {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else {
            throw CocoaError(.featureUnsupported)
        }
        let folder = URL(fileURLWithPath: arguments[1])
        var source = """
            /// The built-in rules, as their files hold them.
            enum BuiltInRuleSources {
                static let all: [(path: String, yaml: String)] = [

            """
        for path in arguments.dropFirst(3) {
            let yaml = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            source += "        (path: \(literal("Rules/" + path)), yaml: \(literal(yaml))),\n"
        }
        source += "    ]\n}\n"
        try source.write(toFile: arguments[2], atomically: true, encoding: .utf8)
    }

    /// A Swift string literal for any text.
    private static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case " "..."~": literal.unicodeScalars.append(scalar)
            default: literal += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return literal + "\""
    }
}
