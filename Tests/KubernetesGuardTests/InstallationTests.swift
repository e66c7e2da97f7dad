import Sigma
import Testing

@testable import KubernetesGuard

@Suite struct InstallationTests {
    /// The documents that are applied, by kind; a kind that is there twice is an error.
    private func objects(_ installation: Installation = Installation()) throws -> [String: Attribute] {
        let read = YAMLDocuments(reading: try installation.manifests(), file: "manifests.yaml")
        #expect(read.diagnostics.isEmpty)
        let kinds = read.documents.map { ($0["kind"]?.text ?? "none", $0) }
        return try #require(Set(kinds.map(\.0)).count == kinds.count ? Dictionary(uniqueKeysWithValues: kinds) : nil)
    }

    private func webhooks(_ installation: Installation = Installation()) throws -> [Attribute] {
        let configuration = try #require(try objects(installation)["ValidatingWebhookConfiguration"])
        return configuration["webhooks"]?.elements ?? []
    }

    @Test func `everything is there that a cluster needs`() throws {
        let kinds = try objects().keys.sorted()
        #expect(
            kinds == [
                "ClusterRole", "ClusterRoleBinding", "ConfigMap", "Deployment", "Namespace", "NetworkPolicy",
                "PodDisruptionBudget", "Role", "RoleBinding", "Secret", "Service", "ServiceAccount",
                "ValidatingWebhookConfiguration",
            ]
        )
    }

    @Test func `the same choice prints the same bytes, and every template of the chart is of use`() throws {
        #expect(try Installation().manifests() == Installation().manifests())
        let templates = ChartSources.all.map(\.path).filter { $0.contains("/templates/") }
        let names = templates.compactMap { $0.split(separator: "/").last?.split(separator: ".").first.map(String.init) }
        #expect(names.sorted() == Installation.order.sorted())
    }

    @Test func `rights are given by name, and to read alone where no name is given`() throws {
        let objects = try objects()
        let rules = ["Role", "ClusterRole"].flatMap { objects[$0]?["rules"]?.elements ?? [] }.map(Self.words)
        #expect(
            rules == [
                "{apiGroups: [], resources: [configmaps], resourceNames: [tidewaiter-policy], verbs: [get, list, watch]}",
                "{apiGroups: [], resources: [secrets], resourceNames: [tidewaiter-certificate], verbs: [get, patch]}",
                "{apiGroups: [], resources: [namespaces], verbs: [get, list, watch]}",
                "{apiGroups: [], resources: [pods], verbs: [list]}",
                "{apiGroups: [admissionregistration.k8s.io], resources: [validatingwebhookconfigurations], "
                    + "resourceNames: [tidewaiter], verbs: [get, list, watch, patch]}",
            ]
        )
    }

    @Test func `no secret's content is printed`() throws {
        let secret = try #require(try objects()["Secret"])
        #expect(secret["data"] == nil && secret["stringData"] == nil)
    }

    @Test func `the policy that it begins with is one`() throws {
        let text = try #require(try objects()["ConfigMap"]?["data"]?["policy.yml"]?.text)
        let read = AdmissionPolicy.read(text, file: "policy.yml")
        #expect(read.diagnostics.isEmpty)
        #expect(read.policy?.everywhere.observes == true && read.policy?.everywhere.refuseAt == .high)
    }

    @Test func `each choice stands where it belongs`() throws {
        var installation = Installation()
        installation.namespace = try InstallationNamespace(parsing: "security")
        installation.image = "registry.example.com/tidewaiter@sha256:\(String(repeating: "a", count: 64))"
        installation.replicas = 5
        installation.failurePolicy = .ignore
        installation.observes = false
        installation.refuseAt = .medium
        let objects = try objects(installation)
        let deployment = try #require(objects["Deployment"]?["spec"])
        #expect(deployment["replicas"]?.text == "5")
        let container = deployment["template"]?["spec"]?["containers"]?.elements.first
        #expect(container?["image"]?.text == installation.image)
        let arguments = container?["args"]?.elements.compactMap(\.text) ?? []
        #expect(arguments.contains("--policy=configmap:security/tidewaiter-policy"))
        #expect(objects["Namespace"]?["metadata"]?["name"]?.text == "security")
        let policy = AdmissionPolicy.read(objects["ConfigMap"]?["data"]?["policy.yml"]?.text ?? "", file: "p").policy
        #expect(policy?.everywhere.observes == false && policy?.everywhere.refuseAt == .medium)
        #expect(try webhooks(installation).map { $0["failurePolicy"]?.text }.allSatisfy { $0 == "Ignore" })
        let everywhere = ["Namespace", "ClusterRole", "ClusterRoleBinding", "ValidatingWebhookConfiguration"]
        let placed = objects.filter { !everywhere.contains($0.key) }
        #expect(placed.values.allSatisfy { $0["metadata"]?["namespace"]?.text == "security" })
        #expect(try !installation.manifests().contains("namespace: tidewaiter"))
    }

    // MARK: What cannot lock a cluster out

    @Test func `only what deploys outside the namespaces that come first is held up while no replica answers`() throws {
        let webhooks = try webhooks()
        #expect(webhooks.map { $0["failurePolicy"]?.text } == ["Fail", "Ignore", "Ignore", "Ignore"])
        let held = try #require(webhooks.first)
        #expect(Self.namespaces(held) == ["NotIn kube-system tidewaiter"])
        let rules = held["rules"]?.elements ?? []
        let resources = Set(rules.flatMap { $0["resources"]?.elements.compactMap(\.text) ?? [] })
        #expect(
            resources == [
                "pods", "pods/*", "bindings", "replicationcontrollers", "podtemplates", "deployments", "replicasets",
                "statefulsets", "daemonsets", "jobs", "cronjobs", "nodes/proxy",
            ]
        )
        let operations = webhooks.flatMap { $0["rules"]?.elements ?? [] }.flatMap { $0["operations"]?.elements ?? [] }
        #expect(!operations.isEmpty && !operations.contains { $0.text == "DELETE" || $0.text == "*" })
    }

    @Test func `the namespaces that come first are asked about by the same rules`() throws {
        let webhooks = try webhooks()
        #expect(Self.namespaces(webhooks[1]) == ["In kube-system tidewaiter"])
        let rules = webhooks.map { $0["rules"]?.elements.map(Self.words) ?? [] }
        #expect(rules[0].filter { !$0.contains("nodes/proxy") } == rules[1])
        let conditions = webhooks.map { $0["matchConditions"]?.elements.map(Self.words) ?? [] }
        #expect(conditions[0] == conditions[1] && conditions[0].count == 3)
    }

    @Test func `every webhook answers as the API server asks, and soon`() throws {
        for webhook in try webhooks() {
            #expect(webhook["admissionReviewVersions"]?.elements.map(\.text) == ["v1"])
            #expect(webhook["sideEffects"]?.text == "NoneOnDryRun" && webhook["matchPolicy"]?.text == "Equivalent")
            #expect(webhook["objectSelector"] == nil)
            #expect(webhook["clientConfig"]?["service"]?["path"]?.text == "/validate")
            #expect(try (1...5).contains(#require(webhook["timeoutSeconds"]?.text.flatMap { Int($0) })))
        }
    }

    /// The selector's expressions, in one line each.
    private static func namespaces(_ webhook: Attribute) -> [String] {
        webhook["namespaceSelector"]?["matchExpressions"]?.elements.map { expression in
            let names = expression["values"]?.elements.compactMap(\.text).sorted() ?? []
            return ([expression["operator"]?.text ?? ""] + names).joined(separator: " ")
        } ?? []
    }

    /// A tree without its places, to be compared.
    private static func words(_ attribute: Attribute) -> String {
        switch attribute.content {
        case .map(let members): "{" + members.map { "\($0.key): \(words($0.value))" }.joined(separator: ", ") + "}"
        case .list(let list): "[" + list.map(words).joined(separator: ", ") + "]"
        default: attribute.text ?? "null"
        }
    }

    // MARK: Namespaces

    @Test(arguments: [
        ("", "'' is no namespace"), ("Upper", "'Upper' is no namespace"), ("-a", "'-a' is no namespace"),
        ("a.b", "'a.b' is no namespace"), ("a\nb", "is no namespace"),
        (String(repeating: "a", count: 64), "is no namespace"),
        ("kube-system", "'kube-system' is used by others"), ("default", "'default' is used by others"),
    ])
    func `a namespace is a name, and nobody else's`(text: String, reason: String) {
        let error = #expect(throws: InstallationNamespace.Refused.self) { try InstallationNamespace(parsing: text) }
        #expect(error?.description.contains(reason) == true)
    }
}

extension Attribute {
    fileprivate var elements: [Attribute] {
        if case .list(let list) = content { list } else { [] }
    }
}
