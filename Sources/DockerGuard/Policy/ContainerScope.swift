internal import Judge

/// The containers that a client may see to: those of one of these names, or with one of these labels.
package struct ContainerScope: Sendable, Equatable {
    /// Names with `*` for any run of characters.
    package var names: [String]
    /// `key` or `key=value`, with `*` in the value for any run of characters.
    package var labels: [String]

    package init(names: [String] = [], labels: [String] = []) {
        self.names = names
        self.labels = labels
    }

    func holds(name: String?, labels: [String: String]) -> Bool {
        if let name, holds(name: name) { return true }
        return self.labels.contains { label in
            let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let value = labels[parts[0]] else { return false }
            return parts.count < 2 || TextPattern(parts[1]).matches(value)
        }
    }

    /// Whether a container of that name is one of them, whatever its labels.
    func holds(name: String) -> Bool { names.contains { TextPattern($0).matches(name) } }

    /// The label that alone says which containers these are, as an engine's filter has it; nil where none does.
    ///
    /// Engines join filters of different kinds by "and", so that "this name or that label" is none of theirs; and they
    /// compare the values of labels by the letter.
    var onlyLabel: String? {
        guard names.isEmpty, labels.count == 1, let label = labels.first, !label.contains("*"), !label.hasPrefix("=")
        else { return nil }
        return label
    }

    /// The regular expressions that say which containers these are, by names alone; nil where labels count, too.
    ///
    /// Engines look for an expression anywhere in the name (moby `daemon/list.go`), hence the anchors.
    var onlyNames: Set<String>? {
        guard labels.isEmpty, !names.isEmpty else { return nil }
        return Set(names.map(Self.expression))
    }

    /// The beginning that says which containers these are, and that no container's id has; nil where none does.
    ///
    /// Events are filtered by beginnings of names and of ids (moby `daemon/events/filter.go`).
    var onlyBeginning: String? {
        guard labels.isEmpty, names.count == 1, let name = names.first, name.hasSuffix("*") else { return nil }
        let beginning = String(name.dropLast())
        let isBeginningOfID = beginning.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return beginning.contains("*") || isBeginningOfID ? nil : beginning
    }

    private static func expression(of pattern: String) -> String {
        var text = "^"
        for character in pattern.unicodeScalars {
            switch character {
            case "*": text += ".*"
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-": text.unicodeScalars.append(character)
            default: text += "\\\(character)"
            }
        }
        return text + "$"
    }

    /// The one name that an expression such as `^/?web$` means; nil for one that may mean several.
    static func name(meantBy expression: String) -> String? {
        guard expression.hasPrefix("^"), expression.hasSuffix("$"), expression.count > 2 else { return nil }
        var rest = expression.dropFirst().dropLast()
        if rest.hasPrefix("/?") { rest = rest.dropFirst(2) } else if rest.hasPrefix("/") { rest = rest.dropFirst() }
        var name = ""
        while let character = rest.unicodeScalars.popFirst() {
            switch character {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-": name.unicodeScalars.append(character)
            case "\\":
                guard rest.unicodeScalars.popFirst() == "." else { return nil }
                name += "."
            default: return nil
            }
        }
        return name.isEmpty ? nil : name
    }
}
