#if Guard
    internal import DockerGuard
    internal import Foundation
    internal import Judge
    internal import Relay
    internal import Signals

    /// The live parts of a guard.
    struct DockerGuardParts: Sendable {
        var server: RelayServer
        var metricsServer: RelayServer?
        var metrics: GuardMetrics
        var judge: DockerJudge
        var log: DecisionWriter
        var learner: PolicyLearner?
    }

    /// What is particular to the run of a Docker guard.
    struct DockerGuardRun: Sendable {
        var parts: DockerGuardParts
        var judging: JudgingOptions
        /// What it does, in one line, under a policy.
        var summary: @Sendable (LoadedPolicy) -> String
        /// What is odd about a policy, but no error.
        var remarks: @Sendable (LoadedPolicy) async -> [String]
        var grace: Duration
        var manager: ServiceManager
        var messages: ServiceMessages

        /// How often what was learned is written.
        private static let learningInterval = Duration.seconds(10)

        /// Serves until it is told to stop.
        func run(_ loaded: LoadedPolicy) async throws {
            var run = GuardRun(
                server: parts.server,
                metricsServer: parts.metricsServer,
                metrics: parts.metrics,
                log: parts.log,
                grace: grace,
                manager: manager,
                messages: messages
            )
            run.summary = summary(loaded)
            run.remarks = { await remarks(loaded) }
            run.reload = {
                let loaded = try LoadedPolicy(judging)
                parts.judge.replace(policy: loaded.policy, bench: loaded.bench)
                return GuardRun.Reloaded(
                    summary: summary(loaded),
                    words: loaded.words,
                    remarks: await remarks(loaded)
                )
            }
            if parts.learner != nil { run.chores.append((Self.learningInterval, writeLearned)) }
            try await run.run()
            writeLearned()
        }

        private func writeLearned() {
            guard let learner = parts.learner, let path = judging.learn else { return }
            // The exceptions come first: a policy never names a file that is not there.
            if let exceptions = learner.exceptions, let path = judging.learnedExceptions { write(exceptions, to: path) }
            write(learner.policy, to: path)
        }

        private func write(_ learned: String, to path: String) {
            do {
                try Data(learned.utf8).write(to: URL(filePath: path), options: .atomic)
            } catch {
                messages.say("\(path): what was learned cannot be written: \(error.localizedDescription)")
            }
        }
    }
#endif
