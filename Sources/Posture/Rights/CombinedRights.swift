/// Rights that are nothing by themselves: who has one of them rises by it only with one of some others, wherever that is from.
///
/// Who approves, or signs, what anybody asks to be called makes certificates for anybody; and a volume of a node's files is for
/// who can have a pod with it, which no Pod Security level refuses. Sources: Kubernetes' RBAC good practices ("CSRs and
/// certificate issuing", "Persistent volume creation"); kubernetes, pkg/certauthorization (`IsAuthorizedForSignerName`).
struct CombinedRights: Sendable {
    /// Whose certificates the API server believes, whatever they are called; those of kubelets are for nodes alone, and those of
    /// other signers are for others than it.
    private static let signers = [
        "kubernetes.io/kube-apiserver-client", "kubernetes.io/legacy-unknown", "kubernetes.io/*",
    ]

    /// Those by which somebody rises.
    static let rising =
        signers.flatMap { signer in
            ["approve", "sign"].map {
                ResourceAttributes(verb: $0, group: "certificates.k8s.io", resource: "signers", name: signer)
            }
        } + [ResourceAttributes(verb: "create", resource: "persistentvolumes")]

    /// Who has what some need besides, and of which rights that is.
    private var needs: [(holders: Holders, rights: Set<ResourceAttributes>)] = []

    /// - Parameter asked: rights that are asked about, combined ones among them or not.
    init(_ access: ClusterAccess, asked: [ResourceAttributes]) {
        let halves = Dictionary(grouping: asked.filter(\.isHalf)) { $0.needed(among: access.roles) }
        for (needed, rights) in halves {
            needs.append((Holders(access.rights.holdings(of: needed)), Set(rights)))
        }
    }

    /// What a binding gives each of its subjects, as something that is made once for those who share it.
    struct Share<Value> {
        private let holding: Rights.Holding
        private let needs: [(holders: Holders, rights: Set<ResourceAttributes>)]
        private let make: ([Rights.GivenRight]) -> Value
        private var made: [Key: Value] = [:]

        private struct Key: Hashable {
            var isUnauthenticated: Bool
            var missing: [Int]
        }

        /// - Parameter make: given what somebody holds, without what is nothing to them.
        init(_ holding: Rights.Holding, _ combined: CombinedRights, make: @escaping ([Rights.GivenRight]) -> Value) {
            self.holding = holding
            self.make = make
            let given = Set((holding.given + holding.givenUnauthenticated).map(\.attributes).filter(\.isHalf))
            needs = combined.needs.filter { !$0.rights.isDisjoint(with: given) }
        }

        mutating func value(for subject: Subject) -> Value {
            // What has no namespace is not given in one.
            let isEverywhere = holding.binding.namespace == nil
            let missing = needs.indices.filter { !isEverywhere || !needs[$0].holders.mayInclude(subject) }
            let key = Key(isUnauthenticated: subject.isUnauthenticated, missing: missing)
            if let known = made[key] { return known }
            let value = make(
                holding.given(to: subject).filter { given in
                    !missing.contains { needs[$0].rights.contains(given.attributes) }
                }
            )
            made[key] = value
            return value
        }
    }
}

extension ResourceAttributes {
    /// Whether it needs another right to be of use.
    fileprivate var isHalf: Bool {
        switch (group, resource) {
        case ("certificates.k8s.io", "signers"), ("", "persistentvolumes"): true
        default: false
        }
    }

    /// Any one of these.
    fileprivate func needed(among roles: [Role]) -> [ResourceAttributes] {
        guard resource == "signers" else { return Workloads.deploying(by: roles) }
        return ["update", "patch"].map {
            ResourceAttributes(
                verb: $0,
                group: group,
                resource: "certificatesigningrequests",
                subresource: verb == "approve" ? "approval" : "status"
            )
        }
    }
}

/// Who holds a right, besides the cluster's own parts, and who may be one of them.
private struct Holders {
    private var subjects: Set<Subject> = []
    private var hasUsers = false
    private var hasGroups = false
    private var namespaces: Set<String> = []

    init(_ holdings: [Rights.Holding]) {
        for holding in holdings where !holding.given.isEmpty {
            for subject in holding.binding.subjects where !ClusterParts.include(subject, by: holding.binding) {
                guard subjects.insert(subject).inserted else { continue }
                switch subject.kind {
                case .serviceAccount: namespaces.insert(subject.namespace ?? "")
                case .user: hasUsers = true
                case .group: if subject.isOfPeople { hasGroups = true }
                }
            }
        }
    }

    private func has(group: String) -> Bool { subjects.contains(Subject(.group, group)) }

    /// Who is in a group is known of service accounts alone: of people it may be anybody.
    func mayInclude(_ subject: Subject) -> Bool {
        if subjects.contains(subject) { return true }
        if subject.isUnauthenticated { return subjects.contains(where: \.isUnauthenticated) }
        if has(group: UserInfo.authenticated) { return true }
        switch subject.kind {
        case .serviceAccount:
            return has(group: "system:serviceaccounts")
                || has(group: "system:serviceaccounts:\(subject.namespace ?? "")")
        case .user: return hasGroups
        case .group where subject.name == UserInfo.authenticated: return !subjects.isEmpty
        case .group where subject.isOfPeople: return hasUsers || hasGroups
        case .group:
            let all = "system:serviceaccounts"
            if subject.name == all { return !namespaces.isEmpty || subjects.contains { $0.isOfAccounts } }
            return has(group: all) || namespaces.contains(String(subject.name.dropFirst(all.count + 1)))
        }
    }
}

extension Subject {
    /// Whether it is a group of service accounts: of all, or of a namespace's.
    fileprivate var isOfAccounts: Bool {
        kind == .group && (name == "system:serviceaccounts" || name.hasPrefix("system:serviceaccounts:"))
    }

    fileprivate var isOfPeople: Bool { kind == .group && !isOfAccounts && !isUnauthenticated }
}
