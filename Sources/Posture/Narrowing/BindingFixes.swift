extension ClusterAccess {
    /// What takes rights from those who hold them by bindings, and leaves them what else they held.
    ///
    /// A binding's role cannot be changed, and its role may be others', too: the binding goes, or loses those subjects, and a
    /// binding to a role without the rights takes its place.
    ///
    /// - Parameter suffix: what the new role is called by, behind the old one's name: "without-deploying".
    func fixes(taking held: [HeldRights], by narrowing: Narrowing, suffix: String) -> [Fix] {
        HeldRights.byBinding(held).map { binding, subjects in
            let rules = narrowing.narrowed(rights.rules(of: binding) ?? [])
            let who = subjects.prefix(3).map(\.description).joined(separator: ", ")
            let more = subjects.count > 3 ? " and \(subjects.count - 3) more" : ""
            return Fix(
                "Take from \(who)\(more) by \(binding) what is too much",
                binding.replaced(for: subjects, by: rules, suffix: suffix),
                caution: "whoever needs it cannot do it any more; what is left is in the new role"
            )
        }
    }

    /// What takes subjects out of bindings, with all that they hold by them.
    static func fixes(removing isMeant: (Subject) -> Bool, from bindings: [RoleBinding]) -> [Fix] {
        bindings.compactMap { binding in
            let meant = binding.subjects.filter(isMeant)
            guard !meant.isEmpty else { return nil }
            return Fix(
                "Take \(meant.map(\.description).joined(separator: ", ")) out of \(binding)",
                binding.without(meant),
                caution: "what asks the server in that name without any other binding is refused from then on"
            )
        }
    }
}

extension RoleBinding {
    /// What takes subjects out of it; it goes where none is left.
    func without(_ subjects: [Subject]) -> [Fix.Change] {
        let gone = Set(subjects)
        var kept = self
        kept.subjects.removeAll { gone.contains($0) }
        return kept.subjects.isEmpty ? [deletion] : [.manifest(kept.document)]
    }

    /// What puts a binding to other rules in place of it, for some of its subjects.
    func replaced(for subjects: [Subject], by rules: [PolicyRule], suffix: String) -> [Fix.Change] {
        guard !rules.isEmpty else { return without(subjects) }
        let kind: RoleReference.Kind = namespace == nil ? .clusterRole : .role
        let reference = RoleReference(kind, "\(role.name.ownName)-\(suffix)")
        let new = RoleBinding(
            "\(name.ownName)-\(suffix)",
            namespace: namespace,
            role: reference,
            subjects: subjects
        )
        return [
            .manifest(Role(reference, namespace: namespace, rules: rules).document), .manifest(new.document),
        ] + without(subjects)
    }
}

extension HeldRights {
    /// By binding, in order: what is to be changed of one is changed at once.
    static func byBinding(_ held: [HeldRights]) -> [(binding: RoleBinding, subjects: [Subject])] {
        struct Place: Hashable {
            let namespace: String?
            let name: String
        }
        var places: [Place: Int] = [:]
        var found: [(binding: RoleBinding, subjects: [Subject])] = []
        var seen: [Set<Subject>] = []
        for one in held {
            // A binding's subjects may be many: it is known by its name.
            let key = Place(namespace: one.binding.namespace, name: one.binding.name)
            guard let place = places[key] else {
                places[key] = found.count
                found.append((one.binding, [one.subject]))
                seen.append([one.subject])
                continue
            }
            if seen[place].insert(one.subject).inserted { found[place].subjects.append(one.subject) }
        }
        return found
    }
}

extension RoleBinding {
    /// What gives service accounts of it the same role in their own namespaces alone.
    func confined(for subjects: [Subject]) -> [Fix.Change] {
        let byNamespace = Dictionary(grouping: subjects.filter { $0.namespace != nil }) { $0.namespace ?? "" }
        let own = byNamespace.sorted { $0.key < $1.key }.map { namespace, subjects in
            Fix.Change.manifest(
                RoleBinding(name.ownName, namespace: namespace, role: role, subjects: subjects).document
            )
        }
        return own + without(subjects)
    }
}

extension String {
    /// Without what is the cluster's own to begin a name with.
    fileprivate var ownName: String { hasPrefix("system:") ? String(dropFirst("system:".count)) : self }
}
