/// A command of a service as systemd runs it, with the variables that its unit sets put in.
///
/// Source: systemd.service(5), "COMMAND LINES", and systemd.exec(5), `Environment=` and `EnvironmentFile=`.
package struct SystemdCommand: Sendable, Equatable {
    /// The program first.
    package var arguments: [String]
    /// The variables that the unit sets.
    package var environment: [String: String]
    /// The file that says it.
    package var path: String

    /// The last `ExecStart=` of a unit; absent where it has none.
    package static func start(of unit: SystemdUnit, on host: HostEvidence) -> Reading<SystemdCommand> {
        guard let setting = unit.list("Service", "ExecStart").last else { return .absent }
        var environment: [String: String] = [:]
        for one in unit.list("Service", "Environment") {
            for word in words(of: one.value) { assign(word, in: &environment) }
        }
        for one in unit.list("Service", "EnvironmentFile") {
            let isOptional = one.value.hasPrefix("-")
            let path = isOptional ? String(one.value.dropFirst()) : one.value
            switch host.text(path) {
            case .unreadable(let reason): return .unreadable(reason)
            case .absent: continue
            case .known(let text):
                for line in text.split(whereSeparator: \.isNewline).map(\.trimmed)
                where !line.hasPrefix("#") && !line.hasPrefix(";") {
                    assign(unquoted(line), in: &environment)
                }
            }
        }
        var arguments = words(of: setting.value).flatMap { expanded($0, environment) }
        if let program = arguments.first {
            // Prefixes say how it is run, and not what.
            let flags = program.prefix { "@-:+!|".contains($0) }
            arguments[0] = String(program.dropFirst(flags.count))
            // With @, what follows is the name that the program sees.
            if flags.contains("@"), arguments.count > 1 { arguments.remove(at: 1) }
        }
        return .known(SystemdCommand(arguments: arguments, environment: environment, path: setting.path))
    }

    private static func assign(_ word: String, in environment: inout [String: String]) {
        guard let equals = word.firstIndex(of: "=") else { return }
        environment[word[..<equals].trimmed] = String(word[word.index(after: equals)...])
    }

    /// `A="b c"` of an environment's file as `A=b c`.
    private static func unquoted(_ line: String) -> String {
        guard let equals = line.firstIndex(of: "=") else { return line }
        let value = line[line.index(after: equals)...].trimmed
        guard let first = value.first, first == "\"" || first == "'", value.last == first, value.count > 1 else {
            return line[...equals] + value
        }
        return line[...equals] + String(value.dropFirst().dropLast())
    }

    /// A word with its variables: `$A` alone makes as many words as its value has, `${A}` is put in as it is.
    private static func expanded(_ word: String, _ environment: [String: String]) -> [String] {
        if word.hasPrefix("$"), !word.hasPrefix("${"), !word.hasPrefix("$$") {
            return words(of: environment[String(word.dropFirst())] ?? "")
        }
        var result = ""
        var rest = word[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.hasPrefix("$") {
                result += "$"
                rest = rest.dropFirst()
            } else if rest.hasPrefix("{"), let end = rest.firstIndex(of: "}") {
                result += environment[String(rest[..<end].dropFirst())] ?? ""
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
            }
        }
        return [result + rest]
    }

    /// Splits at white space; quotes keep it, and a backslash keeps what follows.
    static func words(of text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if quote == nil, character == " " || character == "\t" {
                if let whole = word { words.append(whole) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return words + (word.map { [$0] } ?? [])
    }

    /// Arguments as a unit's file has them, each read again as itself.
    static func line(_ arguments: [String]) -> String {
        arguments.map { argument in
            let escaped = argument.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("$", with: "$$").replacing("%", with: "%%")
            let isPlain = !argument.isEmpty && !argument.contains { " \t'\"\\;".contains($0) }
            return isPlain ? escaped : "\"\(escaped)\""
        }.joined(separator: " ")
    }
}
