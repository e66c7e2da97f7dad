/// Reads roles and bindings as an API server lists them, or as `kubectl get -o json` writes them.
///
/// Source of the format: rbac.authorization.k8s.io/v1.
package struct RightsReader {
    /// Something that could not be read; what it would have allowed is not known.
    package struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// What was read: a file's name.
        package var source: String
        /// Where in it: `items[3].rules[0].verbs`.
        package var place: String
        package var reason: String

        package var description: String { place.isEmpty ? "\(source): \(reason)" : "\(source): \(place): \(reason)" }
    }

    package private(set) var roles: [Role] = []
    package private(set) var bindings: [RoleBinding] = []
    package private(set) var problems: [Problem] = []
    private var source = ""

    private static let group = "rbac.authorization.k8s.io"

    package init() {}

    /// What was read, put together.
    package var rights: Rights { Rights(roles: roles, bindings: bindings) }

    /// Reads a list, or one object, of JSON; what is neither a role nor a binding is passed over.
    package mutating func read(_ bytes: [UInt8], from source: String) {
        self.source = source
        do throws(DocumentError) {
            let root = try Document(json: bytes)
            guard case .object = root else { return note("", "no object") }
            let kind = root["kind"]?.text ?? ""
            guard let items = root["items"], kind.hasSuffix("List") else { return readObject(root, kind, "") }
            for (index, item) in items.elements.enumerated() {
                // A list of one kind does not say it of each.
                readObject(item, item["kind"]?.text ?? String(kind.dropLast(4)), "items[\(index)].")
            }
        } catch {
            note("", error.description)
        }
    }

    /// Reads one object.
    ///
    /// - Parameter place: where it stands in its source: `items[3].`, or nothing.
    package mutating func read(_ object: Document, kind: String, from source: String, place: String = "") {
        self.source = source
        readObject(object, kind, place)
    }

    private mutating func readObject(_ object: Document, _ kind: String, _ place: String) {
        let metadata = object["metadata"]
        let name = metadata?["name"]?.text ?? ""
        let namespace = metadata?["namespace"]?.text
        switch kind {
        case "Role", "ClusterRole":
            guard isNamed(name, namespace, isCluster: kind == "ClusterRole", place) else { return }
            let rules = elements(object["rules"], "\(place)rules").compactMap { rule($0.value, $0.place) }
            let selectors = elements(
                object["aggregationRule"]?["clusterRoleSelectors"],
                "\(place)aggregationRule.clusterRoleSelectors"
            )
            roles.append(
                Role(
                    RoleReference(kind == "Role" ? .role : .clusterRole, name),
                    namespace: kind == "Role" ? namespace : nil,
                    labels: texts(metadata?["labels"]),
                    rules: rules,
                    aggregated: selectors.compactMap { selector($0.value, $0.place) }
                )
            )
        case "RoleBinding", "ClusterRoleBinding":
            guard isNamed(name, namespace, isCluster: kind == "ClusterRoleBinding", place) else { return }
            guard let role = reference(object["roleRef"], "\(place)roleRef") else { return }
            let within = kind == "RoleBinding" ? namespace : nil
            let subjects = elements(object["subjects"], "\(place)subjects")
            bindings.append(
                RoleBinding(
                    name,
                    namespace: within,
                    role: role,
                    subjects: subjects.compactMap { subject($0.value, within, $0.place) }
                )
            )
        default: break
        }
    }

    private mutating func isNamed(_ name: String, _ namespace: String?, isCluster: Bool, _ place: String) -> Bool {
        if name.isEmpty {
            note("\(place)metadata.name", "has no name")
        } else if !isCluster, namespace?.isEmpty ?? true {
            note("\(place)metadata.namespace", "has no namespace")
        } else {
            return true
        }
        return false
    }

    private mutating func rule(_ value: Document, _ place: String) -> PolicyRule? {
        guard case .object = value else {
            note(place, "no object")
            return nil
        }
        return PolicyRule(
            verbs: list(value["verbs"], "\(place).verbs"),
            apiGroups: list(value["apiGroups"], "\(place).apiGroups"),
            resources: list(value["resources"], "\(place).resources"),
            resourceNames: list(value["resourceNames"], "\(place).resourceNames"),
            nonResourceURLs: list(value["nonResourceURLs"], "\(place).nonResourceURLs")
        )
    }

    private mutating func reference(_ value: Document?, _ place: String) -> RoleReference? {
        guard let kind = value?["kind"]?.text.flatMap(RoleReference.Kind.init(rawValue:)),
            let name = value?["name"]?.text, !name.isEmpty
        else {
            note(place, "names no Role and no ClusterRole")
            return nil
        }
        if let group = value?["apiGroup"]?.text, !group.isEmpty, group != Self.group {
            note("\(place).apiGroup", "'\(group)' is not \(Self.group)")
            return nil
        }
        return RoleReference(kind, name)
    }

    private mutating func subject(_ value: Document, _ namespace: String?, _ place: String) -> Subject? {
        guard let kind = value["kind"]?.text.flatMap(Subject.Kind.init(rawValue:)),
            let name = value["name"]?.text, !name.isEmpty
        else {
            note(place, "names no User, Group or ServiceAccount")
            return nil
        }
        guard kind == .serviceAccount else { return Subject(kind, name) }
        let own = value["namespace"]?.text ?? ""
        return Subject(kind, name, namespace: own.isEmpty ? namespace : own)
    }

    private mutating func selector(_ value: Document, _ place: String) -> LabelSelector? {
        var selector = LabelSelector(matchLabels: texts(value["matchLabels"]))
        for (expression, place) in elements(value["matchExpressions"], "\(place).matchExpressions") {
            guard let key = expression["key"]?.text,
                let operation = expression["operator"]?.text.flatMap(LabelSelector.Operator.init(rawValue:))
            else {
                note(place, "has no key, or no operator that is known")
                return nil
            }
            let values = list(expression["values"], "\(place).values")
            selector.matchExpressions.append(LabelSelector.Requirement(key, operation, values))
        }
        return selector
    }

    // MARK: Values

    private mutating func elements(_ value: Document?, _ place: String) -> [(value: Document, place: String)] {
        guard let value, value != .null else { return [] }
        guard case .list(let elements) = value else {
            note(place, "no list")
            return []
        }
        return elements.enumerated().map { ($0.element, "\(place)[\($0.offset)]") }
    }

    private mutating func list(_ value: Document?, _ place: String) -> [String] {
        elements(value, place).compactMap { element, place in
            if element.text == nil { note(place, "no text") }
            return element.text
        }
    }

    private func texts(_ value: Document?) -> [String: String] {
        guard case .object(let members)? = value else { return [:] }
        let pairs = members.compactMap { member in member.value.text.map { (member.name, $0) } }
        return Dictionary(pairs) { _, last in last }
    }

    private mutating func note(_ place: String, _ reason: String) {
        problems.append(Problem(source: source, place: place, reason: reason))
    }
}
