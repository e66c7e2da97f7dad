#if Watch
    internal import Deployments
    internal import Foundation
    internal import Judge
    internal import KubernetesAPI
    internal import Sigma
    internal import Watch

    /// What a configuration and its rules ask for, read and checked; nothing of it is opened yet.
    struct WatchPlan: Sendable {
        let configuration: WatchConfiguration
        let rules: WatchedRules
        /// The same as they are written, for who asks what they look for.
        let library: RuleLibrary
        let sources: [WatchedSource]
        let outputs: [WatchedOutput]
        /// Where it is remembered.
        private(set) var ledgerPath: String
        /// What is odd about configuration and rules, but no error.
        let remarks: [String]
        private let ruleCount: Int
        /// What sources and outputs are configured by, by their names; what differs begins anew.
        fileprivate let sourceWishes: [String: SourceWishes]
        fileprivate let outputWishes: [String: OutputWishes]

        fileprivate struct SourceWishes: Equatable {
            var kind: SourceSettings.Kind
            /// A kubeconfig may say something else by now.
            var cluster: APIServer?
        }

        fileprivate struct OutputWishes: Equatable {
            var kind: OutputSettings.Kind
            var level: Level
            var window: Duration?
            var cluster: APIServer?
        }

        /// Larger is no configuration.
        private static let sizeLimit = 1 << 20

        /// Reads configuration and rules, and makes of them what they name.
        ///
        /// - Throws: ``CommandError`` with everything that is wrong, each with its place.
        init(
            readingConfigurationAt path: String,
            environment: [String: String],
            color: Terminal.ColorChoice
        ) throws(CommandError) {
            let (read, diagnostics) = try Self.configuration(at: path, environment: environment)
            configuration = read
            library = try Composition.rules(
                at: read.rules.paths + read.rules.exceptionPaths,
                withBuiltIn: read.rules.usesBuiltIn
            )
            do throws(RuleSetError) {
                rules = WatchedRules(bench: try Judge.Bench(correlating: library), read.rules)
            } catch {
                throw CommandError("the rules cannot be compiled: \(error.message)")
            }
            ruleCount = library.rules.count
            let odd = diagnostics + library.diagnostics.filter { $0.severity == .warning } + library.idleFilters()
            remarks = odd.map(\.description)
            let making = WatchSources(environment: environment)
            var sources: [WatchedSource] = []
            var sourceWishes: [String: SourceWishes] = [:]
            for settings in read.sources {
                sources.append(try making.source(settings))
                var wishes = SourceWishes(kind: settings.kind)
                if case .clusterWatch(let cluster) = settings.kind {
                    wishes.cluster = try? cluster.apiServer(environment)
                }
                sourceWishes[settings.name] = wishes
            }
            self.sources = sources
            self.sourceWishes = sourceWishes
            ledgerPath = Self.ledgerPath(of: read, environment)
            let telling = WatchOutputs(ledgerPath: ledgerPath, color: color, environment: environment)
            var outputs: [WatchedOutput] = []
            var outputWishes: [String: OutputWishes] = [:]
            for settings in read.outputs {
                let output = try telling.output(settings)
                outputs.append(output)
                outputWishes[settings.name] = OutputWishes(
                    kind: settings.kind,
                    level: settings.level,
                    window: settings.groupWithin,
                    cluster: output.cluster
                )
            }
            self.outputs = outputs
            self.outputWishes = outputWishes
        }

        /// Reads a configuration.
        ///
        /// - Throws: ``CommandError`` with everything that is wrong, each with its place.
        static func configuration(
            at path: String,
            environment: [String: String]
        ) throws(CommandError) -> (read: WatchConfiguration, remarks: [Diagnostic]) {
            guard let data = FileManager.default.contents(atPath: path), data.count <= Self.sizeLimit,
                let text = String(data: data, encoding: .utf8)
            else {
                throw CommandError(
                    "\(path): the configuration cannot be read; 'tidewaiter watch --example' prints one to begin with"
                )
            }
            let (read, diagnostics) = WatchConfiguration.read(text, file: path, environment: environment)
            guard let read else {
                let errors = diagnostics.filter { $0.severity == .error }.map(\.description)
                throw CommandError(errors.joined(separator: "\n"))
            }
            return (read, diagnostics)
        }

        /// Where it is remembered what a configuration watches.
        static func ledgerPath(of configuration: WatchConfiguration, _ environment: [String: String]) -> String {
            configuration.ledger.path ?? LedgerLocation.usual(environment: environment, isRoot: geteuid() == 0)
        }

        /// The same with the ledger that is open, which stays until the next start.
        func remembering(in old: WatchPlan) -> WatchPlan {
            var plan = self
            plan.ledgerPath = old.ledgerPath
            return plan
        }

        /// What is watched, in one line.
        var summary: String {
            let told =
                outputs.isEmpty ? "nobody (findings stay in the ledger)" : outputs.map(\.name).joined(separator: ", ")
            return "watches \(sources.map(\.name).joined(separator: ", ")) with \(ruleCount) rules, remembers in "
                + "\(ledgerPath), tells \(told)"
        }
    }

    /// What another plan asks for that the one before did not.
    struct WatchPlanChanges {
        /// The names of what ends, also where it begins anew.
        var sourcesGone: Set<String>
        var newSources: [WatchedSource]
        var outputsGone: Set<String>
        var newOutputs: [WatchedOutput]
        /// What is only taken up at the next start.
        var later: [String] = []

        init(from old: WatchPlan, to new: WatchPlan) {
            let sources = NamedChanges(from: old.sourceWishes, to: new.sourceWishes)
            sourcesGone = sources.gone
            newSources = new.sources.filter { sources.new.contains($0.name) }
            let outputs = NamedChanges(from: old.outputWishes, to: new.outputWishes)
            outputsGone = outputs.gone
            newOutputs = new.outputs.filter { outputs.new.contains($0.name) }
            if old.ledgerPath != new.ledgerPath {
                later.append("another ledger is taken up at the next start: until then \(old.ledgerPath) remembers")
            }
            if old.configuration.metrics != new.configuration.metrics {
                later.append("another address for metrics is taken up at the next start")
            }
            if old.configuration.console != new.configuration.console {
                later.append("another address for the console is taken up at the next start")
            }
        }

        /// What of named settings ends, and what begins; what changes does both.
        private struct NamedChanges {
            var gone: Set<String> = []
            var new: Set<String> = []

            init<Wishes: Equatable>(from before: [String: Wishes], to after: [String: Wishes]) {
                gone = Set(before.filter { after[$0.key] != $0.value }.map(\.key))
                self.new = Set(after.filter { before[$0.key] != $0.value }.map(\.key))
            }
        }
    }
#endif
