internal import Judge
package import Sigma

/// Reads a policy file: YAML, of which every key is known.
struct PolicyReader {
    private var reading = DocumentReading()
    private var policy = GuardPolicy()
    /// What entries of clients start from: everything said for everybody.
    private var common = Terms(name: "default")

    static func read(_ text: String, file: String) -> (policy: GuardPolicy?, diagnostics: [Diagnostic]) {
        var reader = PolicyReader()
        let yaml = YAMLDocuments(reading: text, file: file)
        reader.reading.append(yaml.diagnostics)
        reader.read(yaml.documents, file: file)
        let isUsable = !reader.reading.failed
        return (isUsable ? reader.policy : nil, reader.reading.diagnostics)
    }

    private static let keys = [
        "profile", "allow", "refuse-at", "rules", "built-in-rules", "exceptions", "images", "limits", "on-failure",
        "clients", "default",
    ]

    private mutating func read(_ documents: [Attribute], file: String) {
        guard documents.count <= 1 else {
            return reading.error("a policy is one document", documents[1].place, hint: "remove the line '---'")
        }
        guard let document = documents.first else { return }
        if case .null = document.content { return }
        guard case .map(let members) = document.content else {
            return reading.error("a policy is a map", document.place, hint: "such as 'profile: strict'")
        }
        // Clients and the default start from the rest, wherever they stand.
        for member in members where !["clients", "default"].contains(member.key) { readCommon(member) }
        policy.otherwise = common
        for member in members {
            if member.key == "clients" { readClients(member) }
            if member.key == "default" { readDefault(member) }
        }
    }

    private mutating func readCommon(_ member: Attribute.Member) {
        switch member.key {
        case "profile", "allow", "refuse-at":
            var terms = common
            readTerms(member, into: &terms)
            common = terms
        case "rules": policy.rulePaths = reading.texts(member)
        case "built-in-rules": if let flag = flag(member) { policy.usesBuiltInRules = flag }
        case "exceptions": policy.exceptionPaths = reading.texts(member)
        case "images": readImages(member)
        case "limits": readLimits(member)
        case "on-failure": readFailure(member)
        default: unknown(member, Self.keys)
        }
    }

    // MARK: Terms

    private static let termKeys = ["profile", "allow", "refuse-at", "routes", "read-only", "containers"]

    private mutating func readTerms(_ member: Attribute.Member, into terms: inout Terms) {
        switch member.key {
        case "profile": if let profile = reading.word(member, of: Profile.self) { terms.profile = profile }
        case "refuse-at": if let level = reading.word(member, of: Level.self) { terms.refuseAt = level }
        case "allow": readAllowances(member, into: &terms.allowances)
        case "routes": readRoutes(member, into: &terms)
        case "read-only": if flag(member) == true { terms.routes.mayWrite = false; terms.routes.endpoints = [] }
        case "containers": readContainers(member, into: &terms)
        default: unknown(member, Self.termKeys)
        }
    }

    private mutating func readAllowances(_ member: Attribute.Member, into allowances: inout Allowances) {
        for entry in reading.members(member) {
            guard let part = ProfilePart(rawValue: entry.key) else {
                unknown(entry, ProfilePart.allCases.map(\.rawValue))
                continue
            }
            if case .boolean(let isOpen) = entry.value.content {
                if isOpen { allowances.open(part) }
                continue
            }
            guard part.matching != .whole else {
                reading.error(
                    "'\(part.rawValue)' is opened whole or not at all",
                    entry.value.place,
                    hint: "write '\(part.rawValue): true'"
                )
                continue
            }
            let values = reading.texts(entry)
            for value in values { check(value, of: part, at: entry.value.place) }
            allowances.open(part, for: values)
        }
    }

    private mutating func check(_ value: String, of part: ProfilePart, at place: Place) {
        if value.isEmpty {
            reading.error("'\(part.rawValue)' has an empty value, which opens nothing", place)
        } else if part.matching == .directory, !value.hasPrefix("/") {
            reading.error("'\(value)' is no absolute path", place, hint: "'\(part.rawValue)' are absolute paths")
        } else if part == .binds, value.split(separator: "/").isEmpty {
            reading.warning("the whole host may be mounted", place, hint: "name the directories that are needed")
        } else if part == .hostNamespaces, !["pid", "network", "ipc", "uts", "user", "cgroup"].contains(value) {
            reading.error("'\(value)' is no namespace", place, hint: "pid, network, ipc, uts, user or cgroup")
        }
    }

    private mutating func readRoutes(_ member: Attribute.Member, into terms: inout Terms) {
        terms.routes = .defaults
        for entry in reading.members(member) {
            guard let isOn = flag(entry) else { continue }
            guard terms.routes.set(entry.key, isOn) else {
                unknown(entry, RouteAccess.variables)
                continue
            }
        }
    }

    private mutating func readContainers(_ member: Attribute.Member, into terms: inout Terms) {
        var scope = ContainerScope()
        for entry in reading.members(member) {
            switch entry.key {
            case "names": scope.names = reading.texts(entry)
            case "labels": scope.labels = reading.texts(entry)
            default: unknown(entry, ["names", "labels"])
            }
        }
        terms.containers = scope
    }

    // MARK: Clients

    private mutating func readClients(_ member: Attribute.Member) {
        guard case .list(let entries) = member.value.content else {
            return reading.error("'clients' must be a list", member.value.place)
        }
        for (index, entry) in entries.enumerated() {
            guard case .map(let members) = entry.content else {
                reading.error("a client is a map", entry.place, hint: "such as '{match: {uid: 1000}, read-only: true}'")
                continue
            }
            var terms = common
            terms.name = "client \(index + 1)"
            var match: ClientMatch?
            // Routes come first: read-only narrows them.
            for member in members.sorted(by: { $0.key == "routes" && $1.key != "routes" }) {
                switch member.key {
                case "name": terms.name = reading.text(member) ?? terms.name
                case "match": match = readMatch(member)
                default: readTerms(member, into: &terms)
                }
            }
            guard let match else {
                reading.error("the client has no 'match'", entry.place, hint: "say whom the entry speaks of")
                continue
            }
            policy.clients.append(ClientPolicy(match: match, terms: terms))
        }
    }

    private static let matchKeys = ["subject", "common-name", "uid", "gid", "container", "listener"]

    private mutating func readMatch(_ member: Attribute.Member) -> ClientMatch {
        var match = ClientMatch()
        for entry in reading.members(member) {
            switch entry.key {
            case "subject": match.subject = reading.text(entry)
            case "common-name": match.commonName = reading.text(entry)
            case "uid": match.userID = number(entry)
            case "gid": match.groupID = number(entry)
            case "container": match.container = reading.text(entry)
            case "listener": match.listener = reading.text(entry)
            default: unknown(entry, Self.matchKeys)
            }
        }
        if match == ClientMatch() {
            reading.error(
                "'match' says nothing, so that it would hold for everybody",
                member.value.place,
                hint: "everybody else is 'default'"
            )
        }
        return match
    }

    private mutating func readDefault(_ member: Attribute.Member) {
        if case .text("refuse") = member.value.content {
            policy.otherwise = nil
            return
        }
        var terms = common
        let members = reading.members(member).sorted { $0.key == "routes" && $1.key != "routes" }
        for entry in members { readTerms(entry, into: &terms) }
        policy.otherwise = terms
    }

    // MARK: The rest

    private mutating func readImages(_ member: Attribute.Member) { reading.read(member, into: &policy.images) }

    private mutating func readLimits(_ member: Attribute.Member) {
        for entry in reading.members(member) {
            guard entry.key == "body" else {
                unknown(entry, ["body"])
                continue
            }
            policy.bodyLimit = reading.size(entry, in: 1 << 10...256 << 20, such: "4MiB") ?? policy.bodyLimit
        }
    }

    private mutating func readFailure(_ member: Attribute.Member) {
        policy.passesReadsOnFailure = reading.passes("reads", in: member) ?? policy.passesReadsOnFailure
    }

    private mutating func flag(_ member: Attribute.Member) -> Bool? { reading.flag(member) }

    private mutating func number(_ member: Attribute.Member) -> UInt32? {
        guard case .integer(let number) = member.value.content, let id = UInt32(exactly: number) else {
            reading.error("'\(member.key)' is a number", member.value.place)
            return nil
        }
        return id
    }

    private mutating func unknown(_ member: Attribute.Member, _ known: [String]) { reading.unknown(member, known) }
}

extension GuardPolicy {
    /// Reads a policy file's text.
    ///
    /// - Returns: the policy, nil where a diagnostic is an error.
    package static func read(_ text: String, file: String) -> (policy: GuardPolicy?, diagnostics: [Diagnostic]) {
        PolicyReader.read(text, file: file)
    }
}
