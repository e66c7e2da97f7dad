extension Rights {
    /// What a binding gives, of rights that somebody asks about.
    struct Holding: Sendable {
        let binding: RoleBinding
        /// To who is authenticated.
        let given: [GivenRight]
        /// To who is not, of whom the server asks for some rights by other names.
        let givenUnauthenticated: [GivenRight]

        func given(to subject: Subject) -> [GivenRight] { subject.isUnauthenticated ? givenUnauthenticated : given }
    }

    /// A right that is asked about, as a role gives it.
    struct GivenRight: Sendable, Hashable {
        let attributes: ResourceAttributes
        /// Only for objects of these names; empty for all.
        let names: [String]

        /// As people read it: `update pods (web)`.
        var words: String { attributes.words + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")))") }
    }

    /// The bindings that give any of some rights: the cluster's, then those of namespaces, by name.
    ///
    /// Each role is looked at once, however many bindings give it, and no subject is looked at: the cost is that of roles times
    /// rights, and of bindings.
    func holdings(of rights: [ResourceAttributes]) -> [Holding] {
        var byRole: [RoleKey: (given: [GivenRight], unauthenticated: [GivenRight])] = [:]
        let safe = rights.map(\.browserSafe)
        let isSafe = safe == rights
        var found: [Holding] = []
        for binding in allBindings {
            let key = RoleKey(of: binding)
            if byRole[key] == nil {
                let rules = rules(of: binding) ?? []
                let given = Self.given(rights, by: rules, as: rights)
                byRole[key] = (given, isSafe ? given : Self.given(safe, by: rules, as: rights))
            }
            guard let (given, unauthenticated) = byRole[key] else { continue }
            guard !given.isEmpty || !unauthenticated.isEmpty else { continue }
            found.append(Holding(binding: binding, given: given, givenUnauthenticated: unauthenticated))
        }
        return found
    }

    private static func given(
        _ asked: [ResourceAttributes],
        by rules: [PolicyRule],
        as told: [ResourceAttributes]
    ) -> [GivenRight] {
        zip(asked, told).compactMap { asked, told in
            names(that: rules, cover: asked).map { GivenRight(attributes: told, names: $0) }
        }
    }
}

extension ResourceAttributes {
    /// The same as it is judged for somebody who is not authenticated.
    var browserSafe: ResourceAttributes {
        guard case .resource(let safe) = AccessRequest.resource(self).browserSafe else { return self }
        return safe
    }
}
