#if Guard
    internal import KubernetesAPI
    internal import KubernetesGuard
    internal import Judge
    internal import PrometheusMetrics
    internal import Relay
    internal import Signals

    /// The live parts of a webhook.
    struct KubernetesGuardParts: Sendable {
        var server: RelayServer
        var metricsServer: RelayServer?
        var metrics: GuardMetrics
        var judge: AdmissionJudge
        /// Of the cluster's namespaces, where an API server is known.
        var labels: NamespaceLabels?
        var log: DecisionWriter

        /// Puts another policy in force.
        func replace(
            with loaded: LoadedAdmissionPolicy,
            _ summary: (LoadedAdmissionPolicy) -> AdmissionSummary
        ) -> GuardRun.Reloaded {
            judge.replace(policy: loaded.policy, bench: loaded.bench)
            if loaded.policy.readsNamespaceLabels { labels?.begin() }
            return GuardRun.Reloaded(summary: summary(loaded).line, words: loaded.words, remarks: loaded.remarks)
        }
    }

    extension Composition {
        /// A webhook's parts, put together; nothing listens yet.
        static func kubernetesGuard(
            _ command: GuardKubernetes,
            _ loaded: LoadedAdmissionPolicy,
            _ listeners: [ListenerConfiguration],
            _ client: APIClient?,
            _ certificates: KeptCertificates?
        ) throws -> KubernetesGuardParts {
            ProcessMemory.givesBackLargeBlocks()
            let log = DecisionWriter(try command.service.decisions.sink())
            let labels = client.map { NamespaceLabels(client: $0) }
            let metrics = GuardMetrics()
            let admissionMetrics = AdmissionMetrics(metrics.registry)
            let judge = AdmissionJudge(
                policy: loaded.policy,
                bench: loaded.bench,
                namespaces: labels,
                log: metrics.measured(log),
                metrics: admissionMetrics
            )
            let gatekeeper = AdmissionGatekeeper(
                judge,
                needsClientCertificate: command.listening.clientCa != nil,
                obstacle: {
                    if let failure = log.failure { return "decisions cannot be recorded: \(failure)" }
                    let isBlind = judge.readsNamespaceLabels && labels?.isSynced != true
                    return isBlind ? "the labels of namespaces are not known yet" : certificates?.obstacle
                },
                metrics: admissionMetrics.decisions,
                page: metrics.page
            )
            let server = RelayServer(
                configuration: RelayConfiguration(listeners: listeners),
                gatekeeper: gatekeeper,
                upstream: nil,
                metrics: metrics.relay
            )
            let service = listeners.lazy.compactMap(\.service).first
            let metricsServer = try command.metrics.listener { address in
                service.map { ListenerConfiguration(address, service: $0) }
            }.map(metrics.server)
            metrics.observeCertificates(of: [server, metricsServer].compactMap(\.self))
            return KubernetesGuardParts(
                server: server,
                metricsServer: metricsServer,
                metrics: metrics,
                judge: judge,
                labels: labels,
                log: log
            )
        }
    }
#endif
