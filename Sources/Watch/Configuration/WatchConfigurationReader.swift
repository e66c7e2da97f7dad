package import Sigma

extension WatchConfiguration {
    /// Reads a configuration's text.
    ///
    /// - Parameters:
    ///   - file: the name by which its mistakes are told.
    ///   - environment: where `${NAME}` is looked up.
    /// - Returns: the configuration, nil where it has errors; and what is wrong or odd, each with its place.
    package static func read(
        _ text: String,
        file: String,
        environment: [String: String]
    ) -> (configuration: WatchConfiguration?, diagnostics: [Diagnostic]) {
        var reader = WatchConfigurationReader()
        let yaml = YAMLDocuments(reading: text, file: file)
        reader.reading.append(yaml.diagnostics)
        var values = EnvironmentValues(environment)
        let documents = yaml.documents.map { values.filled($0) }
        reader.reading.append(values.diagnostics)
        reader.read(documents, file: file)
        return (reader.reading.failed ? nil : reader.configuration, reader.reading.diagnostics)
    }
}

/// Reads a configuration: YAML, of which every key is known.
struct WatchConfigurationReader {
    var reading = DocumentReading()
    private(set) var configuration = WatchConfiguration()

    private static let keys = [
        "ledger", "rules", "exceptions", "built-in-rules", "lateness", "join-within", "learn", "sources", "outputs",
        "metrics", "console",
    ]

    mutating func read(_ documents: [Attribute], file: String) {
        guard documents.count <= 1 else {
            return reading.error("a configuration is one document", documents[1].place, hint: "remove the line '---'")
        }
        guard let document = documents.first, case .map(let members) = document.content else {
            let place = documents.first?.place ?? Place(file: file, line: 1, column: 1)
            return reading.error(
                "a configuration is a map with 'sources'",
                place,
                hint: "see: tidewaiter watch --example"
            )
        }
        for member in members { read(member) }
        if configuration.sources.isEmpty, !reading.failed {
            reading.error("there is nothing to watch", document.place, hint: "name something under 'sources'")
        }
        for names in [
            configuration.sources.map { ($0.name, $0.place) }, configuration.outputs.map { ($0.name, $0.place) },
        ] {
            var seen: Set<String> = []
            for (name, place) in names where !seen.insert(name).inserted {
                reading.error(
                    "two are called '\(name)'",
                    place,
                    hint: "give each a 'name' of its own, and keep it: what was read is remembered by it"
                )
            }
        }
    }

    private mutating func read(_ member: Attribute.Member) {
        switch member.key {
        case "ledger": readLedger(member)
        case "rules": configuration.rules.paths = reading.texts(member)
        case "exceptions": configuration.rules.exceptionPaths = reading.texts(member)
        case "built-in-rules": if let flag = reading.flag(member) { configuration.rules.usesBuiltIn = flag }
        case "lateness": if let time = reading.duration(member) { configuration.rules.lateness = time }
        case "join-within": if let time = reading.duration(member) { configuration.rules.joinWindow = time }
        case "learn": if let time = reading.duration(member) { configuration.rules.learning = time }
        case "metrics": configuration.metrics = reading.text(member)
        case "console": configuration.console = reading.text(member)
        case "sources":
            for entry in entries(member) {
                if let source = SourceSettings.read(entry, &reading) { configuration.sources.append(source) }
            }
        case "outputs":
            for entry in entries(member) {
                if let output = OutputSettings.read(entry, &reading) { configuration.outputs.append(output) }
            }
        default: reading.unknown(member, Self.keys)
        }
    }

    private mutating func readLedger(_ member: Attribute.Member) {
        for entry in reading.members(member) {
            switch entry.key {
            case "path": configuration.ledger.path = reading.text(entry)
            case "keep": if let time = reading.duration(entry) { configuration.ledger.keep = time }
            case "size": if let size = reading.largeSize(entry) { configuration.ledger.size = size }
            default: reading.unknown(entry, ["path", "keep", "size"])
            }
        }
    }

    private mutating func entries(_ member: Attribute.Member) -> [Attribute] {
        switch member.value.content {
        case .list(let list): return list
        case .null: return []
        default:
            reading.error("'\(member.key)' must be a list", member.value.place, hint: "each entry begins with '- '")
            return []
        }
    }
}

/// An entry of a list: what kind it is, under which name, and what else is said of it.
struct NamedEntry {
    var name: String
    var kind: Attribute.Member
    /// Keys beside `name` and the kind.
    var others: [Attribute.Member]

    /// An entry is a map with one key that is a kind; it is called by that where no name is given.
    ///
    /// - Parameters:
    ///   - kinds: all that there are.
    ///   - common: keys that any kind may have beside it.
    init?(_ entry: Attribute, kinds: [String], common: [String], _ reading: inout DocumentReading) {
        guard case .map(let members) = entry.content else {
            reading.error("an entry is a map of one kind", entry.place, hint: "one of " + kinds.joined(separator: ", "))
            return nil
        }
        let found = members.filter { kinds.contains($0.key) }
        for member in members where !kinds.contains(member.key) && member.key != "name" && !common.contains(member.key)
        {
            reading.unknown(member, kinds + common + ["name"])
            return nil
        }
        guard let kind = found.first, found.count == 1 else {
            let words = found.isEmpty ? "of no kind" : "of several kinds: \(found.map(\.key).joined(separator: ", "))"
            reading.error("the entry is \(words)", entry.place, hint: "one of " + kinds.joined(separator: ", "))
            return nil
        }
        self.kind = kind
        name = members.first { $0.key == "name" }.flatMap { reading.text($0) } ?? kind.key
        others = members.filter { common.contains($0.key) }
    }
}
