internal import Sigma

extension Check {
    /// Whether rights are held by nobody, or by those who have no use for them.
    static let staleSubjects = Check(
        id: "TW-M1018-029",
        title: "Rights Of Accounts That Are Gone Or Not Used",
        mitigation: .accounts,
        level: .medium,
        reads: "bindings of service accounts that there are none of; with an audit log, who deploys of those who may",
        passes: "each service account that a binding names is there, and who may deploy does so",
        remedy: "take accounts out of bindings when they go, and rights from those who have not used them for long",
        references: [
            "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#periodic-review",
            "https://attack.mitre.org/mitigations/M1018/",
        ],
        judge: { evidence in
            evidence.access.results(of: "roles and bindings") { access in
                let gone = evidence.goneAccounts(access)
                let results = gone.value.map { $0.map(\.result) } ?? []
                let idle = evidence.idleDeployers(access).map(\.idleResult)
                switch gone {
                case .known where results.isEmpty && idle.isEmpty:
                    return [CheckResult(.pass, subject: "", "every service account that a binding names is there")]
                case .known, .absent: return results + idle
                case .unreadable(let reason):
                    return idle + [CheckResult(.unknown, subject: "", "service accounts could not be read: \(reason)")]
                }
            }
        },
        fix: { evidence in
            guard let access = evidence.access.value else { return [] }
            let gone = Set((evidence.goneAccounts(access).value ?? []).map(\.subject))
            let idle = evidence.idleDeployers(access)
            return ClusterAccess.fixes(removing: gone.contains, from: access.bindings)
                + access.fixes(
                    taking: idle,
                    by: Narrowing(rights: Workloads.deploying(by: access.roles)),
                    suffix: "without-deploying"
                )
        }
    )
}

/// A binding's service account that nobody made.
private struct GoneAccount {
    var subject: Subject
    var binding: RoleBinding

    var result: CheckResult {
        let place = subject.namespace ?? ""
        return CheckResult(
            .fail,
            subject: "\(binding)",
            "there is no \(subject): who may make service accounts in '\(place)' gets its rights",
            evidence: ["\(binding.role.kind.rawValue) \"\(binding.role.name)\""]
        )
    }
}

extension HeldRights {
    fileprivate var idleResult: CheckResult {
        CheckResult(
            .warn,
            subject: "\(binding)",
            "\(subject) may deploy containers, and asked for nothing in that audit log",
            evidence: rights.prefix(5).map(\.self)
        )
    }
}

extension Evidence {
    /// Service accounts that bindings of roles with any rule name, and that are not there; but for the cluster's own parts,
    /// whose bindings are there before them.
    fileprivate func goneAccounts(_ access: ClusterAccess) -> Reading<[GoneAccount]> {
        cluster.flatMap { $0.objects("ServiceAccount") }.map { accounts in
            let known = Set(accounts.map { "\($0.namespace ?? "default")/\($0.name)" })
            return access.bindings.flatMap { binding -> [GoneAccount] in
                // A role that is not there gives nothing, and neither does one without rules.
                guard !(access.rights.rules(of: binding) ?? []).isEmpty else { return [] }
                var seen: Set<Subject> = []
                return binding.subjects.compactMap { subject in
                    guard subject.kind == .serviceAccount, let namespace = subject.namespace,
                        !ClusterParts.includes(namespace: namespace), !ClusterParts.include(subject, by: binding),
                        !known.contains("\(namespace)/\(subject.name)"), seen.insert(subject).inserted
                    else { return nil }
                    return GoneAccount(subject: subject, binding: binding)
                }
            }
        }
    }

    /// Users and service accounts that may deploy, and are not in the audit log at all; none where there is no log, or where
    /// not all of it could be kept.
    fileprivate func idleDeployers(_ access: ClusterAccess) -> [HeldRights] {
        guard let used = cluster.flatMap(\.used).value, used.events > 0, !used.isCutOff else { return [] }
        let active = Set(used.subjects)
        // Who is in a group the log tells of each event alone.
        return access.held(Workloads.deploying(by: access.roles)).filter { held in
            held.subject.kind != .group && !active.contains(held.subject)
                && !expectations.deployers.contains(held.subject)
        }
    }
}
