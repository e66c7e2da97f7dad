internal import Judge
package import Sigma

/// Reads a policy file: YAML, of which every key is known.
struct AdmissionPolicyReader {
    private var reading = DocumentReading()
    private var policy = AdmissionPolicy()

    static func read(_ text: String, file: String) -> (policy: AdmissionPolicy?, diagnostics: [Diagnostic]) {
        var reader = AdmissionPolicyReader()
        let yaml = YAMLDocuments(reading: text, file: file)
        reader.reading.append(yaml.diagnostics)
        reader.read(yaml.documents)
        return (reader.reading.failed ? nil : reader.policy, reader.reading.diagnostics)
    }

    private static let termKeys = ["refuse-at", "observe", "images", "deployers", "podSecurity"]
    private static let keys =
        termKeys + ["rules", "built-in-rules", "exceptions", "exempt", "namespaces", "limits", "on-failure"]

    private mutating func read(_ documents: [Attribute]) {
        guard documents.count <= 1 else {
            return reading.error("a policy is one document", documents[1].place, hint: "remove the line '---'")
        }
        guard let document = documents.first else { return }
        if case .null = document.content { return }
        guard case .map(let members) = document.content else {
            return reading.error("a policy is a map", document.place, hint: "such as 'refuse-at: high'")
        }
        // Namespaces start from what is said for all, wherever that stands.
        for member in members where member.key != "namespaces" { readCommon(member) }
        for member in members where member.key == "namespaces" { readNamespaces(member) }
    }

    private mutating func readCommon(_ member: Attribute.Member) {
        switch member.key {
        case "rules": policy.rulePaths = reading.texts(member)
        case "built-in-rules": if let flag = reading.flag(member) { policy.usesBuiltInRules = flag }
        case "exceptions": policy.exceptionPaths = reading.texts(member)
        case "exempt": readExemptions(member)
        case "limits": readLimits(member)
        case "on-failure": readFailure(member)
        default:
            var terms = policy.everywhere
            if readTerm(member, into: &terms) { policy.everywhere = terms } else { reading.unknown(member, Self.keys) }
        }
    }

    // MARK: Terms

    /// Whether the key is one of terms.
    private mutating func readTerm(_ member: Attribute.Member, into terms: inout AdmissionTerms) -> Bool {
        switch member.key {
        case "refuse-at": if let level = reading.word(member, of: Level.self) { terms.refuseAt = level }
        case "observe": if let flag = reading.flag(member) { terms.observes = flag }
        case "images":
            var images = terms.images ?? .any
            reading.read(member, into: &images)
            terms.images = images
        case "deployers": terms.deployers = readDeployers(member)
        case "podSecurity":
            var podSecurity = terms.podSecurity ?? PodSecurityTerms()
            reading.read(member, into: &podSecurity)
            terms.podSecurity = podSecurity
        default: return false
        }
        return true
    }

    private mutating func readDeployers(_ member: Attribute.Member) -> Deployers {
        var deployers = Deployers()
        for entry in reading.members(member) {
            switch entry.key {
            case "users": deployers.users = reading.texts(entry)
            case "groups": deployers.groups = reading.texts(entry)
            default: reading.unknown(entry, ["users", "groups"])
            }
        }
        if deployers == Deployers() {
            reading.warning(
                "nobody may deploy here, since 'deployers' names no user and no group",
                member.place,
                hint: "leave it out where the cluster's own roles decide"
            )
        }
        return deployers
    }

    private mutating func readNamespaces(_ member: Attribute.Member) {
        for entry in list(member) {
            var terms = NamespaceTerms(names: [], terms: policy.everywhere)
            for part in members(of: entry, in: member) {
                if part.key == "names" {
                    terms.names = reading.texts(part)
                } else if !readTerm(part, into: &terms.terms) {
                    reading.unknown(part, Self.termKeys + ["names"])
                }
            }
            guard !terms.names.isEmpty else {
                reading.error("'namespaces' has an entry without 'names'", entry.place, hint: "such as 'names: [shop]'")
                continue
            }
            policy.namespaces.append(terms)
        }
    }

    private mutating func readExemptions(_ member: Attribute.Member) {
        for entry in list(member) {
            var exemption = Exemption()
            for part in members(of: entry, in: member) {
                switch part.key {
                case "namespaces": exemption.namespaces = reading.texts(part)
                case "users": exemption.users = reading.texts(part)
                case "groups": exemption.groups = reading.texts(part)
                case "labels": exemption.labels = reading.texts(part)
                default: reading.unknown(part, ["namespaces", "users", "groups", "labels"])
                }
            }
            guard exemption != Exemption() else {
                reading.error(
                    "'exempt' has an entry that says nothing, so that everything would pass",
                    entry.place,
                    hint: "name namespaces, users or groups; to refuse nothing write 'observe: true'"
                )
                continue
            }
            guard exemption.isNamed else {
                reading.error(
                    "'exempt' has an entry of labels alone, which anybody may write who deploys",
                    entry.place,
                    hint: "name namespaces, users or groups besides; labels narrow them"
                )
                continue
            }
            policy.exemptions.append(exemption)
        }
    }

    private mutating func list(_ member: Attribute.Member) -> [Attribute] {
        if case .list(let list) = member.value.content { return list }
        if case .null = member.value.content { return [] }
        reading.error("'\(member.key)' is a list", member.value.place)
        return []
    }

    private mutating func members(of entry: Attribute, in member: Attribute.Member) -> [Attribute.Member] {
        if case .map(let members) = entry.content { return members }
        reading.error("an entry of '\(member.key)' is a map", entry.place)
        return []
    }

    // MARK: The rest

    private mutating func readLimits(_ member: Attribute.Member) {
        for entry in reading.members(member) {
            guard entry.key == "review" else {
                reading.unknown(entry, ["review"])
                continue
            }
            policy.reviewLimit = reading.size(entry, in: 64 << 10...64 << 20, such: "8MiB") ?? policy.reviewLimit
        }
    }

    private mutating func readFailure(_ member: Attribute.Member) {
        policy.passesUnsearchable = reading.passes("others", in: member) ?? policy.passesUnsearchable
    }
}

extension ImagePolicy {
    /// Any image, of any registry.
    fileprivate static var any: ImagePolicy {
        var policy = ImagePolicy()
        policy.allowed = ["*"]
        return policy
    }
}

extension AdmissionPolicy {
    /// Reads a policy file's text.
    ///
    /// A ConfigMap is mounted as files, so that one is a policy's file as well.
    ///
    /// - Returns: the policy, nil where a diagnostic is an error.
    package static func read(_ text: String, file: String) -> (policy: AdmissionPolicy?, diagnostics: [Diagnostic]) {
        AdmissionPolicyReader.read(text, file: file)
    }
}
