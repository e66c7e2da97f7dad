internal import Sigma

/// Rights that somebody holds through a binding, of those that a check asks about.
struct HeldRights {
    let subject: Subject
    let binding: RoleBinding
    /// As people read them: `create daemonsets.apps`.
    var rights: [String]
}

extension ClusterAccess {
    /// Who holds any of some rights, by binding; what a cluster gives its own parts is left out.
    func held(_ rights: [ResourceAttributes]) -> [HeldRights] {
        var found: [HeldRights] = []
        var places: [Rights.Holder: Int] = [:]
        for right in rights {
            for holder in self.rights.holders(of: right) {
                guard case .binding(let binding, let subject) = holder.grant else { continue }
                guard !Self.isOfCluster(subject, by: binding) else { continue }
                var key = holder
                key.names = []
                let words = right.words + (holder.names.isEmpty ? "" : " (\(holder.names.joined(separator: ", ")))")
                if let place = places[key] {
                    found[place].rights.append(words)
                } else {
                    places[key] = found.count
                    found.append(HeldRights(subject: subject, binding: binding, rights: [words]))
                }
            }
        }
        return found
    }

    /// Whether a subject is a part of the cluster, given what it needs by a binding of the cluster's own.
    ///
    /// Both have to be: anybody's binding may be called like the cluster's.
    static func isOfCluster(_ subject: Subject, by binding: RoleBinding) -> Bool {
        // kubeadm's group is that of the administrator whom it makes.
        if binding.name == "kubeadm:cluster-admins" { return subject == Subject(.group, "kubeadm:cluster-admins") }
        guard binding.name.hasPrefix("system:") || binding.name == "cluster-admin" else { return false }
        return switch subject.kind {
        case .serviceAccount: subject.namespace == "kube-system"
        case .group: subject.name == UserInfo.superusers || subject.name == "system:nodes"
        case .user: subject.name.hasPrefix("system:") && subject.name != UserInfo.anonymous.name
        }
    }
}

extension ResourceAttributes {
    /// As people read it: `create daemonsets.apps`.
    var words: String {
        let group = group.isEmpty ? "" : ".\(group)"
        let part = subresource.isEmpty ? "" : "/\(subresource)"
        return "\(verb) \(resource)\(group)\(part)"
    }
}

extension Check {
    /// A check that some rights are held by nobody but whom is expected to.
    ///
    /// - Parameters:
    ///   - isExpected: whether somebody is; the cluster's own parts always are.
    ///   - reason: what they can do, as a sentence's end: "may deploy containers".
    static func rights(
        _ id: String,
        _ title: String,
        _ level: Level,
        _ rights: @escaping @Sendable (ClusterAccess) -> [ResourceAttributes],
        remedy: String,
        references: [String],
        reason: String,
        isExpected: @escaping @Sendable (HeldRights, Expectations) -> Bool = { _, _ in false }
    ) -> Check {
        Check(
            id: id,
            title: title,
            mitigation: .accounts,
            level: level,
            reads: "Roles, ClusterRoles and their bindings, evaluated as the API server does",
            passes: "nobody \(reason) but the cluster's own parts, and who is named as expected to",
            remedy: remedy,
            references: references
        ) { evidence in
            evidence.access.results(of: "roles and bindings") { access in
                let held = access.held(rights(access)).filter { !isExpected($0, evidence.expectations) }
                guard !held.isEmpty else { return [CheckResult(.pass, subject: "", "nobody \(reason) who should not")] }
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
        }
    }
}
