import Foundation

/// Writes text files into one Swift source file: `embed-texts TYPE FOLDER OUTPUT FILE…`.
@main
struct EmbedTexts {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4 else {
            throw CocoaError(.featureUnsupported)
        }
        let folder = URL(fileURLWithPath: arguments[2])
        var source = """
            /// Texts of the repository, as their files hold them.
            enum \(arguments[1]) {
                static let all: [(path: String, text: String)] = [

            """
        for path in arguments.dropFirst(4) {
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            source += "        (path: \(literal(path)), text: \(literal(text))),\n"
        }
        source += "    ]\n}\n"
        try source.write(toFile: arguments[3], atomically: true, encoding: .utf8)
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
