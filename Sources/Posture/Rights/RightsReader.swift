internal import JSON

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

    /// A list may hold all roles of a large cluster.
    private static let maximumBytes = 256 << 20
    private static let group = "rbac.authorization.k8s.io"

    package init() {}

    /// What was read, put together.
    package var rights: Rights { Rights(roles: roles, bindings: bindings) }

    /// Reads a list, or one object; what is neither a role nor a binding is passed over.
    package mutating func read(_ bytes: [UInt8], from source: String) {
        self.source = source
        let parser = JSONParser(maximumBytes: Self.maximumBytes, maximumDepth: 64)
        do throws(JSONError) {
            try bytes.withDocument(by: parser) { root in
                guard root.isObject else { return note("", "no object") }
                let kind = root["kind"]?.string ?? ""
                guard let items = root["items"], kind.hasSuffix("List") else { return readObject(root, kind, "") }
                for (index, item) in items.elements.enumerated() {
                    // A list of one kind does not say it of each.
                    readObject(item, item["kind"]?.string ?? String(kind.dropLast(4)), "items[\(index)].")
                }
            }
        } catch {
            note("", error.description)
        }
    }

    private mutating func readObject(_ object: JSONValue, _ kind: String, _ place: String) {
        let metadata = object["metadata"]
        let name = metadata?["name"]?.string ?? ""
        let namespace = metadata?["namespace"]?.string
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

    private mutating func rule(_ value: JSONValue, _ place: String) -> PolicyRule? {
        guard value.isObject else {
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

    private mutating func reference(_ value: JSONValue?, _ place: String) -> RoleReference? {
        guard let kind = value?["kind"]?.string.flatMap(RoleReference.Kind.init(rawValue:)),
            let name = value?["name"]?.string, !name.isEmpty
        else {
            note(place, "names no Role and no ClusterRole")
            return nil
        }
        if let group = value?["apiGroup"]?.string, !group.isEmpty, group != Self.group {
            note("\(place).apiGroup", "'\(group)' is not \(Self.group)")
            return nil
        }
        return RoleReference(kind, name)
    }

    private mutating func subject(_ value: JSONValue, _ namespace: String?, _ place: String) -> Subject? {
        guard let kind = value["kind"]?.string.flatMap(Subject.Kind.init(rawValue:)),
            let name = value["name"]?.string, !name.isEmpty
        else {
            note(place, "names no User, Group or ServiceAccount")
            return nil
        }
        guard kind == .serviceAccount else { return Subject(kind, name) }
        let own = value["namespace"]?.string ?? ""
        return Subject(kind, name, namespace: own.isEmpty ? namespace : own)
    }

    private mutating func selector(_ value: JSONValue, _ place: String) -> LabelSelector? {
        var selector = LabelSelector(matchLabels: texts(value["matchLabels"]))
        for (expression, place) in elements(value["matchExpressions"], "\(place).matchExpressions") {
            guard let key = expression["key"]?.string,
                let operation = expression["operator"]?.string.flatMap(LabelSelector.Operator.init(rawValue:))
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

    private mutating func elements(_ value: JSONValue?, _ place: String) -> [(value: JSONValue, place: String)] {
        guard let value, !value.isNull else { return [] }
        guard value.isArray else {
            note(place, "no list")
            return []
        }
        return value.elements.enumerated().map { ($0.element, "\(place)[\($0.offset)]") }
    }

    private mutating func list(_ value: JSONValue?, _ place: String) -> [String] {
        elements(value, place).compactMap { element, place in
            if element.string == nil { note(place, "no text") }
            return element.string
        }
    }

    private func texts(_ value: JSONValue?) -> [String: String] {
        guard let value, value.isObject else { return [:] }
        let pairs = value.members.compactMap { key, value in value.string.map { (String(key), $0) } }
        return Dictionary(pairs) { _, last in last }
    }

    private mutating func note(_ place: String, _ reason: String) {
        problems.append(Problem(source: source, place: place, reason: reason))
    }
}

extension [UInt8] {
    /// Lends the document that these bytes are.
    fileprivate func withDocument(by parser: JSONParser, _ body: (JSONValue) -> Void) throws(JSONError) {
        let result: Result<Void, JSONError> = unsafe withUnsafeBytes { bytes in
            Result { () throws(JSONError) in unsafe try parser.withDocument(bytes, body) }
        }
        try result.get()
    }
}
