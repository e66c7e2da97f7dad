#if Guard
    internal import DockerGuard
    internal import Foundation
    internal import Judge
    internal import Relay
    internal import Signals

    /// The live parts of a guard.
    struct DockerGuardParts: Sendable {
        var server: RelayServer
        var judge: DockerJudge
        var log: DecisionWriter
        var learner: PolicyLearner?
    }

    /// A guard from its start to its end: it serves, heeds signals, and tells the service manager.
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
            let signals = SignalEvents()
            defer { signals.cancel() }
            let events = signals.events
            do {
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask {
                        try await parts.server.run {
                            let summary = summary(loaded)
                            messages.say(summary)
                            manager.say(summary)
                            manager.ready()
                        }
                    }
                    tasks.addTask {
                        await warn(loaded)
                        await heed(events)
                    }
                    if let interval = manager.watchdogInterval {
                        tasks.addTask { await every(interval) { manager.live() } }
                    }
                    if parts.learner != nil {
                        tasks.addTask { await every(Self.learningInterval, writeLearned) }
                    }
                    // The server ends first, by itself or because it was told to; the others go with it.
                    defer { tasks.cancelAll() }
                    try await tasks.next()
                }
            } catch let error as RelayError {
                throw CommandError(error.description)
            }
            await parts.log.drain()
            writeLearned()
            if parts.log.lost > 0 {
                messages.say("\(parts.log.lost) decisions that nobody waited for could not be recorded")
            }
        }

        // MARK: Signals

        private func warn(_ loaded: LoadedPolicy) async {
            for remark in await remarks(loaded) { messages.say(remark) }
        }

        private func heed(_ events: AsyncStream<SignalEvent>) async {
            var isStopping = false
            for await event in events {
                switch event {
                case .reload where isStopping: break
                case .reload: await reload()
                case .stop:
                    manager.stopping()
                    messages.say(isStopping ? "stops at once" : "stops; requests may take \(grace) to end")
                    // The second time nobody waits any more.
                    if isStopping { return }
                    isStopping = true
                    parts.server.shutdown(gracePeriod: grace)
                }
            }
        }

        /// Puts what the files now say in force, or leaves all as it was.
        private func reload() async {
            manager.reloading()
            defer { manager.ready() }
            do {
                let loaded = try LoadedPolicy(judging)
                parts.judge.replace(policy: loaded.policy, bench: loaded.bench)
                manager.say(summary(loaded))
                messages.say("policy and rules were read again: \(loaded.words)")
                await warn(loaded)
            } catch {
                manager.say("policy and rules are still those from before: the files have errors")
                messages.say("policy and rules were not changed: \(error)")
            }
            do {
                try await parts.log.reopen()
            } catch {
                messages.say("the decisions go on where they went: \(error)")
            }
        }

        // MARK: Time

        private func every(_ interval: Duration, _ work: @Sendable () -> Void) async {
            while !Task.isCancelled {
                work()
                try? await Task.sleep(for: interval)
            }
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
