@testable import Posture

/// kube-bench and ours over the objects of the recorded cluster, and what its API server answered.
struct KubeBenchClusterComparisons {
    private let evidence: Evidence
    private let access: ClusterAccess
    private let fresh: (evidence: Evidence, access: ClusterAccess)
    private let reviews: [Oracle.Review]

    private struct Unread: Error {}

    init() throws {
        func read(_ cluster: ClusterEvidence) throws -> (evidence: Evidence, access: ClusterAccess) {
            guard let access = cluster.access.value else { throw Unread() }
            var evidence = Evidence()
            evidence.cluster = .known(cluster)
            return (evidence, access)
        }
        (evidence, access) = try read(RecordedCluster.all())
        fresh = try read(RecordedCluster.fresh())
        reviews = try Oracle.reviews()
    }

    func all() -> [PeerComparison] {
        [administrators(), secrets(), wildcards(), pods(), defaults(), mounts(), manual(), privileges()]
    }

    private func objects(_ kind: String) -> [ClusterObject] { evidence.cluster.value?.objects(kind).value ?? [] }

    // MARK: Subjects

    /// Ours and theirs on each of those about whom the API server was asked.
    private func subjects(
        _ ours: [String],
        fails binding: (RoleBinding) -> Bool,
        isWrong: ([Oracle.Review]) -> Bool
    ) -> [PeerComparison.System] {
        let raised = Set(Check.results(ours, on: evidence).filter { $0.outcome == .fail }.map(\.subject))
        return Dictionary(grouping: reviews, by: \.name).sorted { $0.key < $1.key }.compactMap { name, answers in
            guard let user = answers.first?.user else { return nil }
            let held = access.bindings.filter { one in one.subjects.contains { $0.isMeant(by: user) } }
            return PeerComparison.System(
                name: name,
                isWrong: isWrong(answers),
                theirs: .init(raised: held.contains(where: binding)),
                ours: .init(raised: held.contains { raised.contains("\($0)") })
            )
        }
    }

    private func administrators() -> PeerComparison {
        PeerComparison(
            theirs: ["5.1.1"],
            asks: "administrators",
            ours: ["M1018-012"],
            unit: "subjects",
            systems: subjects(["M1018-012"], fails: KubeBench.fails(admin:)) { $0.allSatisfy(\.allowed) }
        )
    }

    private func secrets() -> PeerComparison {
        let isEverybodys = KubeBench.failsSecrets(access.rights)
        return PeerComparison(
            theirs: ["5.1.2"],
            asks: "secrets everywhere",
            ours: ["M1018-016"],
            unit: "subjects",
            systems: subjects(["M1018-016"], fails: { _ in isEverybodys }) { answers in
                answers.contains { answer in
                    answer.allowed && answer.resourceAttributes.resource == "secrets"
                        && answer.resourceAttributes.namespace == nil
                }
            },
            why: "asks about everybody at once, for a verb `get,list,watch` that there is none of"
        )
    }

    // MARK: Roles and bindings

    private func wildcards() -> PeerComparison {
        let raised = Set(Check.results(["M1018-013"], on: evidence).filter { $0.outcome == .fail }.map(\.subject))
        let systems = access.roles.map { role in
            let name = role.reference.name
            let isOwn = role.labels["kubernetes.io/bootstrapping"] == "rbac-defaults"
            return PeerComparison.System(
                name: name,
                // What the API server makes itself has to have them.
                isWrong: !isOwn && role.rules.contains { ($0.verbs + $0.apiGroups + $0.resources).contains("*") },
                theirs: .init(raised: KubeBench.fails(wildcardsOf: role)),
                ours: .init(raised: raised.contains { $0.contains("\"\(name)") })
            )
        }
        return PeerComparison(
            theirs: ["5.1.3"],
            asks: "wildcards",
            ours: ["M1018-013"],
            unit: "roles",
            systems: systems,
            why: "takes the API server's own roles for wrong, and so fails on every cluster"
        )
    }

    private func pods() -> PeerComparison {
        let systems = [("recorded", evidence, access), ("fresh", fresh.evidence, fresh.access)].map {
            name,
            evidence,
            access in
            PeerComparison.System(
                name: name,
                // Of the one it is recorded that anybody may; the other was labelled as it was made.
                isWrong: name == "recorded" && isOpenToAnybody,
                theirs: .init(raised: KubeBench.failsPods(access.rights)),
                ours: .init(Check.results(["M1018-009"], on: evidence))
            )
        }
        return PeerComparison(
            theirs: ["5.1.4"],
            asks: "everybody deploys",
            ours: ["M1018-009"],
            unit: "clusters",
            systems: systems,
            why: "asks about pods, not about what makes them: the server let anybody create DaemonSets"
        )
    }

    /// Whether the API server let somebody who has nothing but an account deploy.
    private var isOpenToAnybody: Bool {
        reviews.contains { $0.name == "nobody-special" && $0.allowed && $0.resourceAttributes.verb == "create" }
    }

    // MARK: Service accounts

    private func defaults() -> PeerComparison {
        let systems = objects("ServiceAccount").filter { $0.name == "default" }.map { account in
            let namespace = account.namespace ?? ""
            let user = UserInfo(
                name: UserInfo.serviceAccountName("default", in: namespace),
                groups: ["system:serviceaccounts:\(namespace)"]
            )
            let isBound = access.bindings.contains { one in one.subjects.contains { $0.isMeant(by: user) } }
            let isMounted = objects("Pod").contains {
                $0.namespace == namespace && $0.document.at("spec", "serviceAccountName")?.text == "default"
            }
            let ours = Check.results(["M1018-023"], on: evidence) { $0.isAbout(namespace: namespace) }
            return PeerComparison.System(
                name: namespace,
                isWrong: isBound || isMounted,
                theirs: .init(raised: KubeBench.fails(default: account)),
                ours: .init(ours)
            )
        }
        return PeerComparison(
            theirs: ["5.1.5"],
            asks: "default accounts",
            ours: ["M1018-023"],
            unit: "accounts",
            systems: systems,
            why: "wants the same word on each, also where it has no right and no pod has its token"
        )
    }

    private func mounts() -> PeerComparison {
        let systems = objects("Pod").map { pod in
            let ours = Check.results(["M1018-023"], on: evidence) { $0.isAbout(namespace: pod.namespace ?? "") }
            return PeerComparison.System(
                name: pod.name,
                // The other is a dashboard that asks the API server by an account of its own.
                isWrong: pod.document.at("spec", "serviceAccountName")?.text == "default",
                theirs: .init(raised: KubeBench.fails(mountOf: pod, accounts: objects("ServiceAccount"))),
                ours: .init(ours)
            )
        }
        return PeerComparison(
            theirs: ["5.1.6"],
            asks: "mounted tokens",
            ours: ["M1018-023"],
            unit: "pods",
            systems: systems,
            why: "takes a pod that needs its own account's token for wrong"
        )
    }

    // MARK: What is not asked

    /// The labelled objects of what is left to people.
    private func manual() -> PeerComparison {
        let ours = ["M1018-014", "M1018-015", "M1018-024", "M1030-008", "M1030-010"]
        let systems = ours.flatMap { id in
            RecordedCase.of(["TW-\(id)"]).map { one in
                let parts = (one.part ?? "").split(separator: "/").map(String.init)
                let results = Check.results([id], on: evidence) { result in
                    switch id {
                    case "M1030-008": result.subject.contains("\"\(parts[0])/")
                    case "M1030-010": result.subject == "Namespace \"\(parts[0])\""
                    default: result.subject.contains("\"\(parts.joined(separator: "/"))\"")
                    }
                }
                return PeerComparison.System(
                    name: one.case,
                    isWrong: one.expected == "fail",
                    theirs: .undecided,
                    ours: .init(results)
                )
            }
        }
        return PeerComparison(
            theirs: ["5.1.8", "5.1.10", "5.2.1", "5.3.2"],
            asks: "by hand",
            ours: ours,
            unit: "objects",
            systems: systems,
            why: "manual: it looks at nothing"
        )
    }

    private func privileges() -> PeerComparison {
        let systems = objects("Namespace").filter { !$0.name.hasPrefix("kube-") }.map { namespace in
            let level = namespace.labels["pod-security.kubernetes.io/enforce"]
            let pods = objects("Pod").filter { $0.namespace == namespace.name }
            return PeerComparison.System(
                name: namespace.name,
                // Everybody may deploy in each of them.
                isWrong: level != "baseline" && level != "restricted",
                theirs: .init(raised: pods.contains(where: KubeBench.fails(privilegesOf:))),
                ours: .init(Check.results(["M1018-024"], on: evidence) { $0.subject == namespace.words })
            )
        }
        return PeerComparison(
            theirs: ["5.2.2", "5.2.3", "5.2.4", "5.2.5", "5.2.6"],
            asks: "privileged pods",
            ours: ["M1018-024"],
            unit: "namespaces",
            systems: systems,
            why: "looks at the pods of the moment, not at what would be admitted"
        )
    }
}

extension CheckResult {
    /// Whether it is about an account of a namespace, or about a binding there, whose own name is told first.
    fileprivate func isAbout(namespace: String) -> Bool {
        subject.hasPrefix("RoleBinding") ? subject.hasSuffix("/\(namespace)\"") : subject.contains("\"\(namespace)/")
    }
}
