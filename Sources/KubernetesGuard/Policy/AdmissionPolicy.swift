package import Judge
package import Sigma

/// What deployments in a namespace are held to.
package struct AdmissionTerms: Sendable, Equatable {
    /// The level of rules from which a deployment is refused; below it the client is warned.
    package var refuseAt = Level.high
    /// Whether refusals are only recorded, and told as warnings.
    package var observes = false
    /// Which images may run; nil for any that no rule minds.
    package var images: ImagePolicy?
    /// Who may deploy at all (ATT&CK M1018); nil for everybody whom the cluster lets.
    package var deployers: Deployers?
    /// The Pod Security Standards that pods are held to; nil where the policy says nothing of them.
    package var podSecurity: PodSecurityTerms?

    package init() {}
}

/// The entry of a policy that speaks of some namespaces.
package struct NamespaceTerms: Sendable, Equatable {
    /// Names with `*` for any run of characters.
    package var names: [String]
    package var terms: AdmissionTerms
}

/// What a policy file says.
package struct AdmissionPolicy: Sendable, Equatable {
    /// What every namespace is held to of which no entry of ``namespaces`` speaks.
    package var everywhere = AdmissionTerms()
    /// The first entry that matches counts.
    package var namespaces: [NamespaceTerms] = []
    /// What is judged and recorded, and passes whatever is found.
    package var exemptions: [Exemption] = []
    /// Files or folders of Sigma rules, beside the built-in ones.
    package var rulePaths: [String] = []
    /// Files or folders of Sigma filters: exceptions.
    package var exceptionPaths: [String] = []
    /// Whether the built-in rules judge, too.
    package var usesBuiltInRules = true
    /// The longest review that is read, in bytes: of an update it carries the object twice.
    package var reviewLimit = 8 << 20
    /// Whether an object passes that is too large to be searched to its end and is of no resource known to deploy.
    package var passesUnsearchable = false

    /// Every rule of level high or above refuses, everywhere.
    package init() {}

    /// Lays what a command line says over what the file says, everywhere.
    package mutating func lay(refuseAt: Level?, observes: Bool) {
        func lay(_ terms: inout AdmissionTerms) {
            if let refuseAt { terms.refuseAt = refuseAt }
            if observes { terms.observes = true }
        }
        lay(&everywhere)
        for index in namespaces.indices { lay(&namespaces[index].terms) }
    }

    /// Whether the labels of any namespace count, so that an API server has to be asked for them.
    package var readsNamespaceLabels: Bool {
        ([everywhere] + namespaces.map(\.terms)).contains { $0.podSecurity?.readsLabels ?? false }
    }

    /// What a namespace is held to; nil stands for what is in none.
    package func terms(for namespace: String?) -> AdmissionTerms {
        guard let namespace else { return everywhere }
        return namespaces.first { $0.names.contains { TextPattern($0).matches(namespace) } }?.terms ?? everywhere
    }
}
