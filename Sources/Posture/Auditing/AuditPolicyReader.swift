extension AuditPolicy {
    /// More rules than anybody writes; each is asked about many requests.
    private static let maximumRules = 2_000

    /// Reads a policy.
    ///
    /// - Throws: ``DocumentError`` where an API server would not start with it.
    init(_ document: Document) throws(DocumentError) {
        guard document["kind"]?.text == "Policy", document["apiVersion"]?.text?.hasPrefix("audit.k8s.io/") == true
        else {
            throw DocumentError("no audit policy: its kind is not Policy of audit.k8s.io")
        }
        let elements = document["rules"]?.elements ?? []
        guard !elements.isEmpty else { throw DocumentError("has no rules") }
        guard elements.count <= Self.maximumRules else { throw DocumentError("has too many rules to be looked at") }
        omittedStages = try Self.stages(document["omitStages"])
        rules = []
        for (place, element) in elements.enumerated() { rules.append(try Self.rule(element, at: place)) }
    }

    private static func rule(_ element: Document, at place: Int) throws(DocumentError) -> Rule {
        guard let level = element["level"]?.text.flatMap(Level.init(rawValue:)) else {
            throw DocumentError(
                "rules[\(place)].level: none of \(Level.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        var resources: [GroupResources] = []
        for (index, one) in try list(element, "resources", place).enumerated() {
            guard case .object = one else { throw DocumentError("rules[\(place)].resources[\(index)]: no object") }
            resources.append(
                GroupResources(
                    group: one["group"]?.text ?? "",
                    resources: one["resources"]?.texts ?? [],
                    names: one["resourceNames"]?.texts ?? []
                )
            )
        }
        return Rule(
            place: place,
            level: level,
            users: try texts(element, "users", place),
            userGroups: try texts(element, "userGroups", place),
            verbs: try texts(element, "verbs", place),
            namespaces: try texts(element, "namespaces", place),
            resources: resources,
            nonResourceURLs: try texts(element, "nonResourceURLs", place),
            omittedStages: try stages(element["omitStages"]),
            document: element
        )
    }

    private static func stages(_ value: Document?) throws(DocumentError) -> Set<String> {
        let known: Set = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"]
        let stages = Set(value?.texts ?? [])
        if let other = stages.subtracting(known).sorted().first {
            throw DocumentError("omitStages: no stage '\(other)'")
        }
        return stages
    }

    private static func list(_ element: Document, _ name: String, _ place: Int) throws(DocumentError) -> [Document] {
        switch element[name] {
        case nil, .null?: return []
        case .list(let elements)?: return elements
        default: throw DocumentError("rules[\(place)].\(name): no list")
        }
    }

    private static func texts(_ element: Document, _ name: String, _ place: Int) throws(DocumentError) -> [String] {
        var texts: [String] = []
        for one in try list(element, name, place) {
            guard let text = one.text else { throw DocumentError("rules[\(place)].\(name): no text") }
            texts.append(text)
        }
        return texts
    }
}

extension AuditPolicy.Rule {
    /// As findings quote it: `rules[3]: {"level": "None", "users": ["bob"]}`.
    var words: String { "rules[\(place)]: \(document.inLine)" }
}

extension Document {
    /// As JSON in one line.
    var inLine: String {
        json.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
            .replacing("{ ", with: "{").replacing(" }", with: "}").replacing("[ ", with: "[").replacing(" ]", with: "]")
    }
}
