#if Guard
    internal import Judge
    internal import KubernetesAPI
    internal import KubernetesGuard
    internal import Sigma

    /// An admission policy and its rules, read together, so that both come into force at once or not at all.
    struct LoadedAdmissionPolicy: Sendable {
        var policy: AdmissionPolicy
        var bench: Judge.Bench
        var library: RuleLibrary
        /// The ConfigMap that it stands in, where it does.
        var files: PolicyFiles?
        /// What is odd, but no error.
        var remarks: [String]

        /// Reads what the options name.
        ///
        /// - Parameter client: of the API server, where one is known.
        /// - Throws: with everything that is wrong, each with its place.
        init(_ options: AdmissionJudgingOptions, _ client: APIClient?) async throws(CommandError) {
            guard case .configMap(let name) = try options.place else {
                try self.init(options, nil, hasServer: client != nil)
                return
            }
            guard let client else {
                throw CommandError("--policy: no API server is known to hold it; give --api-server")
            }
            try self.init(options, try await PolicyFiles(name, from: client), hasServer: true)
        }

        /// Reads what the options name, with the policy as a ConfigMap holds it.
        init(_ options: AdmissionJudgingOptions, _ files: PolicyFiles) throws(CommandError) {
            try self.init(options, files, hasServer: true)
        }

        private init(
            _ options: AdmissionJudgingOptions,
            _ files: PolicyFiles?,
            hasServer: Bool
        ) throws(CommandError) {
            var read = ReadPolicy(policy: AdmissionPolicy())
            if let files {
                let (text, file) = try files.policy()
                read = try ReadPolicy(text, file: file, AdmissionPolicy.read)
            } else if let path = options.policy {
                read = try ReadPolicy(path, AdmissionPolicy.read)
            }
            read.policy.lay(refuseAt: options.refuseAt, observes: options.observe)
            if read.policy.readsNamespaceLabels, !hasServer {
                throw CommandError(
                    "podSecurity.namespaceLabels: no API server is known to read the labels of namespaces from; give "
                        + "--api-server"
                )
            }
            let named = read.policy.rulePaths + read.policy.exceptionPaths
            read.policy.rulePaths += options.rules
            // In a ConfigMap what is no path is a key.
            let keys = files == nil ? [] : named.filter { !$0.contains("/") }
            var texts: [(text: String, file: String)] = []
            for key in keys { if let files { texts.append(try files.file(key)) } }
            let rules = try LoadedRules(
                at: named.filter { !keys.contains($0) } + options.rules,
                texts: texts,
                withBuiltIn: read.policy.usesBuiltInRules
            )
            policy = read.policy
            bench = rules.bench
            library = rules.library
            self.files = files
            remarks = (read.remarks + rules.remarks).map(\.description)
        }

        /// In a few words, for logs.
        var words: String {
            let spaces = policy.namespaces.count
            return "refuses at \(policy.everywhere.refuseAt), \(library.rules.count) rules"
                + (spaces == 0 ? "" : "; \(spaces) entries for namespaces")
                + (policy.exemptions.isEmpty ? "" : "; \(policy.exemptions.count) exemptions")
                + (policy.readsNamespaceLabels ? "; reads the labels of namespaces" : "")
        }
    }
#endif
