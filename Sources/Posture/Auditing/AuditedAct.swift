/// Something by which containers come to run, or are entered, as an audit log has to tell it.
struct AuditedAct: Sendable {
    var attributes: ResourceAttributes
    /// What it has to be told at for it to be judged: bodies say which image, and what it may do.
    var level: AuditPolicy.Level
    /// Any one of these has to be told.
    var stages: Set<String>

    /// Whether a decision tells enough of it.
    func isTold(by decision: AuditPolicy.Decision) -> Bool {
        decision.level >= level && !stages.isSubset(of: decision.omittedStages)
    }

    /// What writes a pod, or what makes one: its answer says what became of it.
    static let deploying: [AuditedAct] =
        (Workloads.deploying(by: [])
        + ["update", "patch"].map {
            ResourceAttributes(verb: $0, resource: "pods", subresource: "ephemeralcontainers")
        }).map { AuditedAct(attributes: $0, level: .request, stages: ["ResponseComplete"]) }

    /// What opens a process in a container, or asks a kubelet to: the command stands in the request's address.
    ///
    /// It is answered when the session ends, and told before.
    static let entering: [AuditedAct] =
        (Workloads.entering.filter { $0.subresource != "ephemeralcontainers" } + Power.kubelets.rights(among: [])).map {
            AuditedAct(attributes: $0, level: .metadata, stages: ["ResponseStarted", "ResponseComplete"])
        }
}

extension AuditPolicy {
    /// Acts that nobody would learn of, by the rule that leaves them out.
    struct Gap: Sendable {
        /// nil where no rule is meant.
        var rule: Rule?
        /// Whether it is told, but not what answers it.
        var isStageOmitted: Bool
        var level: Level
        /// As people read them: `create pods`.
        var acts: [String]
        /// Whose: "everybody", or whom the rule names.
        var by: [String]
        /// In which namespaces, where not in all.
        var within: [String]
    }

    /// Names of users, groups and namespaces that are looked at besides everybody and everywhere.
    private static let maximumNames = 100

    /// The gaps of a policy, each rule that makes one once.
    ///
    /// Asked are: anybody, a service account, who does not say who it is, and all whom rules name, but for the cluster's own
    /// parts; any namespace, and all that rules name.
    func gaps(in acts: [AuditedAct]) -> [Gap] {
        var found: [Int: Gap] = [:]
        for (asker, words) in askers {
            for namespace in asker == Self.anybody ? namespaces : [Self.anyNamespace] {
                for act in acts {
                    var attributes = act.attributes
                    if attributes.resource != "nodes" { attributes.namespace = namespace }
                    let decision = decide(AuditedRequest(user: asker, attributes: attributes))
                    guard !act.isTold(by: decision) else { continue }
                    let place = decision.rule?.place ?? -1
                    var gap =
                        found[place]
                        ?? Gap(
                            rule: decision.rule,
                            isStageOmitted: decision.level >= act.level,
                            level: decision.level,
                            acts: [],
                            by: [],
                            within: []
                        )
                    if !gap.acts.contains(act.attributes.words) { gap.acts.append(act.attributes.words) }
                    if !gap.by.contains(words) { gap.by.append(words) }
                    if !gap.within.contains(namespace) { gap.within.append(namespace) }
                    found[place] = gap
                }
            }
        }
        return found.sorted { $0.key < $1.key }.map { _, gap in
            var gap = gap
            // Who anybody is, and what is anywhere, needs no more words.
            if gap.by.contains(Self.everybody) { gap.by = [Self.everybody] }
            if gap.within.contains(Self.anyNamespace) { gap.within = [] }
            return gap
        }
    }

    private static let everybody = "everybody"
    private static let anyNamespace = "some-namespace"
    private static let anybody = UserInfo(name: "somebody", groups: [UserInfo.authenticated])

    private var askers: [(UserInfo, String)] {
        let account = UserInfo.serviceAccount("some-account", in: Self.anyNamespace)
        let users = Set(rules.lazy.flatMap(\.users).prefix(Self.maximumNames)).filter { !Self.isOfCluster(user: $0) }
        let groups = Set(rules.lazy.flatMap(\.userGroups).prefix(Self.maximumNames)).filter {
            !Self.isOfCluster(group: $0)
        }
        return [
            (Self.anybody, Self.everybody), (account, "service accounts"),
            (.anonymous, "who does not say who they are"),
        ]
            + users.sorted().map { (Self.user($0), "user '\($0)'") }
            + groups.sorted().map {
                (UserInfo(name: "somebody", groups: [$0, UserInfo.authenticated]), "group '\($0)'")
            }
    }

    private var namespaces: [String] {
        let named = rules.lazy.flatMap(\.namespaces).filter { !$0.isEmpty }.prefix(Self.maximumNames)
        return [Self.anyNamespace] + Set(named).union(["kube-system", "default"]).sorted()
    }

    private static func user(_ name: String) -> UserInfo {
        let subject = Subject(user: name)
        return subject.kind == .serviceAccount
            ? .serviceAccount(subject.name, in: subject.namespace ?? "")
            : UserInfo(name: name, groups: [UserInfo.authenticated])
    }

    /// Whether it is one of the cluster's controllers, whose every pod follows from what somebody else deployed.
    private static func isOfCluster(user name: String) -> Bool {
        let subject = Subject(user: name)
        if subject.kind == .serviceAccount { return subject.namespace == "kube-system" }
        return name.hasPrefix("system:")
    }

    private static func isOfCluster(group name: String) -> Bool {
        ["system:nodes", "system:serviceaccounts:kube-system", UserInfo.unauthenticated, UserInfo.authenticated]
            .contains(name)
    }
}
