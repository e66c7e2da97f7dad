/// Reads the keys of a detection rule.
struct DetectionRuleReader {
    let placeholders: [String: [String]]

    func read(_ members: [Attribute.Member], place: Place, into documents: inout RuleDocuments) {
        var reading = DocumentReading()
        var head = RuleHead()
        for member in members where !head.take(member, &reading) {
            head.attributes.append(member)
        }
        if head.title == nil { reading.warning("the rule has no title", place, hint: "the specification asks for one") }
        if head.logsource == nil {
            reading.warning("the rule names no log source, so it is held against every log", place)
        }
        let detection = head.detection.flatMap { member in
            DetectionReader(placeholders: placeholders).read(member, &reading)
        }
        if head.detection == nil {
            reading.error(
                "the document has no 'detection', 'filter' or 'correlation'",
                place,
                hint: "a rule needs a detection with searches and a condition"
            )
        }
        if let (detection, program) = detection, !reading.failed {
            documents.rules.append(head.rule(detection, program, place))
        }
        documents.diagnostics += reading.diagnostics
    }
}

/// The keys of a rule beside its detection, as they are met.
struct RuleHead {
    var title: String?
    var id: String?
    var name: String?
    var status: Status?
    var description: String?
    var references: [String] = []
    var author: String?
    var date: String?
    var modified: String?
    var tags: [String] = []
    var logsource: LogSource?
    var fields: [String] = []
    var falsepositives: [String] = []
    var level: Level?
    var related: [Relation] = []
    var license: String?
    var taxonomy: String?
    var scope: [String] = []
    var attributes: [Attribute.Member] = []
    var detection: Attribute.Member?

    /// Reads a key that the specification defines; `false` for any other.
    mutating func take(_ member: Attribute.Member, _ reading: inout DocumentReading) -> Bool {
        switch member.key {
        case "title": title = reading.text(member)
        case "id": id = reading.text(member)
        case "name": name = reading.text(member)
        case "status": status = reading.word(member, of: Status.self)
        case "description": description = reading.text(member)
        case "references": references = reading.texts(member)
        case "author": author = reading.texts(member).joined(separator: ", ")
        case "date": date = reading.text(member)
        case "modified": modified = reading.text(member)
        case "tags": tags = reading.texts(member)
        case "logsource": logsource = LogSource(member, &reading)
        case "fields": fields = reading.texts(member)
        case "falsepositives": falsepositives = reading.texts(member)
        case "level": level = reading.word(member, of: Level.self)
        case "related": related = Relation.list(member, &reading)
        case "license": license = reading.text(member)
        case "taxonomy": taxonomy = reading.text(member)
        case "scope": scope = reading.texts(member)
        case "detection": detection = member
        default: return false
        }
        return true
    }

    func rule(_ detection: Detection, _ program: Program, _ place: Place) -> Rule {
        Rule(
            title: title ?? name ?? id ?? "untitled",
            id: id,
            name: name,
            status: status,
            description: description,
            references: references,
            author: author,
            date: date,
            modified: modified,
            tags: tags,
            logsource: logsource ?? LogSource(),
            detection: detection,
            fields: fields,
            falsepositives: falsepositives,
            level: level,
            related: related,
            license: license,
            taxonomy: taxonomy,
            scope: scope,
            attributes: attributes,
            place: place,
            program: program
        )
    }
}

extension LogSource {
    /// Reads `logsource`; keys of its own are let through, as the specification allows them.
    init(_ member: Attribute.Member, _ reading: inout DocumentReading) {
        self.init()
        for part in reading.members(member) {
            switch part.key {
            case "category": category = reading.text(part)
            case "product": product = reading.text(part)
            case "service": service = reading.text(part)
            case "definition": definition = reading.text(part)
            default: break
            }
        }
        if category == nil, product == nil, service == nil {
            reading.warning(
                "the log source names no category, product or service, so the rule is held against every log",
                member.place
            )
        }
    }
}

extension Relation {
    static func list(_ member: Attribute.Member, _ reading: inout DocumentReading) -> [Relation] {
        guard case .list(let list) = member.value.content else {
            if case .null = member.value.content { return [] }
            reading.error("'related' must be a list of maps with id and type", member.value.place)
            return []
        }
        var relations: [Relation] = []
        for element in list {
            guard let id = element["id"]?.text, let type = element["type"]?.text else {
                reading.error("a related rule needs an id and a type", element.place)
                continue
            }
            relations.append(Relation(id: id, type: type))
        }
        return relations
    }
}
