extension AdmissionGuard {
    /// What is wrong with it as what stands between somebody who deploys and what runs.
    struct Weakness: Sendable, Equatable {
        var outcome: CheckResult.Outcome
        var words: String
    }

    /// Whether it is asked about new pods at all: by those containers come to run, whatever made them.
    var isAskedAboutPods: Bool { covers("CREATE", "", "pods") }

    /// What lets a deployment past it.
    ///
    /// - Parameter namespaces: those that there are.
    func weaknesses(among namespaces: [ClusterObject]) -> [Weakness] {
        var found: [Weakness] = []
        if let problem { found.append(Weakness(outcome: .unknown, words: problem)) }
        if !refuses { found.append(Weakness(outcome: .fail, words: "what it objects to is not refused")) }
        if !failsClosed { found.append(Weakness(outcome: .fail, words: "everything passes while it does not answer")) }
        if !objectSelector.isForAll {
            found.append(
                Weakness(outcome: .fail, words: "it asks for labels of the object, which are its author's to write")
            )
        }
        found += selection(among: namespaces)
        if !covers("UPDATE", "", "pods", "ephemeralcontainers") {
            found.append(Weakness(outcome: .warn, words: "it is not asked about containers that are added to a pod"))
        }
        if !covers("UPDATE", "", "pods") {
            found.append(Weakness(outcome: .warn, words: "it is not asked about another image for a pod that runs"))
        }
        if !undecidedConditions.isEmpty {
            found.append(Weakness(outcome: .warn, words: "what its conditions leave out cannot be told from here"))
        }
        return found
    }

    private func selection(among namespaces: [ClusterObject]) -> [Weakness] {
        if leavesOut(namespace: "some-new-namespace") {
            return [Weakness(outcome: .fail, words: "namespaces are left out until somebody labels them")]
        }
        var left = Set(namesLeftOut)
        for namespace in namespaces where leavesOut(namespace: namespace.name, labels: namespace.labels) {
            left.insert(namespace.name)
        }
        var found: [Weakness] = []
        let others = left.filter { $0 != ownNamespace && !ClusterParts.includes(namespace: $0) }.sorted()
        if !others.isEmpty {
            let words = others.map { "'\($0)'" }.joined(separator: ", ")
            found.append(Weakness(outcome: .warn, words: "it is not asked about the namespaces \(words)"))
        }
        if !labelsOfNamespaces.isEmpty {
            let words = labelsOfNamespaces.joined(separator: ", ")
            found.append(Weakness(outcome: .warn, words: "who may label a namespace takes it out, by \(words)"))
        }
        return found
    }
}

extension [AdmissionGuard.Weakness] {
    /// The worst, where there is any.
    var outcome: CheckResult.Outcome {
        for outcome in [CheckResult.Outcome.fail, .unknown, .warn] where contains(where: { $0.outcome == outcome }) {
            return outcome
        }
        return .pass
    }
}
