/// Reads what `nft -j list ruleset` prints.
///
/// Source: libnftables-json(5).
struct NFTReader {
    private(set) var ruleset = Ruleset()
    private var places: [String: Int] = [:]
    /// Named sets and maps, by table and name.
    private var sets: [String: Document] = [:]

    /// More than any firewall has; what is beyond is told as missing.
    private static let maximumObjects = 500_000

    static func read(_ text: String) throws(DocumentError) -> Ruleset {
        let document = try Document(json: text)
        guard case .list(let objects)? = document["nftables"] else {
            throw DocumentError("no list 'nftables', as `nft -j list ruleset` prints it")
        }
        var reader = NFTReader()
        if objects.count > maximumObjects { reader.ruleset.gaps.append("more than \(maximumObjects) objects") }
        let read = objects.prefix(maximumObjects)
        for object in read { reader.declare(object) }
        for object in read { reader.addRule(object) }
        return reader.ruleset
    }

    private static func key(_ document: Document) -> String {
        "\(document["family"]?.text ?? "") \(document["table"]?.text ?? "")"
    }

    private mutating func declare(_ object: Document) {
        if let table = object["table"], let name = table["name"]?.text {
            // The kernel does not enter the chains of a dormant table.
            let flags = table["flags"]
            if flags?.text == "dormant" || flags?.texts.contains("dormant") == true { return }
            _ = place(of: "\(table["family"]?.text ?? "") \(name)")
        } else if let chain = object["chain"], let name = chain["name"]?.text, let place = places[Self.key(chain)] {
            ruleset.tables[place].chains[name, default: Ruleset.Chain()].base = base(chain)
        } else if let set = object["set"] ?? object["map"], let name = set["name"]?.text {
            sets["\(Self.key(set)) \(name)"] = set
        }
    }

    private mutating func place(of key: String) -> Int? {
        if let place = places[key] { return place }
        let parts = key.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let family = Ruleset.Table.Family(rawValue: String(parts[0])) else { return nil }
        places[key] = ruleset.tables.count
        ruleset.tables.append(Ruleset.Table(family: family, name: String(parts[1])))
        return places[key]
    }

    private mutating func base(_ chain: Document) -> Ruleset.Base? {
        guard let hook = chain["hook"]?.text else { return nil }
        guard let known = Ruleset.Base.Hook(rawValue: hook) else {
            if hook != "egress" { ruleset.gaps.append("hook \(hook)") }
            return nil
        }
        return Ruleset.Base(
            hook: known,
            priority: Int(clamping: chain["prio"]?.integer ?? 0),
            isNAT: chain["type"]?.text == "nat",
            isDropping: chain["policy"]?.text == "drop"
        )
    }

    private mutating func addRule(_ object: Document) {
        guard let rule = object["rule"], let chain = rule["chain"]?.text, let place = places[Self.key(rule)] else {
            return
        }
        let table = Self.key(rule)
        var steps: [Ruleset.Step] = []
        for statement in rule["expr"]?.elements ?? [] {
            let read = NFTStatement(sets: sets, table: table).steps(statement)
            if read.isOpaque { ruleset.tables[place].isOpaque = true }
            steps += read.steps
        }
        let family = ruleset.tables[place].family
        let words = (rule["expr"]?.elements ?? []).map(\.compact).joined(separator: " ")
        let text = "\(family.rawValue) \(ruleset.tables[place].name) \(chain): \(words)"
        ruleset.tables[place].chains[chain, default: Ruleset.Chain()].rules.append(
            Ruleset.Rule(steps: steps, text: text)
        )
    }
}

extension Document {
    /// As JSON in one line, not longer than people read.
    fileprivate var compact: String {
        var left = 400
        let text = compact(&left)
        return left <= 0 ? text.prefix(400) + "…" : text
    }

    private func compact(_ left: inout Int) -> String {
        guard left > 0 else { return "" }
        switch self {
        case .object(let members):
            var parts: [String] = []
            for member in members where left > 0 {
                left -= member.name.utf8.count + 4
                parts.append("\"\(member.name)\": \(member.value.compact(&left))")
            }
            return "{\(parts.joined(separator: ", "))}"
        case .list(let elements):
            var parts: [String] = []
            for element in elements where left > 0 { parts.append(element.compact(&left)) }
            return "[\(parts.joined(separator: ", "))]"
        default:
            let text = json
            left -= text.utf8.count + 2
            return text
        }
    }
}
