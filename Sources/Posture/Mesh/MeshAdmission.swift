/// Whom a service mesh lets come to a workload with a header that says who they are.
enum MeshAdmission: Sendable, Equatable {
    /// No policy limits it.
    case everybody(String)
    /// Whoever is of the mesh, or of a namespace, or at an address, or shows some token.
    case many([String])
    /// Named accounts alone, or nobody.
    case named([String])
}

extension ClusterEvidence {
    /// Where Istio's policies for the whole mesh are.
    static let meshRoot = "istio-system"

    /// Whom Istio's AuthorizationPolicies let come to a workload of the mesh.
    ///
    /// A policy that denies comes before those that allow; without any that allows, everybody may. Source:
    /// https://istio.io/latest/docs/reference/config/security/authorization-policy/
    ///
    /// - Parameter header: what the workload takes for its caller's name.
    func meshAdmission(to workload: ManagementWorkload, header: String) -> Reading<MeshAdmission> {
        let found = objects("AuthorizationPolicy")
        guard case .known(let objects) = found else {
            if case .absent = found { return .known(.everybody("there is no AuthorizationPolicy")) }
            return found.map { _ in .named([]) }
        }
        let own = objects.filter { $0.isAuthorizationPolicy(for: workload) }
        let denying = own.filter { $0.document.at("spec", "action")?.text == "DENY" }
        for policy in denying {
            let others = policy.rules.compactMap { $0.othersTurnedAway(header: header) }
            if let first = others.first { return .known(.named(first.map { "\(policy.words): notPrincipals: \($0)" })) }
        }
        let allowing = own.filter { ($0.document.at("spec", "action")?.text ?? "ALLOW") == "ALLOW" }
        guard !allowing.isEmpty else { return .known(.everybody("no AuthorizationPolicy is for it")) }
        var many: [String] = []
        var named: [String] = []
        for policy in allowing {
            for rule in policy.rules {
                switch rule.admission(header: header, gateways: [Self.meshRoot]) {
                case .everybody: return .known(.everybody("\(policy.words) lets everybody come to it"))
                case .many(let words): many += words.map { "\(policy.words): \($0)" }
                case .named(let words): named += words.map { "\(policy.words): \($0)" }
                }
            }
        }
        return .known(many.isEmpty ? .named(named) : .many(many))
    }
}

extension ClusterObject {
    fileprivate var rules: [Document] { document.at("spec", "rules")?.elements ?? [] }

    /// Whether it is for some pods, or for all of their namespace or of the mesh, which a workload's are among.
    fileprivate func isAuthorizationPolicy(for workload: ManagementWorkload) -> Bool {
        guard namespace == workload.namespace || namespace == ClusterEvidence.meshRoot else { return false }
        // Those are for gateways and waypoints.
        guard document.at("spec", "targetRefs") == nil, document.at("spec", "targetRef") == nil else { return false }
        let labels = document.at("spec", "selector", "matchLabels")?.textsByName ?? [:]
        return labels.allSatisfy { workload.podLabels[$0.key] == $0.value }
    }
}

extension Document {
    private static let healthPaths: Set = ["/health", "/healthz", "/livez", "/readyz", "/metrics"]

    /// Of a rule that allows: whom.
    fileprivate func admission(header: String, gateways: Set<String>) -> MeshAdmission {
        let conditions = self["when"]?.elements ?? []
        // Whoever sends no such header says nothing that could be forged.
        let isWithoutHeader = conditions.contains {
            $0["key"]?.text == "request.headers[\(header)]" && ($0["notValues"]?.texts ?? []).contains("*")
        }
        let operations = self["to"]?.elements ?? []
        let isHealth =
            !operations.isEmpty
            && operations.allSatisfy { one in
                let paths = one.at("operation", "paths")?.texts ?? []
                return !paths.isEmpty && paths.allSatisfy(Self.healthPaths.contains)
            }
        if isWithoutHeader || isHealth { return .named([]) }
        let sources = (self["from"]?.elements ?? []).map { $0["source"] ?? [:] }
        guard !sources.isEmpty else { return .everybody("") }
        var many: [String] = []
        var named: [String] = []
        for source in sources {
            let principals = source["principals"]?.texts ?? []
            let namespaces = source["namespaces"]?.texts ?? []
            let others = ["requestPrincipals", "ipBlocks", "remoteIpBlocks"].flatMap { name in
                (source[name]?.texts ?? []).map { "\(name): \($0)" }
            }
            if !principals.isEmpty {
                let isNamed = principals.allSatisfy { !$0.contains("*") }
                if isNamed {
                    named += principals.map { "principals: \($0)" }
                } else {
                    many += principals.map { "principals: \($0)" }
                }
            } else if !namespaces.isEmpty {
                let words = namespaces.map { "namespaces: \($0)" }
                if gateways.isSuperset(of: namespaces) { named += words } else { many += words }
            } else if !others.isEmpty {
                many += others
            } else {
                return .everybody("")
            }
        }
        return many.isEmpty ? .named(named) : .many(many)
    }

    /// Of a rule that denies: the accounts that it leaves, where it turns all others away who send the header.
    fileprivate func othersTurnedAway(header: String) -> [String]? {
        let conditions = self["when"]?.elements ?? []
        let isOfHeader = conditions.allSatisfy {
            $0["key"]?.text == "request.headers[\(header)]" && $0["values"]?.texts == ["*"] && $0["notValues"] == nil
        }
        let sources = (self["from"]?.elements ?? []).compactMap { $0["source"] }
        guard isOfHeader, self["to"] == nil, let source = sources.first, sources.count == 1, source.members.count == 1,
            let principals = source["notPrincipals"]?.texts, !principals.isEmpty,
            principals.allSatisfy({ !$0.contains("*") })
        else { return nil }
        return principals
    }
}
