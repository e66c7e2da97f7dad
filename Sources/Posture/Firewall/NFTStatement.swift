/// Reads the statements of nft's rules.
struct NFTStatement {
    let sets: [String: Document]
    /// Family and name.
    let table: String

    struct Read {
        var steps: [Ruleset.Step] = []
        /// Whether it is one of iptables' extensions, of which nft prints the name alone.
        var isOpaque = false

        init(_ steps: Ruleset.Step...) { self.steps = steps }
    }

    /// Statements that neither decide anything nor change what later ones look at.
    private static let idle: Set = [
        "counter", "log", "comment", "ct helper", "ct timeout", "ct expectation", "flow", "dup", "secmark", "last",
    ]

    func steps(_ statement: Document) -> Read {
        guard case .object(let members) = statement, let member = members.first else {
            // A verdict may stand as a mere word.
            return statement.text.flatMap(verdict).map { Read(.verdict($0)) } ?? Read(.verdict(.unknown))
        }
        let value = member.value
        switch member.name {
        case "match": return Read(NFTExpression(sets: sets, table: table).step(value))
        case "accept": return Read(.verdict(.accept))
        case "drop", "reject": return Read(.verdict(.drop))
        case "return": return Read(.verdict(.return))
        case "continue": return Read()
        case "jump": return Read(.verdict(value["target"]?.text.map { .jump($0) } ?? .unknown))
        case "goto": return Read(.verdict(value["target"]?.text.map { .goto($0) } ?? .unknown))
        case "vmap": return Read(verdictMap(value))
        case "limit": return Read(value["inv"]?.bool == true ? .never : .rate)
        // A new client has no other connection.
        case "ct count": return Read(value["inv"]?.bool == true ? .never : .rate)
        // What is counted per source, up to a rate or over it.
        case "set", "map", "meter":
            let inner = value["stmt"]?.elements ?? value["stmt"].map { [$0] } ?? []
            return inner.reduce(into: Read()) { $0.steps += steps($1).steps }
        case "quota": return Read(.unknowable)
        case "mangle": return Read(mangle(value))
        case "notrack": return Read(.untrack)
        case "dnat": return Read(.translate(to: translations(value)))
        case "redirect": return Read(.translate(to: [Ruleset.Translation(address: .this, ports: ports(value["port"]))]))
        case "snat", "masquerade": return Read(.verdict(.accept))
        case "xt": return extensionOfIptables(value)
        case let name where Self.idle.contains(name): return Read()
        // queue, tproxy, synproxy, fwd, and whatever comes: they may do anything.
        default: return Read(.verdict(.unknown))
        }
    }

    private func verdict(_ word: String) -> Ruleset.Verdict? {
        switch word {
        case "accept": .accept
        case "drop": .drop
        case "return": .return
        case "continue": .continue
        default: nil
        }
    }

    /// `{"accept": null}`, `{"jump": {"target": "c"}}`.
    private func verdict(_ document: Document) -> Ruleset.Verdict {
        for step in steps(document).steps { if case .verdict(let verdict) = step { return verdict } }
        return document["continue"] != nil ? .continue : .unknown
    }

    private func verdictMap(_ map: Document) -> Ruleset.Step {
        let expression = NFTExpression(sets: sets, table: table)
        guard let key = map["key"], let data = map["data"] else { return .verdict(.unknown) }
        let fields = expression.fields(key)
        var elements: [(key: [Ruleset.Values], verdict: Ruleset.Verdict)] = []
        var isPartial = false
        let pairs: [Document]
        if let name = data.text?.dropFirst() {
            let set = sets["\(table) \(name)"]
            pairs = set?["elem"]?.elements ?? []
            isPartial = set == nil
        } else {
            pairs = data["set"]?.elements ?? []
        }
        for pair in pairs {
            guard pair.elements.count == 2 else {
                isPartial = true
                continue
            }
            elements.append((expression.row(pair.elements[0], fields: fields), verdict(pair.elements[1])))
        }
        return .map(fields, elements, isPartial: isPartial)
    }

    private func mangle(_ mangle: Document) -> Ruleset.Step {
        let expression = NFTExpression(sets: sets, table: table)
        let isConnection = mangle["key"]?["ct"]?["key"]?.text == "mark"
        guard isConnection || mangle["key"]?.at("meta", "key")?.text == "mark" else {
            // Other things are set that nobody looks at here, but for the packet's header.
            return mangle["key"]?["payload"] != nil ? .verdict(.unknown) : .condition(.always)
        }
        guard let value = mangle["value"] else { return .unknownMark(isConnection: isConnection) }
        if let number = value.integer.flatMap({ UInt32(exactly: $0) }) {
            return .mark(isConnection: isConnection, clear: .max, flip: number)
        }
        if value["ct"]?["key"]?.text == "mark", !isConnection { return .copyMark(toPacket: true) }
        if value.at("meta", "key")?.text == "mark", isConnection { return .copyMark(toPacket: false) }
        // `meta mark and 0xff or 0x1`, as what iptables' --set-xmark is in nft.
        if let change = expression.change(value, ofConnection: isConnection) {
            return .mark(isConnection: isConnection, clear: change.clear, flip: change.flip)
        }
        return .unknownMark(isConnection: isConnection)
    }

    private static let anywhere = [Ruleset.Translation(address: .unknown, ports: .unknown)]

    private func translations(_ value: Document) -> [Ruleset.Translation] {
        guard let address = value["addr"] else {
            return [Ruleset.Translation(address: .kept, ports: ports(value["port"]))]
        }
        if let text = address.text {
            let known = IPAddress(text).map { Ruleset.Translation.Address.other($0) } ?? .unknown
            return [Ruleset.Translation(address: known, ports: ports(value["port"]))]
        }
        // As kube-proxy spreads connections: a map from numbers to addresses, or to addresses with ports.
        guard let data = address.at("map", "data") else { return Self.anywhere }
        let named = data.text.flatMap { sets["\(table) \($0.dropFirst())"]?["elem"] }
        let pairs = (named ?? data["set"] ?? data).elements
        guard !pairs.isEmpty, pairs.count <= 32 else { return Self.anywhere }
        return pairs.map { pair in
            let target = pair.elements.last ?? .null
            let parts = target["concat"]?.elements ?? [target]
            guard pair.elements.count == 2, let one = parts.first?.text.flatMap({ IPAddress($0) }) else {
                return Ruleset.Translation(address: .unknown, ports: .unknown)
            }
            return Ruleset.Translation(address: .other(one), ports: ports(parts.count > 1 ? parts[1] : value["port"]))
        }
    }

    private func ports(_ document: Document?) -> Ruleset.Translation.Ports {
        guard let document, document != .null else { return .kept }
        return document.integer.flatMap { UInt16(exactly: $0) }.map { .one($0) } ?? .unknown
    }

    /// Of iptables' extensions nft prints the name alone; their own program says what they mean.
    private func extensionOfIptables(_ value: Document) -> Read {
        var read: Read
        let name = value["name"]?.text ?? ""
        switch (value["type"]?.text, name) {
        case ("match", "comment"): return Read()
        case ("match", _): read = Read(.unknowable)
        case ("target", "MASQUERADE"), ("target", "SNAT"): return Read(.verdict(.accept))
        case ("target", "REJECT"): return Read(.verdict(.drop))
        case ("target", "LOG"), ("target", "NFLOG"), ("target", "TCPMSS"), ("target", "CHECKSUM"), ("target", "AUDIT"):
            return Read()
        case ("target", "DNAT"):
            read = Read(.translate(to: Self.anywhere))
        case ("target", "REDIRECT"):
            read = Read(.translate(to: [Ruleset.Translation(address: .this, ports: .unknown)]))
        case ("target", "MARK"): read = Read(.unknownMark(isConnection: false))
        case ("target", "CONNMARK"):
            read = Read(.unknownMark(isConnection: false), .unknownMark(isConnection: true))
        default: read = Read(.verdict(.unknown))
        }
        read.isOpaque = true
        return read
    }
}

extension Ruleset.Condition {
    /// One that every packet meets.
    static let always = Ruleset.Condition(fields: [], rows: [[]])
}
