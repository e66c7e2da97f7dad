internal import Deployments

/// Texts of configurations and arguments of programs without what opens doors.
enum SecretText {
    /// Private keys, tokens and passwords stand as `***`.
    static func masked(_ text: String) -> String {
        var isInKey = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line -> String? in
            if line.contains("-----BEGIN ") && line.contains("PRIVATE KEY-----") {
                isInKey = true
                return "***"
            }
            if isInKey {
                isInKey = !line.contains("-----END ")
                return nil
            }
            return masked(line: String(line))
        }
        return lines.joined(separator: "\n")
    }

    /// Each argument by itself, and those after an option that names a secret.
    static func masked(arguments: [String]) -> [String] {
        arguments.enumerated().map { index, argument in
            let before = index > 0 ? arguments[index - 1] : ""
            let isValue = before.hasPrefix("-") && !before.contains("=") && !argument.hasPrefix("-")
            // Files of secrets are what checks ask for.
            if isValue, !argument.hasPrefix("/"), !hidesNothing("\(before)=\(argument)") { return "***" }
            return argument.contains("=/") ? argument : masked(words: argument)
        }
    }

    /// Whether `name=value` may be told as it is.
    static func hidesNothing(_ pair: String) -> Bool { masked(words: pair) == pair }

    private static let names = ["client-key-data", "token", "password", "id-token", "refresh-token", "client-secret"]

    /// A member of YAML or JSON whose name says that it is secret; others as command lines are masked.
    private static func masked(line: String) -> String {
        let trimmed = line.drop { $0 == " " || $0 == "\t" || $0 == "\"" || $0 == "-" }
        for name in names where trimmed.hasPrefix(name) {
            let rest = trimmed.dropFirst(name.count)
            guard rest.first == ":" || rest.hasPrefix("\":") else { continue }
            guard let colon = line.firstIndex(of: ":") else { continue }
            let isLast = !line.hasSuffix(",")
            return line[...colon] + " \"***\"" + (isLast ? "" : ",")
        }
        if let assignment = maskedAssignment(line) { return assignment }
        // A path to a secret is what checks ask for, and no secret.
        return line.contains("/") && !line.contains("://") ? line : masked(words: line)
    }

    /// TOML's `password = "x"`, which in a command line would be three words; nil for what is no secret.
    private static func maskedAssignment(_ line: String) -> String? {
        guard let sign = line.firstIndex(of: "=") else { return nil }
        let name = line[..<sign].filter { $0 != " " && $0 != "\t" && $0 != "\"" }
        let value = line[line.index(after: sign)...].drop { $0 == " " || $0 == "\t" }
        guard let quote = value.first, quote == "\"" || quote == "'", !value.dropFirst().hasPrefix("/"),
            !hidesNothing("\(name)=x")
        else { return nil }
        return line[...sign] + " \"***\""
    }

    /// Settings that say how people are known and what they may do: they sound like secrets, and are what checks ask for.
    private static let settings = [
        "authorization-mode", "authorization-plugin", "authorization-config", "authentication-config", "auth-mode",
        "cert-auth", "anonymous-auth",
    ]

    /// A command line, or a line of a configuration, with secrets masked by their names.
    ///
    /// An object has no secret before its own members: `"authorization": {"mode": "Webhook"}` stays one, so that the text
    /// stays what it is. What stands for `auth` meanwhile is no letter, and nobody's.
    private static func masked(words: String) -> String {
        let letters = "\u{F8A1}"
        let kept = settings.reduce(words) { text, name in
            text.replacing(name, with: name.replacing("auth", with: letters))
        }
        let parts = kept.split(separator: "{", omittingEmptySubsequences: false)
        return parts.map { Secrets.mask(String($0)) }.joined(separator: "{").replacing(letters, with: "auth")
    }
}
