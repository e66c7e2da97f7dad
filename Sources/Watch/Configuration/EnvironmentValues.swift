internal import Sigma

/// Puts values of the environment where a configuration names them: `${NAME}`, or `${NAME:-otherwise}`.
///
/// They are put in once the YAML is read, so that none can change what it says besides.
struct EnvironmentValues {
    let environment: [String: String]
    private(set) var diagnostics: [Diagnostic] = []

    init(_ environment: [String: String]) { self.environment = environment }

    /// The attribute with every text filled in.
    mutating func filled(_ attribute: Attribute) -> Attribute {
        var attribute = attribute
        switch attribute.content {
        case .text(let text) where text.contains("${"):
            attribute.content = .text(filled(text, attribute.place))
        case .list(let list): attribute.content = .list(list.map { filled($0) })
        case .map(let members):
            attribute.content = .map(
                members.map { member in
                    var member = member
                    member.value = filled(member.value)
                    return member
                }
            )
        case .text, .integer, .number, .boolean, .null: break
        }
        return attribute
    }

    private mutating func filled(_ text: String, _ place: Place) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else {
                diagnostics.append(Diagnostic(.error, "'${' has no '}'", at: place))
                return result
            }
            let parts = rest[..<end].split(separator: ":-", maxSplits: 1, omittingEmptySubsequences: false)
            rest = rest[rest.index(after: end)...]
            let name = parts.first.map(String.init) ?? ""
            if let value = environment[name] {
                result += value
            } else if parts.count > 1 {
                result += parts[1]
            } else {
                diagnostics.append(
                    Diagnostic(
                        .error,
                        "'\(name)' is not set in the environment",
                        at: place,
                        hint: "set it, or write ${\(name):-value} for a value to go without"
                    )
                )
            }
        }
        return result + rest
    }
}
