#if Watch
    internal import CMalloc
    internal import Delivery
    internal import Deployments
    internal import Foundation
    internal import Judge
    internal import KubernetesAPI
    internal import Ledger
    internal import Metrics
    internal import Relay
    internal import Sigma
    internal import Watch

    /// The parts of watching, put together as a configuration says.
    struct WatchComposition {
        private let configuration: WatchConfiguration
        private let rules: WatchedRules
        private let sources: [WatchedSource]
        private let outputs: [OutputConfiguration]
        private let ledgerPath: String
        private let ruleCount: Int
        private let environment: [String: String]
        /// What is odd about configuration and rules, but no error.
        let remarks: [String]

        /// How often the ledger is looked through for what is too old.
        private static let retentionInterval = Duration.seconds(600)
        /// How many may ask for metrics at a time.
        private static let metricsConnections = 64

        /// Reads configuration and rules, and makes of them what they name; nothing is opened yet.
        ///
        /// - Throws: ``CommandError`` with everything that is wrong, each with its place.
        init(
            readingConfigurationAt path: String,
            environment: [String: String],
            color: Terminal.ColorChoice
        ) throws(CommandError) {
            self.environment = environment
            guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20,
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
            configuration = read
            let library = try Composition.rules(
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
            for settings in read.sources { sources.append(try making.source(settings)) }
            self.sources = sources
            ledgerPath = read.ledger.path ?? LedgerLocation.usual(environment: environment, isRoot: geteuid() == 0)
            let telling = WatchOutputs(color: color, folder: (ledgerPath as NSString).deletingLastPathComponent)
            var outputs: [OutputConfiguration] = []
            for settings in read.outputs { outputs.append(try telling.output(settings)) }
            self.outputs = outputs
        }

        /// What is watched, in one line.
        var summary: String {
            let told =
                outputs.isEmpty ? "nobody (findings stay in the ledger)" : outputs.map(\.name).joined(separator: ", ")
            return "watches \(sources.map(\.name).joined(separator: ", ")) with \(ruleCount) rules, remembers in "
                + "\(ledgerPath), tells \(told)"
        }

        /// Watches until it is told to stop.
        func run(_ messages: ServiceMessages) async throws {
            tw_malloc_give_back(1 << 20, 16 << 20)
            let manager = try ServiceManager(
                environment: environment,
                processID: ProcessInfo.processInfo.processIdentifier
            )
            let ledger: Ledger
            do {
                ledger = try Ledger(path: ledgerPath, options: LedgerOptions(.watching))
            } catch {
                throw CommandError("\(error)")
            }
            do {
                try await withEventsServer { kubernetes in
                    try await Outputs.opened(outputs, kubernetes: kubernetes, environment: environment) { outputs in
                        try await run(ledger, outputs, manager, messages)
                    }
                }
            } catch let error as WatchError {
                throw CommandError(error.description)
            }
            try ledger.close()
        }

        private func run(
            _ ledger: Ledger,
            _ outputs: [Delivery.Output],
            _ manager: ServiceManager,
            _ messages: ServiceMessages
        ) async throws {
            let registry = MetricRegistry()
            registry.observeBuild(version: Tidewaiter.version)
            registry.observeProcess()
            let say: @Sendable (String) -> Void = { messages.say($0) }
            let board = HealthBoard(sources.map(\.name), messages: say)
            board.observe(in: registry)
            let dispatcher = Dispatcher(
                outputs,
                store: LedgerAlerts(ledger),
                metrics: DeliveryMetrics(registry),
                tell: { say($0.words) }
            )
            // What nobody tells any more is not kept for it.
            for name in try await ledger.outputPositions().keys where !outputs.contains(where: { $0.name == name }) {
                try await ledger.forgetOutput(name)
                messages.say("\(name) is no output any more; where it was is forgotten")
            }
            try await dispatcher.prepare()
            let pipeline = Pipeline(
                sources: sources,
                ledger: ledger,
                rules: rules,
                metrics: WatchMetrics(registry, sources: sources.count),
                clock: DecisionClock.system.now,
                onFindings: { dispatcher.wake() },
                messages: say
            )
            let watching = Watching(pipeline, board: board, messages: say)
            let metricsServer = try metricsServer(registry)
            let signals = SignalEvents()
            defer { signals.cancel() }
            let events = signals.events
            try await withThrowingTaskGroup(of: Bool.self) { tasks in
                tasks.addTask {
                    try await watching.run()
                    return true
                }
                tasks.addTask {
                    await dispatcher.run()
                    return false
                }
                tasks.addTask {
                    await heed(events, dispatcher, manager, messages)
                    return true
                }
                tasks.addTask {
                    await keep(ledger, messages)
                    return false
                }
                if let metricsServer {
                    tasks.addTask {
                        try await metricsServer.run()
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
                messages.say(summary)
                manager.say(summary)
                manager.ready()
                defer { tasks.cancelAll() }
                while let isEnd = try await tasks.next() { if isEnd { break } }
            }
        }

        // MARK: Meanwhile

        private func heed(
            _ events: AsyncStream<SignalEvent>,
            _ dispatcher: Dispatcher,
            _ manager: ServiceManager,
            _ messages: ServiceMessages
        ) async {
            for await event in events {
                switch event {
                case .reload:
                    dispatcher.reopen()
                    messages.say(
                        "files of outputs are opened again; rules and configuration are read at the next start"
                    )
                case .stop:
                    manager.stopping()
                    messages.say("stops; what was taken in is remembered")
                    return
                }
            }
        }

        /// Has the ledger forget what is too old or too much.
        private func keep(_ ledger: Ledger, _ messages: ServiceMessages) async {
            let days = Int(max(1, configuration.ledger.keep.components.seconds / 86_400))
            let retention = Retention(days: days, bytes: configuration.ledger.size, openDays: days)
            let clock = DecisionClock.system
            var retentionClock = RetentionClock(now: clock.now(), .now, newest: try? await ledger.newestReceipt())
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.retentionInterval)
                guard !Task.isCancelled else { return }
                do {
                    _ = try await ledger.retain(retention, now: retentionClock.time(at: clock.now(), .now))
                } catch {
                    messages.say("the ledger keeps what is too old: \(error)")
                }
            }
        }

        // MARK: Servers

        private func metricsServer(_ registry: MetricRegistry) throws(CommandError) -> RelayServer? {
            guard let text = configuration.metrics else { return nil }
            do throws(RelayError) {
                let address = try RelayAddress(parsing: text)
                guard address.isUnix || address.isLoopback else {
                    throw RelayError(
                        .address,
                        "who deploys what is nobody else's business: listen on tcp://127.0.0.1:PORT or unix:///PATH"
                    )
                }
                var limits = RelayLimits()
                // Connections take the same descriptors as logs and the ledger.
                limits.connections = Self.metricsConnections
                return RelayServer(
                    configuration: RelayConfiguration(
                        listeners: [ListenerConfiguration(plainOn: address)],
                        limits: limits,
                        timeouts: RelayTimeouts(idle: .seconds(60))
                    ),
                    gatekeeper: MetricsGatekeeper(MetricsPage(registry)),
                    upstream: nil
                )
            } catch {
                throw CommandError("metrics: \(error)")
            }
        }

        /// Lends the API server that is told Events, where an output tells them.
        private func withEventsServer(_ body: (APIClient?) async throws -> Void) async throws {
            for output in configuration.outputs {
                guard case .kubernetesEvents(let cluster) = output.kind else { continue }
                let server: APIServer
                do throws(APIError) {
                    server = try cluster.apiServer(environment)
                } catch {
                    throw CommandError("\(output.place): \(output.name): \(error)")
                }
                return try await APIClient.connected(to: server) { try await body($0) }
            }
            try await body(nil)
        }
    }

    extension DeliveryEvent {
        /// What people are told of it.
        fileprivate var words: String {
            switch self {
            case .failed(let output, let error, let again): "\(output): \(error); tried again in \(again)"
            case .recovered(let output): "\(output): goes on"
            case .dropped(let output, let count):
                "\(output): \(count) findings below high were passed over, since it is too far behind; they are in the ledger"
            case .refused(let output, let finding, let reason): "\(output): finding \(finding) was refused: \(reason)"
            case .storeFailed(let output, let reason): "\(output): the ledger cannot be read: \(reason)"
            }
        }
    }
#endif
