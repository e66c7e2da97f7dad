#if Guard
    internal import KubernetesGuard
    internal import Judge
    internal import Relay
    internal import Signals

    /// The live parts of a webhook.
    struct KubernetesGuardParts: Sendable {
        var server: RelayServer
        var judge: AdmissionJudge
        var log: DecisionWriter
    }

    extension Composition {
        /// A webhook's parts, put together; nothing listens yet.
        static func kubernetesGuard(
            _ command: GuardKubernetes,
            _ loaded: LoadedAdmissionPolicy,
            _ listeners: [ListenerConfiguration]
        ) throws -> KubernetesGuardParts {
            if let threads = command.service.threads { EventLoops.use(threads) }
            let log = DecisionWriter(try command.service.decisions.sink())
            let judge = AdmissionJudge(policy: loaded.policy, bench: loaded.bench, log: log)
            let gatekeeper = AdmissionGatekeeper(
                judge,
                needsClientCertificate: command.listening.clientCa != nil,
                obstacle: { log.failure.map { "decisions cannot be recorded: \($0)" } }
            )
            let server = RelayServer(
                configuration: RelayConfiguration(listeners: listeners),
                gatekeeper: gatekeeper,
                upstream: nil
            )
            return KubernetesGuardParts(server: server, judge: judge, log: log)
        }
    }
#endif
