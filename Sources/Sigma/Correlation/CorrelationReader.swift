/// Reads a correlation document.
struct CorrelationReader {
    /// More rules than this cannot be put in order: the memory of a group grows with their square.
    static let orderedRuleLimit = 16
    /// More rules or fields than this are a mistake.
    static let listLimit = 1_000

    private static let keys = [
        "type", "rules", "group-by", "timespan", "condition", "aliases", "generate",
    ]

    private var reading = DocumentReading()

    static func read(_ members: [Attribute.Member], place: Place, into documents: inout RuleDocuments) {
        var reader = CorrelationReader()
        var head = RuleHead()
        var body: Attribute.Member?
        for member in members {
            if member.key == "correlation" {
                body = member
            } else if !head.take(member, &reader.reading) {
                head.attributes.append(member)
            }
        }
        if head.title == nil { reader.reading.error("the correlation has no title", place) }
        if let detection = head.detection {
            reader.reading.error(
                "a correlation has no detection of its own",
                detection.place,
                hint: "put it in a document of its own, after '---', and name that under 'rules'"
            )
        }
        if let body {
            let correlation = reader.correlation(head, body, place)
            if let correlation, !reader.reading.failed { documents.correlations.append(correlation) }
        }
        documents.diagnostics += reader.reading.diagnostics
    }

    private mutating func correlation(
        _ head: RuleHead,
        _ body: Attribute.Member,
        _ place: Place
    ) -> Correlation? {
        let parts = reading.members(body)
        for part in parts where !Self.keys.contains(part.key) { reading.unknown(part, Self.keys) }
        func part(_ key: String) -> Attribute.Member? { parts.first { $0.key == key } }
        guard let type = part("type") else {
            reading.error(
                "the correlation has no type",
                body.place,
                hint: "one of " + Correlation.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            )
            return nil
        }
        guard let kind = reading.word(type, of: Correlation.Kind.self) else { return nil }
        let rules = rules(part("rules"), kind, body.place)
        let timespan = timespan(part("timespan"), body.place)
        let groupBy = part("group-by").map { distinct($0, "the field") } ?? []
        let aliases = part("aliases").map { self.aliases($0, rules, groupBy) } ?? [:]
        var condition = CorrelationCondition()
        condition.read(part("condition"), kind, rules.count, body.place, &reading)
        guard let timespan else { return nil }
        return Correlation(
            title: head.title ?? "",
            id: head.id,
            name: head.name,
            description: head.description,
            references: head.references,
            falsepositives: head.falsepositives,
            level: head.level,
            tags: head.tags,
            kind: kind,
            rules: rules,
            groupBy: groupBy.map(\.name),
            timespan: timespan,
            bounds: condition.bounds,
            fields: condition.fields,
            percentile: condition.percentile,
            aliases: aliases,
            generate: part("generate").flatMap { flag($0) } ?? false,
            status: head.status,
            author: head.author,
            date: head.date,
            attributes: parts,
            documentAttributes: head.attributes,
            place: place
        )
    }

    private mutating func rules(
        _ member: Attribute.Member?,
        _ kind: Correlation.Kind,
        _ place: Place
    ) -> [Correlation.Reference] {
        let rules = member.map { distinct($0, "the rule") } ?? []
        if rules.isEmpty {
            reading.error(
                "the correlation names no rules",
                member?.place ?? place,
                hint: "list the ids or names of rules under 'rules'"
            )
        }
        if kind == .temporalOrdered, rules.count > Self.orderedRuleLimit {
            reading.error(
                "more than \(Self.orderedRuleLimit) rules in order",
                rules[Self.orderedRuleLimit].place,
                hint: "make several correlations of them, and one over those"
            )
        }
        return rules
    }

    /// The texts of a list with their places; each once.
    private mutating func distinct(_ member: Attribute.Member, _ what: String) -> [Correlation.Reference] {
        let elements: [Attribute]
        if case .list(let list) = member.value.content { elements = list } else { elements = [member.value] }
        var seen: Set<String> = []
        var texts: [Correlation.Reference] = []
        guard elements.count <= Self.listLimit else {
            reading.error("'\(member.key)' has more than \(Self.listLimit) members", member.place)
            return []
        }
        for element in elements {
            if case .null = element.content { continue }
            guard let text = element.text, !text.isEmpty else {
                reading.error("'\(member.key)' must be a list of names", element.place)
                continue
            }
            guard seen.insert(text).inserted else {
                reading.error("\(what) '\(text)' stands twice", element.place)
                continue
            }
            texts.append(.init(name: text, place: element.place))
        }
        return texts
    }

    private mutating func timespan(_ member: Attribute.Member?, _ place: Place) -> Duration? {
        let hint = "write it like 30s, 5m, 1h or 7d"
        guard let member else {
            reading.error("the correlation has no timespan", place, hint: hint)
            return nil
        }
        if let seconds = member.value.text.flatMap(Timespan.seconds) { return .seconds(seconds) }
        reading.error("'\(member.value.spelling)' is no timespan", member.value.place, hint: hint)
        return nil
    }

    private mutating func flag(_ member: Attribute.Member) -> Bool? {
        if case .null = member.value.content { return nil }
        return reading.flag(member)
    }

    private mutating func aliases(
        _ member: Attribute.Member,
        _ rules: [Correlation.Reference],
        _ groupBy: [Correlation.Reference]
    ) -> [String: [String: String]] {
        let names = Set(rules.map(\.name))
        var aliases: [String: [String: String]] = [:]
        for alias in reading.members(member) {
            var fields: [String: String] = [:]
            for field in reading.members(alias) {
                guard names.contains(field.key) else {
                    reading.error(
                        "the alias '\(alias.key)' is for '\(field.key)', which is not under 'rules'",
                        field.place,
                        hint: "name it as it is named there: " + rules.prefix(8).map(\.name).joined(separator: ", ")
                    )
                    continue
                }
                if let text = reading.text(field) { fields[field.key] = text }
            }
            for rule in rules where fields[rule.name] == nil {
                reading.warning(
                    "the alias '\(alias.key)' says nothing for '\(rule.name)', whose field '\(alias.key)' is read",
                    alias.place
                )
            }
            aliases[alias.key] = fields
        }
        return aliases
    }
}
