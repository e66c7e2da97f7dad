#if Guard
    internal import ArgumentParser
    internal import Deployments
    internal import DockerGuard
    internal import Foundation
    internal import Judge
    internal import PrometheusMetrics
    internal import Relay
    internal import Signals

    extension Composition {
        /// A Docker guard's parts, put together; nothing listens yet.
        static func dockerGuard(
            _ command: GuardDocker,
            _ loaded: LoadedPolicy,
            _ listeners: [ListenerConfiguration]
        ) throws -> DockerGuardParts {
            if let threads = command.service.threads { EventLoops.use(threads) }
            ProcessMemory.givesBackLargeBlocks()
            for listener in listeners { SocketDirectory.make(for: listener.address) }
            // Known to this process alone, so that nobody else's questions pass for the guard's own.
            let question = Self.token()
            let upstream = try HTTPUpstream(
                command.engine.configuration(fields: [HeaderField(AuthZPlugin.questionField, question)])
            )
            let writer = DecisionWriter(try command.service.decisions.sink())
            let metrics = GuardMetrics()
            let dockerMetrics = DockerMetrics(metrics.registry)
            let log = metrics.measured(writer)
            let learner = learner(command.judging, loaded.policy)
            let judge = DockerJudge(
                policy: loaded.policy,
                bench: loaded.bench,
                daemon: upstream,
                files: hostFiles(command),
                places: enginePlaces(command, loaded, listeners),
                log: log,
                mode: command.judging.isObserving ? .observe : .enforce,
                recordsReads: command.judging.recordReads,
                learner: learner,
                metrics: dockerMetrics
            )
            let gatekeeper = DockerGatekeeper(judge)
            let plugin = AuthZPlugin(
                asking: gatekeeper,
                log: log,
                question: question,
                observes: command.judging.isObserving,
                acceptsStreams: command.listening.pluginStreams,
                metrics: dockerMetrics
            )
            let server = RelayServer(
                configuration: RelayConfiguration(listeners: listeners),
                gatekeeper: command.listening.plugin ? plugin : gatekeeper,
                upstream: command.listening.plugin ? nil : upstream,
                metrics: metrics.relay
            )
            let tls = try command.listening.tls
            let metricsServer = try command.metrics.listener { address in
                tls.map { ListenerConfiguration(address, tls: $0) }
            }.map(metrics.server)
            return DockerGuardParts(
                server: server,
                metricsServer: metricsServer,
                metrics: metrics,
                judge: judge,
                log: writer,
                learner: learner
            )
        }

        private static func learner(_ judging: JudgingOptions, _ policy: GuardPolicy) -> PolicyLearner? {
            guard let exceptions = judging.learnedExceptions else { return nil }
            let terms = policy.otherwise ?? Terms(name: "default")
            return PolicyLearner(profile: terms.profile, refuseAt: terms.refuseAt, exceptionsFile: exceptions)
        }

        /// 128 bits of the system's randomness, in hexadecimal digits.
        private static func token() -> String {
            var generator = SystemRandomNumberGenerator()
            return (0..<2).map { _ in
                let digits = String(generator.next(), radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }.joined()
        }

        /// What of the host is the engine's or the guard's own.
        private static func enginePlaces(
            _ command: GuardDocker,
            _ loaded: LoadedPolicy,
            _ listeners: [ListenerConfiguration]
        ) -> EnginePlaces {
            var places: [EnginePlaces.Place] = []
            func add(_ path: String?, _ what: String) {
                guard let path, !path.isEmpty else { return }
                places.append(EnginePlaces.Place(URL(filePath: path).absoluteURL.path, what))
            }
            if command.engine.isLocal { add(String(command.engine.upstream.dropFirst(7)), "the engine's socket") }
            for listener in listeners { add(listener.address.path, "the guard's socket") }
            add(command.judging.policy, "the guard's policy")
            add(command.judging.learn, "the guard's policy")
            for path in loaded.policy.rulePaths + loaded.policy.exceptionPaths { add(path, "the guard's rules") }
            if case .file(let path) = command.service.decisions { add(path, "the guard's decisions") }
            for key in [command.listening.tlsKey, command.listening.tlsCa] { add(key, "the guard's TLS files") }
            add(command.engine.upstreamTlsKey, "the guard's key to the engine")
            return EnginePlaces(places)
        }

        /// What is odd about a policy that allows directories in which the engine's or the guard's own things are.
        ///
        /// The engine is asked where its data are, and not waited for.
        static func engineRemarks(
            _ command: GuardDocker,
            _ loaded: LoadedPolicy,
            _ listeners: [ListenerConfiguration]
        ) async throws -> [String] {
            var configuration = try command.engine.configuration(fields: [])
            configuration.answerTimeout = .seconds(2)
            return enginePlaces(command, loaded, listeners).remarks(
                on: loaded.policy,
                dataRoot: await EnginePlaces.dataRoot(of: try HTTPUpstream(configuration)),
                files: hostFiles(command)
            )
        }

        /// The file system of the engine's host, where the guard sees it.
        private static func hostFiles(_ command: GuardDocker) -> any HostFiles {
            if let root = command.judging.hostRoot { return LiveHostFiles(root: root) }
            return command.engine.isLocal ? LiveHostFiles() : UnseenHostFiles()
        }
    }

    /// The file system of a host that is elsewhere: nothing is known of it.
    private struct UnseenHostFiles: HostFiles {
        func resolve(_ path: String) throws(Unresolvable) -> HostPath {
            throw Unresolvable("the engine is on another host, whose files cannot be looked at from here")
        }

        // Whoever connects to the guard runs on the guard's own host.
        func controlGroups(ofProcess id: Int32) throws(Unresolvable) -> String {
            try LiveHostFiles().controlGroups(ofProcess: id)
        }
    }
#endif
