#if Guard
    internal import Relay
    internal import Signals

    /// A guard from its start to its end, whatever it guards: it serves, heeds signals, and tells the service manager.
    struct GuardRun: Sendable {
        var server: RelayServer
        /// Tells metrics on an address of its own, where that is wanted.
        var metricsServer: RelayServer?
        var metrics: GuardMetrics
        var log: DecisionWriter
        var grace: Duration
        var manager: ServiceManager
        var messages: ServiceMessages
        /// What it does, in one line.
        var summary = ""
        /// What is odd about what is in force at the start, told once it serves.
        var remarks: @Sendable () async -> [String] = { [] }
        /// Puts what policy and rules now say in force, or throws and leaves all as it was.
        var reload: @Sendable () async throws -> Reloaded = { Reloaded(summary: "", words: "") }
        /// What is done again and again in the meantime.
        var chores: [(every: Duration, work: @Sendable () -> Void)] = []

        /// What goes on in the meantime, until it is cancelled.
        var companions: [@Sendable () async -> Void] = []

        /// What is in force after a reload.
        struct Reloaded: Sendable {
            var summary: String
            var words: String
            var remarks: [String] = []
        }

        init(
            server: RelayServer,
            metricsServer: RelayServer?,
            metrics: GuardMetrics,
            log: DecisionWriter,
            grace: Duration,
            manager: ServiceManager,
            messages: ServiceMessages
        ) {
            self.server = server
            self.metricsServer = metricsServer
            self.metrics = metrics
            self.log = log
            self.grace = grace
            self.manager = manager
            self.messages = messages
        }

        /// Serves until it is told to stop.
        func run() async throws {
            let signals = SignalEvents()
            defer { signals.cancel() }
            let events = signals.events
            do {
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    // What cannot listen is told before anything is said to be there.
                    let (opening, opened) = AsyncStream<Void>.makeStream()
                    if let metricsServer {
                        tasks.addTask { try await metricsServer.run { opened.finish() } }
                    } else {
                        opened.finish()
                    }
                    tasks.addTask {
                        for await _ in opening {}
                        guard !Task.isCancelled else { return }
                        try await server.run {
                            messages.say(summary)
                            manager.say(summary)
                            manager.ready()
                            ProcessMemory.forgetsStart()
                        }
                    }
                    tasks.addTask {
                        for remark in await remarks() { messages.say(remark) }
                        await heed(events)
                    }
                    if let interval = manager.watchdogInterval {
                        tasks.addTask { await every(interval) { manager.live() } }
                    }
                    for chore in chores { tasks.addTask { await every(chore.every, chore.work) } }
                    for companion in companions { tasks.addTask { await companion() } }
                    // The server ends first, by itself or because it was told to; the others go with it.
                    defer { tasks.cancelAll() }
                    try await tasks.next()
                }
            } catch let error as RelayError {
                throw CommandError(error.description)
            }
            await log.drain()
            if log.lost > 0 {
                messages.say("\(log.lost) decisions that nobody waited for could not be recorded")
            }
        }

        // MARK: Signals

        private func heed(_ events: AsyncStream<SignalEvent>) async {
            var isStopping = false
            for await event in events {
                switch event {
                case .reload where isStopping: break
                case .reload: await readAgain()
                case .stop:
                    manager.stopping()
                    messages.say(isStopping ? "stops at once" : "stops; requests may take \(grace) to end")
                    // The second time nobody waits any more.
                    if isStopping { return }
                    isStopping = true
                    server.shutdown(gracePeriod: grace)
                }
            }
        }

        private func readAgain() async {
            manager.reloading()
            defer { manager.ready() }
            await replace(with: reload)
            refreshCertificates(always: true)
            do {
                try await log.reopen()
            } catch {
                messages.say("the decisions go on where they went: \(error)")
            }
        }

        /// Has `reload` put another policy in force, and tells what came of it.
        func replace(with reload: @Sendable () async throws -> Reloaded) async {
            do {
                let reloaded = try await reload()
                metrics.reloads.wasReplaced()
                manager.say(reloaded.summary)
                messages.say(
                    (["policy and rules were read again: \(reloaded.words)"] + reloaded.remarks).joined(separator: "\n")
                )
            } catch {
                metrics.reloads.stays()
                manager.say("policy and rules are still those from before: the files have errors")
                messages.say("policy and rules were not changed: \(error)")
            }
        }

        /// Shows new connections the certificates that the files hold now.
        ///
        /// - Parameter always: whether files are read even if they look unchanged.
        func refreshCertificates(always: Bool) {
            for one in [server, metricsServer].compactMap(\.self) {
                let (replaced, failures) = one.refreshCertificates(always: always)
                for address in replaced { messages.say("\(address): the certificate was read again") }
                for failure in failures { messages.say("the certificate stays the one from before: \(failure)") }
            }
        }

        // MARK: Time

        private func every(_ interval: Duration, _ work: @Sendable () -> Void) async {
            while !Task.isCancelled {
                work()
                try? await Task.sleep(for: interval)
            }
        }
    }
#endif
