internal import Sigma

extension Check {
    /// Whether the administrator's account that guides have people make for the dashboard is there.
    static let dashboardAdminToken = Check(
        id: "TW-M1018-019",
        title: "An Administrator's Token For The Dashboard",
        mitigation: .accounts,
        level: .high,
        reads: "service accounts of dashboards' namespaces that may do everything, and Secrets that hold their tokens",
        passes: "there is none: people log in with tokens of minutes, or by OpenID Connect",
        remedy: "delete the binding and the Secret; kubectl create token gives one that ends by itself",
        references: [
            "https://github.com/kubernetes/dashboard/blob/master/docs/user/access-control/creating-sample-user.md"
        ],
        judge: { evidence in
            evidence.cluster.results(of: "clusters") { cluster in
                cluster.results { access in cluster.judge(access) }
            }
        },
        fix: { evidence in
            guard let cluster = evidence.cluster.value, let access = cluster.access.value else { return [] }
            let bindings = HeldRights.byBinding(cluster.admins(access)).map(\.binding)
            let namespaces = cluster.dashboardNamespaces
            let removing = ClusterAccess.fixes(
                removing: { $0.namespace.map(namespaces.contains) ?? false },
                from: bindings
            )
            let tokens = cluster.tokens.map { token in
                Fix(
                    "Delete the token that does not end",
                    [.deletion(kind: "Secret", namespace: token.namespace, name: token.name)],
                    caution: "who logs in by it needs another way first"
                )
            }
            return removing + tokens
        }
    )
}

extension ClusterEvidence {
    fileprivate func judge(_ access: ClusterAccess) -> [CheckResult] {
        guard !dashboardNamespaces.isEmpty else {
            return [CheckResult(.notApplicable, subject: "", "no dashboard runs in the cluster")]
        }
        let admins = admins(access)
        let bound = admins.map { held in
            CheckResult(
                .fail,
                subject: "\(held.binding)",
                "\(held.subject) may do everything, and stands where the dashboard does",
                evidence: ["\(held.binding.role.kind.rawValue) \"\(held.binding.role.name)\": * on *.*"]
            )
        }
        let strong = Set(admins.map(\.subject.name))
        let stored =
            switch objects("Secret") {
            case .absent: [CheckResult]()
            case .unreadable(let reason):
                [CheckResult(.unknown, subject: "", "whether tokens are kept could not be read: \(reason)")]
            case .known:
                tokens.map { token in
                    let account = token.annotations["kubernetes.io/service-account.name"] ?? ""
                    return CheckResult(
                        strong.contains(account) ? .fail : .warn,
                        subject: token.words,
                        "it holds a token of '\(account)' that does not end",
                        evidence: ["type: kubernetes.io/service-account-token"]
                    )
                }
            }
        let results = bound + stored
        return results.isEmpty
            ? [CheckResult(.pass, subject: "", "no account of a dashboard's namespace may do everything")] : results
    }

    fileprivate func admins(_ access: ClusterAccess) -> [HeldRights] {
        let namespaces = dashboardNamespaces
        return access.held([ResourceAttributes(verb: "*", group: "*", resource: "*")]).filter { held in
            held.subject.kind == .serviceAccount && (held.subject.namespace.map(namespaces.contains) ?? false)
        }
    }

    fileprivate var tokens: [ClusterObject] {
        let namespaces = dashboardNamespaces
        return (objects("Secret").value ?? []).filter { secret in
            secret.isAccountsToken && (secret.namespace.map(namespaces.contains) ?? false)
        }
    }
}
