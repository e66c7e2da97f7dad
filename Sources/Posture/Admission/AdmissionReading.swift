extension ClusterEvidence {
    /// All that an API server asks before it takes what somebody deploys; absent where there is nothing of the kind.
    var admissionGuards: Reading<[AdmissionGuard]> {
        guard case .known(let configurations) = objects("ValidatingWebhookConfiguration") else {
            return objects("ValidatingWebhookConfiguration").map { _ in [] }
        }
        let webhooks = configurations.flatMap { configuration in
            (configuration.document["webhooks"]?.elements ?? []).enumerated().map { place, webhook in
                AdmissionGuard(webhook: webhook, at: place, of: configuration)
            }
        }
        // A cluster may be too old for policies, or have none; what was refused is no reason to call webhooks nothing.
        let policies = objects("ValidatingAdmissionPolicy").value ?? []
        let bindings = objects("ValidatingAdmissionPolicyBinding").value ?? []
        let bound = bindings.compactMap { binding -> AdmissionGuard? in
            let name = binding.document.at("spec", "policyName")?.text
            guard let policy = policies.first(where: { $0.name == name }) else { return nil }
            return AdmissionGuard(policy: policy, binding: binding)
        }
        return .known(webhooks + bound)
    }

    /// The configuration of a webhook, and the names of those that there are.
    func webhookConfiguration(_ name: String) -> ClusterObject? {
        objects("ValidatingWebhookConfiguration").value?.first { $0.name == name }
    }
}

extension AdmissionGuard {
    fileprivate init(webhook: Document, at place: Int, of configuration: ClusterObject) {
        source = .webhook(configuration: configuration.name, place: place)
        name = webhook["name"]?.text ?? ""
        ownNamespace = webhook.at("clientConfig", "service", "namespace")?.text
        failsClosed = webhook["failurePolicy"]?.text ?? "Fail" == "Fail"
        refuses = true
        rules = (webhook["rules"]?.elements ?? []).map(Rule.init)
        conditions = (webhook["matchConditions"]?.elements ?? []).map { $0["expression"]?.text ?? "" }
        timeout = webhook["timeoutSeconds"]?.integer.map { Int($0) }
        namespaceSelector = LabelSelector()
        objectSelector = LabelSelector()
        select(namespaces: webhook["namespaceSelector"], objects: webhook["objectSelector"])
    }

    fileprivate init(policy: ClusterObject, binding: ClusterObject) {
        source = .policy(policy.name, binding: binding.name)
        name = policy.name
        let spec = policy.document["spec"]
        failsClosed = spec?["failurePolicy"]?.text ?? "Fail" == "Fail"
        refuses = binding.document.at("spec", "validationActions")?.texts.contains("Deny") ?? false
        let constraints = spec?["matchConstraints"]
        let narrowed = binding.document.at("spec", "matchResources")
        let own = (constraints?["resourceRules"]?.elements ?? []).map(Rule.init)
        let further = (narrowed?["resourceRules"]?.elements ?? []).map(Rule.init)
        rules = own
        conditions = (spec?["matchConditions"]?.elements ?? []).map { $0["expression"]?.text ?? "" }
        namespaceSelector = LabelSelector()
        objectSelector = LabelSelector()
        select(namespaces: constraints?["namespaceSelector"], objects: constraints?["objectSelector"])
        let (namespaces, objects) = (namespaceSelector, objectSelector)
        select(namespaces: narrowed?["namespaceSelector"], objects: narrowed?["objectSelector"])
        namespaceSelector.formIntersection(namespaces)
        objectSelector.formIntersection(objects)
        // What a binding narrows, or a policy takes out again, is not worked out here.
        if !further.isEmpty { problem = "its binding narrows it to some resources" }
        if constraints?["excludeResourceRules"]?.elements.isEmpty == false { problem = "it leaves out some resources" }
        if binding.document.at("spec", "paramRef") != nil { problem = "it depends on parameters" }
    }

    private mutating func select(namespaces: Document?, objects: Document?) {
        do throws(DocumentError) {
            namespaceSelector = try LabelSelector(reading: namespaces)
            objectSelector = try LabelSelector(reading: objects)
        } catch {
            problem = error.description
        }
    }
}

extension AdmissionGuard.Rule {
    fileprivate init(_ document: Document) {
        operations = document["operations"]?.texts ?? []
        apiGroups = document["apiGroups"]?.texts ?? []
        resources = document["resources"]?.texts ?? []
        isForCluster = document["scope"]?.text == "Cluster"
    }
}

extension LabelSelector {
    /// Reads one; none means all.
    init(reading document: Document?) throws(DocumentError) {
        self.init(matchLabels: document?["matchLabels"]?.textsByName ?? [:])
        // What is no text is not taken for nothing: a selector that lacks a part means more.
        guard matchLabels.count == document?["matchLabels"]?.members.count ?? 0 else {
            throw DocumentError("a selector has a label whose value is no text, or one that stands twice")
        }
        for expression in document?["matchExpressions"]?.elements ?? [] {
            guard let key = expression["key"]?.text,
                let operation = expression["operator"]?.text.flatMap(Operator.init(rawValue:))
            else { throw DocumentError("a selector has no key, or no operator that is known") }
            matchExpressions.append(Requirement(key, operation, expression["values"]?.texts ?? []))
        }
    }

    /// Whether it asks for nothing.
    var isForAll: Bool { matchLabels.isEmpty && matchExpressions.isEmpty }

    /// Leaves what another selector means, too.
    fileprivate mutating func formIntersection(_ other: LabelSelector) {
        matchExpressions += other.matchExpressions
        matchExpressions += other.matchLabels.map { Requirement($0.key, .isIn, [$0.value]) }
    }
}
