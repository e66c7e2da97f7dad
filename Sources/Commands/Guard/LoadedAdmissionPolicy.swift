#if Guard
    internal import Judge
    internal import KubernetesGuard
    internal import Sigma

    /// An admission policy and its rules, read together, so that both come into force at once or not at all.
    struct LoadedAdmissionPolicy: Sendable {
        var policy: AdmissionPolicy
        var bench: Judge.Bench
        var library: RuleLibrary
        /// What is odd, but no error.
        var remarks: [String]

        /// Reads what the options name.
        ///
        /// - Throws: with everything that is wrong, each with its place.
        init(_ options: AdmissionJudgingOptions) throws(CommandError) {
            var read = ReadPolicy(policy: AdmissionPolicy())
            if let path = options.policy { read = try ReadPolicy(path, AdmissionPolicy.read) }
            read.policy.lay(refuseAt: options.refuseAt, observes: options.observe)
            read.policy.rulePaths += options.rules
            let rules = try LoadedRules(
                at: read.policy.rulePaths + read.policy.exceptionPaths,
                withBuiltIn: read.policy.usesBuiltInRules
            )
            policy = read.policy
            bench = rules.bench
            library = rules.library
            remarks = (read.remarks + rules.remarks).map(\.description)
        }

        /// In a few words, for logs.
        var words: String {
            let spaces = policy.namespaces.count
            return "refuses at \(policy.everywhere.refuseAt), \(library.rules.count) rules"
                + (spaces == 0 ? "" : "; \(spaces) entries for namespaces")
                + (policy.exemptions.isEmpty ? "" : "; \(policy.exemptions.count) exemptions")
        }
    }
#endif
