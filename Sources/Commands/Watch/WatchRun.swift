#if Watch
    internal import Console
    internal import Delivery
    internal import Deployments
    internal import Foundation
    internal import Judge
    internal import Ledger
    internal import PrometheusMetrics
    internal import Relay
    internal import Synchronization
    internal import Watch

    /// Watching from its start to its end: it follows and tells, heeds signals, and tells the service manager.
    final class WatchRun: Sendable {
        /// What is in force.
        private let plan: Mutex<WatchPlan>
        /// Reads configuration and rules again.
        private let read: @Sendable () throws(CommandError) -> WatchPlan
        private let environment: [String: String]
        private let messages: ServiceMessages

        /// How often the ledger is looked through for what is too old.
        private static let retentionInterval = Duration.seconds(600)
        /// How long an output that ends, or begins anew, may take to tell what it has not told.
        private static let outputGrace = Duration.seconds(5)

        init(
            _ plan: WatchPlan,
            environment: [String: String],
            messages: ServiceMessages,
            read: @escaping @Sendable () throws(CommandError) -> WatchPlan
        ) {
            self.plan = Mutex(plan)
            self.environment = environment
            self.messages = messages
            self.read = read
        }

        private var current: WatchPlan { plan.withLock { $0 } }

        /// Watches until it is told to stop.
        func run() async throws {
            ProcessMemory.givesBackLargeBlocks(keeping: 16 << 20)
            OpenFileLimit.raise()
            let manager = try ServiceManager(
                environment: environment,
                processID: ProcessInfo.processInfo.processIdentifier
            )
            let ledger: Ledger
            do {
                ledger = try Ledger(path: current.ledgerPath, options: LedgerOptions(.watching))
            } catch {
                throw CommandError("\(error)")
            }
            do {
                try await run(ledger, manager)
            } catch let error as WatchError {
                throw CommandError(error.description)
            } catch let error as ConsoleError {
                throw CommandError("console: \(error)")
            }
            try ledger.close()
        }

        private func run(_ ledger: Ledger, _ manager: ServiceManager) async throws {
            let registry = MetricRegistry()
            registry.observeBuild(version: Tidewaiter.version)
            registry.observeProcess()
            let say: @Sendable (String) -> Void = { [messages] in messages.say($0) }
            let board = HealthBoard(messages: say)
            board.observe(in: registry)
            let outputs = OutputTasks(
                store: LedgerAlerts(ledger),
                metrics: DeliveryMetrics(registry),
                environment: environment,
                tell: { say($0.words) }
            )
            let pipeline = Pipeline(
                ledger: ledger,
                rules: current.rules,
                metrics: WatchMetrics(registry),
                clock: DecisionClock.system.now,
                onFindings: { outputs.wake() },
                messages: say
            )
            let watching = Watching(pipeline, board: board)
            let reloads = ReloadMetrics(registry)
            let metricsServer = try WatchListeners.metrics(current.configuration, registry)
            let console = try WatchListeners.console(current.configuration, ledger, current.library, board)
            let signals = SignalEvents()
            defer { signals.cancel() }
            let events = signals.events
            // Several wishes to reload while one is heeded are one.
            let (wishes, wish) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
            try await withThrowingTaskGroup(of: Bool.self) { tasks in
                tasks.addTask {
                    await outputs.run()
                    return false
                }
                defer { tasks.cancelAll() }
                try await forgetOutputs(in: ledger)
                // Outputs that are new have their place behind what was found before.
                try await outputs.begin(current.outputs)
                tasks.addTask { [self] in
                    try await watching.run(following: current.sources)
                    return true
                }
                tasks.addTask { [self] in
                    for await event in events {
                        switch event {
                        case .reload: wish.yield()
                        case .stop:
                            manager.stopping()
                            messages.say("stops; what was taken in is remembered")
                            return true
                        }
                    }
                    return true
                }
                tasks.addTask { [self] in
                    for await _ in wishes {
                        try await reload(ledger, watching, outputs, reloads, manager)
                        console?.replace(library: current.library)
                    }
                    return false
                }
                tasks.addTask { [self] in
                    await keep(ledger)
                    return false
                }
                if let metricsServer {
                    tasks.addTask {
                        try await metricsServer.run()
                        return false
                    }
                }
                if let console {
                    tasks.addTask {
                        try await console.run(endsOnSignals: false) { address in
                            say("the console is at \(address)")
                        }
                        return false
                    }
                }
                if let interval = manager.watchdogInterval {
                    tasks.addTask {
                        while !Task.isCancelled {
                            manager.live()
                            try? await Task.sleep(for: interval)
                        }
                        return false
                    }
                }
                messages.say(current.summary)
                manager.say(current.summary)
                manager.ready()
                ProcessMemory.forgetsStart()
                while let isEnd = try await tasks.next() { if isEnd { break } }
            }
        }

        /// Keeps nothing any more for what tells nothing any more.
        private func forgetOutputs(in ledger: Ledger) async throws {
            let names = Set(current.outputs.map(\.name))
            for name in try await ledger.outputPositions().keys.sorted() where !names.contains(name) {
                try await ledger.forgetOutput(name)
                messages.say("\(name) is no output any more; where it was is forgotten")
            }
        }

        // MARK: Reloading

        /// Puts what configuration and rules now say in force, or tells what is wrong with them and leaves all as it was.
        ///
        /// - Throws: ``WatchError`` when the ledger cannot be read any more, so that nothing can go on.
        private func reload(
            _ ledger: Ledger,
            _ watching: Watching,
            _ outputs: OutputTasks,
            _ metrics: ReloadMetrics,
            _ manager: ServiceManager
        ) async throws {
            manager.reloading()
            defer { manager.ready() }
            outputs.reopen()
            let new: WatchPlan
            do {
                new = try read()
                // What may still fail comes first, so that all stays as it was.
                try await watching.judge(by: new.rules)
            } catch is CancellationError {
                return
            } catch {
                metrics.stays()
                manager.say("configuration and rules are still those from before: the files have errors")
                return messages.say("configuration and rules were not changed: \(error)")
            }
            let changes = WatchPlanChanges(from: current, to: new)
            plan.withLock { $0 = new.remembering(in: $0) }
            await outputs.end(changes.outputsGone, within: Self.outputGrace)
            do {
                try await forgetOutputs(in: ledger)
                try await outputs.begin(changes.newOutputs)
                try await watching.follow(changes.newSources, insteadOf: changes.sourcesGone)
            } catch is CancellationError {
                return
            } catch {
                throw WatchError("what was read again cannot be put in force, start again: \(error)")
            }
            metrics.wasReplaced()
            manager.say(current.summary)
            let told = ["configuration and rules were read again: \(current.summary)"] + new.remarks + changes.later
            messages.say(told.joined(separator: "\n"))
        }

        // MARK: Meanwhile

        /// Has the ledger forget what is too old or too much.
        private func keep(_ ledger: Ledger) async {
            let clock = DecisionClock.system
            var retentionClock = RetentionClock(now: clock.now(), .now, newest: try? await ledger.newestReceipt())
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.retentionInterval)
                guard !Task.isCancelled else { return }
                let settings = current.configuration.ledger
                let days = Int(max(1, settings.keep.components.seconds / 86_400))
                let retention = Retention(days: days, bytes: settings.size, openDays: days)
                do {
                    _ = try await ledger.retain(retention, now: retentionClock.time(at: clock.now(), .now))
                } catch {
                    messages.say("the ledger keeps what is too old: \(error)")
                }
            }
        }
    }
#endif
