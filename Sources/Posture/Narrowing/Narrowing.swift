/// Roles without some rights, and otherwise as they were, as far as rules can say so: they only ever allow.
///
/// A wildcard that the rights are part of is written out, as it cannot be for all but some. What is installed later, or is not
/// known here, is then not meant any more.
struct Narrowing: Sendable {
    /// What is taken away.
    let rights: [ResourceAttributes]
    /// What is given for it, where it was held.
    var instead: [PolicyRule] = []

    /// - Returns: rules that allow none of the rights; empty where nothing else was allowed.
    func narrowed(_ rules: [PolicyRule]) -> [PolicyRule] {
        var narrowed: [PolicyRule] = []
        var isTaken = false
        for rule in rules {
            let taken = rights.filter(rule.gives)
            guard !taken.isEmpty else {
                narrowed.append(rule)
                continue
            }
            isTaken = true
            narrowed += rule.byNames(in: taken).flatMap { rule in
                let taken = taken.filter(rule.gives)
                return taken.isEmpty ? [rule] : Self.narrowed(rule, without: taken)
            }
        }
        guard isTaken else { return narrowed }
        if rules.contains(where: \.isForEverything) { narrowed = narrowed.map(\.readingPaths) }
        return narrowed + instead
    }

    private static func narrowed(_ rule: PolicyRule, without taken: [ResourceAttributes]) -> [PolicyRule] {
        let paths =
            rule.nonResourceURLs.isEmpty
            ? [] : [PolicyRule(verbs: rule.verbs, nonResourceURLs: rule.nonResourceURLs)]
        if rule.isForEverything {
            // Nobody needs all that there is without this; who does has to say what.
            return BuiltInResources.reading.filter { reading in !taken.contains { reading.covers($0) } } + paths
        }
        let parts = rule.expanded().flatMap { group, resources -> [PolicyRule] in
            let byVerbs = Dictionary(grouping: resources) { resource in
                Self.verbs(rule.verbs, on: resource, of: group, without: taken)
            }
            return byVerbs.filter { !$0.key.isEmpty }.map { verbs, resources in
                PolicyRule(
                    verbs: verbs,
                    apiGroups: [group],
                    resources: resources,
                    resourceNames: rule.resourceNames
                )
            }
            .sorted { $0.resources.lexicographicallyPrecedes($1.resources) }
        }
        return parts + paths
    }

    private static func verbs(
        _ verbs: [String],
        on resource: String,
        of group: String,
        without taken: [ResourceAttributes]
    ) -> [String] {
        let listed = verbs.contains("*") ? BuiltInResources.verbs : verbs
        // What cannot be listed may be any of what is taken.
        let isOpen = resource == "*" || resource.hasPrefix("*/")
        let gone = taken.filter { $0.group == group && (isOpen || $0.combinedResource == resource) }.map(\.verb)
        return listed.filter { !gone.contains($0) }
    }
}

extension PolicyRule {
    /// Whether it allows any of a right, to whoever asks.
    fileprivate func gives(_ right: ResourceAttributes) -> Bool {
        guard covers(right) || covers(right.browserSafe) else { return false }
        return right.name.isEmpty || resourceNames.isEmpty || resourceNames.contains(right.name)
    }

    /// The same as two rules: for objects that rights are to of their names, and for others.
    fileprivate func byNames(in rights: [ResourceAttributes]) -> [PolicyRule] {
        let names = Set(rights.map(\.name))
        let (others, named) = (resourceNames.filter { !names.contains($0) }, resourceNames.filter(names.contains))
        guard !others.isEmpty, !named.isEmpty else { return [self] }
        return [others, named].map { names in
            var rule = self
            rule.resourceNames = names
            return rule
        }
    }

    fileprivate var isForEverything: Bool { apiGroups.contains("*") && resources.contains("*") }

    /// Of a role that allowed everything: paths are read.
    fileprivate var readingPaths: PolicyRule {
        nonResourceURLs.isEmpty ? self : PolicyRule(verbs: ["get"], nonResourceURLs: nonResourceURLs)
    }

    /// Its groups with the resources of each, wildcards written out where it is known what they stand for.
    ///
    /// - Parameter custom: the resources of groups that are not every cluster's.
    func expanded(custom: [String: [String]] = [:]) -> [(group: String, resources: [String])] {
        let groups = apiGroups.contains("*") ? BuiltInResources.byGroup.keys.sorted() + custom.keys.sorted() : apiGroups
        return groups.compactMap { group in
            guard let known = BuiltInResources.byGroup[group] ?? custom[group] else { return (group, resources) }
            let listed = resources.flatMap { resource -> [String] in
                if resource == "*" { return known }
                guard resource.hasPrefix("*/") else {
                    // Of all groups, only those that have it.
                    return apiGroups.contains("*") && !known.contains(resource) ? [] : [resource]
                }
                return known.filter { $0.hasSuffix(resource.dropFirst()) }
            }
            var seen: Set<String> = []
            let once = listed.filter { seen.insert($0).inserted }
            return once.isEmpty ? nil : (group, once)
        }
    }
}
