#if Guard
    internal import DockerGuard
    internal import Foundation
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
            var remarks: [Diagnostic] = []
            var policy = GuardPolicy()
            if let path = options.policy {
                let (read, diagnostics) = GuardPolicy.read(try Self.text(of: path), file: path)
                guard let read else {
                    let errors = diagnostics.filter { $0.severity == .error }.map(\.description)
                    throw CommandError(
                        (errors + ["the policy has errors: nothing is guarded by a policy that cannot be read"])
                            .joined(separator: "\n")
                    )
                }
                policy = read
                remarks += diagnostics
            }
            // Options on the command line go before what the file says; lists are joined.
            policy.lay(profile: options.profile, refuseAt: options.refuseAt, binds: options.allowBind)
            policy.rulePaths += options.rules
            library = try Composition.rules(
                at: policy.rulePaths + policy.exceptionPaths,
                withBuiltIn: policy.usesBuiltInRules
            )
            remarks += library.diagnostics.filter { $0.severity == .warning } + library.idleFilters()
            do throws(RuleSetError) {
                bench = try Judge.Bench(library)
            } catch {
                throw CommandError("the rules cannot be compiled: \(error.message)")
            }
            self.policy = policy
            self.remarks = remarks.map(\.description)
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

        private static func text(of path: String) throws(CommandError) -> String {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandError("\(path): the policy cannot be read")
            }
            guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
                throw CommandError("\(path): no UTF-8 text of at most a mebibyte, so no policy")
            }
            return text
        }
    }
#endif
