#if Guard
    internal import DockerGuard
    internal import Judge
    internal import Sigma

    /// A policy and its rules, read together, so that both come into force at once or not at all.
    struct LoadedPolicy: Sendable {
        var policy: GuardPolicy
        var bench: Judge.Bench
        var library: RuleLibrary
        /// What is odd, but no error.
        var remarks: [String] = []

        /// Reads what the options name.
        ///
        /// - Throws: with everything that is wrong, each with its place.
        init(_ options: JudgingOptions) throws(CommandError) {
            var read = ReadPolicy(policy: GuardPolicy())
            if let path = options.policy { read = try ReadPolicy(path, GuardPolicy.read) }
            // Options on the command line go before what the file says; lists are joined.
            read.policy.lay(profile: options.profile, refuseAt: options.refuseAt, binds: options.allowBind)
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

        /// How many rules refuse at that level.
        func rules(at level: Level) -> Int {
            library.rules.count { $0.logsource.isContainerDeployment && ($0.level ?? .medium) >= level }
        }

        /// In a few words, for logs.
        var words: String {
            let terms = policy.otherwise.map { "profile \($0.profile.rawValue), refuses at \($0.refuseAt.rawValue)" }
            let clients = policy.clients.isEmpty ? "" : "; \(policy.clients.count) clients have terms of their own"
            return "\(terms ?? "listed clients alone"), \(library.rules.count) rules\(clients)"
        }
    }
#endif
