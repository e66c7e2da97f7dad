/// Reads a correlation document.
enum CorrelationReader {
    static func read(_ members: [Attribute.Member], place: Place, into documents: inout RuleDocuments) {
        var reading = DocumentReading()
        var head = RuleHead()
        var body: Attribute.Member?
        for member in members {
            if member.key == "correlation" { body = member } else { _ = head.take(member, &reading) }
        }
        if head.title == nil { reading.error("the correlation has no title", place) }
        if let body {
            let correlation = correlation(head, body, place, &reading)
            if let correlation, !reading.failed {
                reading.warning("the correlation is read but not evaluated yet", place)
                documents.correlations.append(correlation)
            }
        }
        documents.diagnostics += reading.diagnostics
    }

    private static func correlation(
        _ head: RuleHead,
        _ body: Attribute.Member,
        _ place: Place,
        _ reading: inout DocumentReading
    ) -> Correlation? {
        let parts = reading.members(body)
        func part(_ key: String) -> Attribute.Member? { parts.first { $0.key == key } }
        guard let type = part("type") else {
            reading.error("the correlation has no type", body.place)
            return nil
        }
        guard let kind = reading.word(type, of: Correlation.Kind.self) else { return nil }
        let rules = part("rules").map { reading.texts($0) } ?? []
        if rules.isEmpty { reading.error("the correlation names no rules", body.place) }
        let timespan = part("timespan").flatMap { seconds($0, &reading) }
        if part("timespan") == nil { reading.error("the correlation has no timespan", body.place) }
        var fields: [String] = []
        var bounds: [Correlation.Bound] = []
        if let condition = part("condition"), case .map(let members) = condition.value.content {
            bounds = self.bounds(members, &fields, &reading)
        }
        if bounds.isEmpty, kind != .temporal, kind != .temporalOrdered {
            reading.error("a correlation of type \(kind.rawValue) needs a condition such as 'gte: 5'", body.place)
        }
        guard let timespan else { return nil }
        return Correlation(
            title: head.title ?? "",
            id: head.id,
            name: head.name,
            level: head.level,
            tags: head.tags,
            kind: kind,
            rules: rules,
            groupBy: part("group-by").map { reading.texts($0) } ?? [],
            timespan: timespan,
            bounds: bounds,
            fields: fields,
            aliases: part("aliases").map { aliases($0, &reading) } ?? [:],
            generate: part("generate")?.value.content == .boolean(true),
            attributes: parts,
            place: place
        )
    }

    private static func bounds(
        _ members: [Attribute.Member],
        _ fields: inout [String],
        _ reading: inout DocumentReading
    ) -> [Correlation.Bound] {
        var bounds: [Correlation.Bound] = []
        for member in members {
            guard let relation = Correlation.Bound.Relation(rawValue: member.key) else {
                if member.key == "field" { fields = reading.texts(member) }
                continue
            }
            switch member.value.content {
            case .integer(let integer): bounds.append(.init(relation: relation, number: Double(integer)))
            case .number(let number): bounds.append(.init(relation: relation, number: number))
            default: reading.error("'\(member.key)' needs a number", member.value.place)
            }
        }
        return bounds
    }

    private static func seconds(_ member: Attribute.Member, _ reading: inout DocumentReading) -> Double? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        if let text = member.value.text, let unit = text.last.flatMap({ units[$0] }),
            let number = Int(text.dropLast()), number > 0
        {
            return Double(number) * unit
        }
        reading.error(
            "'\(member.value.spelling)' is no timespan",
            member.value.place,
            hint: "write it like 30s, 5m, 1h or 7d"
        )
        return nil
    }

    private static func aliases(
        _ member: Attribute.Member,
        _ reading: inout DocumentReading
    ) -> [String: [String: String]] {
        var aliases: [String: [String: String]] = [:]
        for alias in reading.members(member) {
            for field in reading.members(alias) {
                aliases[alias.key, default: [:]][field.key] = reading.text(field)
            }
        }
        return aliases
    }
}
