extension Field {
    /// Whether the field can hold several values, and so is a list wherever it is written.
    public var isList: Bool {
        switch self {
        case .userGroups, .containerLabels, .imageHashes, .processArgs, .environment, .hostPaths, .hostWritablePaths,
            .hostExposes, .hostWritableExposes, .hostDevices, .hostPorts, .hostNamespaces, .joins, .capabilitiesAdded,
            .capabilitiesDropped, .nodeSelector, .tolerations, .normalizedCommands, .hostCommands, .defects:
            true
        default: false
        }
    }

    /// Whether secrets may stand in the field's values.
    public var isSecretBearing: Bool {
        switch self {
        case .environment, .processArgs, .commandLine, .normalizedCommands, .hostCommands, .urlQuery: true
        default: false
        }
    }
}

extension FieldValue {
    /// The value as it may be written anywhere: secrets that are told by their names are masked.
    ///
    /// Rules judge the real text; only what is told is masked, since a rule must see a command as it will run.
    public var masked: FieldValue {
        guard case .text(let text) = self else { return self }
        return .text(Secrets.mask(text))
    }
}

/// Masks the values of names that look secret.
public enum Secrets {
    private static let names = [
        "password", "passwd", "secret", "token", "apikey", "api_key", "api-key", "access_key", "access-key",
        "private_key",
        "credential", "auth",
    ]

    /// `text` with what follows a secret-looking name and `=` or `:` replaced by `***`.
    public static func mask(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else { return text }
        // Words keep their places; only the value of a secret-looking name goes.
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.contains(where: isSecret) else { return text }
        return words.map { word in
            guard isSecret(word), let mark = word.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
                return String(word)
            }
            return word[...mark] + "***"
        }.joined(separator: " ")
    }

    private static func isSecret(_ word: Substring) -> Bool {
        guard let mark = word.firstIndex(where: { $0 == "=" || $0 == ":" }), word.index(after: mark) < word.endIndex
        else {
            return false
        }
        let name = word[..<mark].lowercased()
        return name.utf8.count < 80 && names.contains { name.contains($0) }
    }
}
