internal import Sigma

/// Rights that somebody holds through a binding, of those that a check asks about.
struct HeldRights {
    let subject: Subject
    let binding: RoleBinding
    let given: [Rights.GivenRight]

    /// As people read them: `create daemonsets.apps`.
    var rights: [String] { given.map(\.words) }
}

extension ClusterAccess {
    /// Who holds any of some rights, by binding; what a cluster gives its own parts is left out.
    func held(_ rights: [ResourceAttributes]) -> [HeldRights] {
        let combined = CombinedRights(self, asked: rights)
        return self.rights.holdings(of: rights).flatMap { holding in
            var share = CombinedRights.Share(holding, combined) { $0 }
            var seen: Set<Subject> = []
            return holding.binding.subjects.compactMap { subject -> HeldRights? in
                let given = share.value(for: subject)
                guard !given.isEmpty, !ClusterParts.include(subject, by: holding.binding) else { return nil }
                guard seen.insert(subject).inserted else { return nil }
                return HeldRights(subject: subject, binding: holding.binding, given: given)
            }
        }
    }
}

extension ResourceAttributes {
    /// As people read it: `create daemonsets.apps`, `approve signers.certificates.k8s.io (kubernetes.io/legacy-unknown)`.
    var words: String {
        let group = group.isEmpty ? "" : ".\(group)"
        let part = subresource.isEmpty ? "" : "/\(subresource)"
        return "\(verb) \(resource)\(group)\(part)" + (name.isEmpty ? "" : " (\(name))")
    }
}

extension Check {
    /// A check that some rights are held by nobody but whom is expected to.
    ///
    /// - Parameters:
    ///   - isMeant: whether the check is about such a binding, by what is known.
    ///   - isExpected: whether somebody is; the cluster's own parts always are.
    ///   - reason: what they can do, as a sentence's end: "may deploy containers".
    ///   - suffix: what a role without the rights is called by, behind the name of the one that has them.
    ///   - instead: what is given to who held them and needs something of it.
    static func rights(
        _ id: String,
        _ title: String,
        _ level: Level,
        _ rights: @escaping @Sendable (ClusterAccess) -> [ResourceAttributes],
        remedy: String,
        references: [String],
        reason: String,
        suffix: String,
        instead: [PolicyRule] = [],
        isMeant: @escaping @Sendable (ClusterAccess, Evidence) -> (HeldRights) -> Bool = { _, _ in { _ in true } },
        isExpected: @escaping @Sendable (HeldRights, Expectations) -> Bool = { _, _ in false }
    ) -> Check {
        let unexpected: @Sendable (ClusterAccess, Evidence) -> [HeldRights] = { access, evidence in
            let isMeant = isMeant(access, evidence)
            return access.held(rights(access)).filter { !isExpected($0, evidence.expectations) && isMeant($0) }
        }
        return Check(
            id: id,
            title: title,
            mitigation: .accounts,
            level: level,
            reads: "Roles, ClusterRoles and their bindings, evaluated as the API server does",
            passes: "nobody \(reason) but the cluster's own parts, and who is named as expected to",
            remedy: remedy,
            references: references,
            judge: { evidence in
                evidence.access.results(of: "roles and bindings") { access in
                    let held = unexpected(access, evidence)
                    guard !held.isEmpty else {
                        return [CheckResult(.pass, subject: "", "nobody \(reason) who should not")]
                    }
                    return held.map { one in
                        CheckResult(
                            .fail,
                            subject: "\(one.binding)",
                            "\(one.subject) \(reason)\(one.binding.namespace.map { " in '\($0)'" } ?? "")",
                            evidence: [
                                "\(one.binding.role.kind.rawValue) \"\(one.binding.role.name)\": "
                                    + one.rights.joined(separator: ", ")
                            ]
                        )
                    }
                }
            },
            fix: { evidence in
                guard let access = evidence.access.value else { return [] }
                let narrowing = Narrowing(rights: rights(access), instead: instead)
                return access.fixes(taking: unexpected(access, evidence), by: narrowing, suffix: suffix)
            }
        )
    }
}
