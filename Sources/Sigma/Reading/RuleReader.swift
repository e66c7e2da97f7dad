/// What a rule file holds.
public struct RuleDocuments: Sendable {
    /// The detection rules that can be used.
    public var rules: [Rule] = []
    /// The filters that can be used.
    public var filters: [Filter] = []
    /// The correlation rules, good by themselves; ``CorrelationPlan`` says what they name.
    public var correlations: [Correlation] = []
    /// What there is to say about the file, in the order of places.
    public var diagnostics: [Diagnostic] = []

    /// No documents.
    public init() {}

    /// Whether some document is not used.
    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Adds what another file holds.
    public mutating func append(_ other: RuleDocuments) {
        rules += other.rules
        filters += other.filters
        correlations += other.correlations
        diagnostics += other.diagnostics
    }
}

/// Reads rule files: Sigma detection rules, filters and correlations, several documents to a file.
///
/// ```swift
/// let documents = RuleReader.read(yaml, file: "privileged.yml")
/// for diagnostic in documents.diagnostics { print(diagnostic) }
/// let rules = try RuleSet<FieldMap>(documents.rules, filters: documents.filters)
/// ```
public struct RuleReader: Sendable {
    /// What stands for `%name%` in values with the modifier `expand`.
    public var placeholders: [String: [String]]

    /// A reader that knows these placeholders.
    public init(placeholders: [String: [String]] = [:]) {
        self.placeholders = placeholders
    }

    /// Reads a file's text with a reader that knows no placeholders.
    public static func read(_ yaml: String, file: String) -> RuleDocuments {
        RuleReader().read(yaml, file: file)
    }

    /// Reads a file's text; what is wrong with it comes as diagnostics, and costs only the document it stands in.
    public func read(_ yaml: String, file: String) -> RuleDocuments {
        let parsed = YAMLDocuments(reading: yaml, file: file)
        var documents = RuleDocuments()
        documents.diagnostics = parsed.diagnostics
        var globals: [Attribute.Member] = []
        for document in parsed.documents {
            read(document, globals: &globals, into: &documents)
        }
        if parsed.documents.isEmpty, parsed.diagnostics.isEmpty {
            documents.diagnostics.append(
                Diagnostic(.warning, "the file holds no document", at: Place(file: file, line: 1, column: 1))
            )
        }
        documents.diagnostics.sort { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) }
        return documents
    }

    private func read(
        _ document: Attribute,
        globals: inout [Attribute.Member],
        into documents: inout RuleDocuments
    ) {
        if case .null = document.content { return }
        guard case .map(let own) = document.content else {
            documents.diagnostics.append(
                Diagnostic(.error, "a rule document must be a map of keys", at: document.place)
            )
            return
        }
        switch action(own) {
        case "global":
            // Sigma 1: what a global document says holds for the documents after it. Sigma 2 has no such thing, but
            // files that use it are still about.
            globals = own.filter { $0.key != "action" }
            return
        case "reset":
            globals = []
            return
        case nil: break
        case let other?:
            let place = own.first { $0.key == "action" }?.place ?? document.place
            documents.diagnostics.append(
                Diagnostic(
                    .error,
                    "the action '\(other)' is not known",
                    at: place,
                    hint: "only the old 'action: global' and 'action: reset' are"
                )
            )
            return
        }
        let members = Self.merge(globals, own)
        let kind = Set(members.map(\.key))
        if kind.contains("correlation") {
            CorrelationReader.read(members, place: document.place, into: &documents)
        } else if kind.contains("filter") {
            FilterReader(placeholders: placeholders).read(members, place: document.place, into: &documents)
        } else {
            DetectionRuleReader(placeholders: placeholders).read(members, place: document.place, into: &documents)
        }
    }

    private func action(_ members: [Attribute.Member]) -> String? {
        members.first { $0.key == "action" }?.value.text
    }

    /// A global document's keys under those of a document; maps are joined, the document's own word wins.
    private static func merge(_ globals: [Attribute.Member], _ own: [Attribute.Member]) -> [Attribute.Member] {
        guard !globals.isEmpty else { return own }
        var merged = globals
        for member in own {
            guard let index = merged.firstIndex(where: { $0.key == member.key }) else {
                merged.append(member)
                continue
            }
            if case .map(let old) = merged[index].value.content, case .map(let new) = member.value.content {
                merged[index].value.content = .map(merge(old, new))
            } else {
                merged[index] = member
            }
        }
        return merged
    }
}
