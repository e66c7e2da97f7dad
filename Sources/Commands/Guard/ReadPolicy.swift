#if Guard
    internal import Foundation
    internal import Judge
    internal import Sigma

    /// A policy that was read from its file.
    struct ReadPolicy<Policy> {
        var policy: Policy
        /// What is odd, but no error.
        var remarks: [Diagnostic] = []

        init(policy: Policy) { self.policy = policy }

        /// Reads a policy's file.
        ///
        /// - Throws: with everything that is wrong, each with its place.
        init(
            _ path: String,
            _ read: (String, String) -> (policy: Policy?, diagnostics: [Diagnostic])
        ) throws(CommandError) {
            try self.init(try Self.text(of: path), file: path, read)
        }

        /// Reads a policy's text.
        ///
        /// - Parameter file: the name by which its mistakes are told.
        init(
            _ text: String,
            file: String,
            _ read: (String, String) -> (policy: Policy?, diagnostics: [Diagnostic])
        ) throws(CommandError) {
            let (policy, diagnostics) = read(text, file)
            guard let policy else {
                let errors = diagnostics.filter { $0.severity == .error }.map(\.description)
                throw CommandError(
                    (errors + ["a policy with errors is not put in force"])
                        .joined(separator: "\n")
                )
            }
            self.policy = policy
            remarks = diagnostics
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

    /// Rules and exceptions, read and compiled.
    struct LoadedRules {
        var library: RuleLibrary
        var bench: Judge.Bench
        /// What is odd, but no error.
        var remarks: [Diagnostic]

        init(
            at paths: [String],
            texts: [(text: String, file: String)] = [],
            withBuiltIn: Bool
        ) throws(CommandError) {
            library = try Composition.rules(at: paths, texts: texts, withBuiltIn: withBuiltIn)
            remarks = library.diagnostics.filter { $0.severity == .warning } + library.idleFilters()
            remarks += library.idleCorrelations
            do throws(RuleSetError) {
                bench = try Judge.Bench(library)
            } catch {
                throw CommandError("the rules cannot be compiled: \(error.message)")
            }
        }
    }
#endif
