#if Guard
    internal import ArgumentParser
    internal import Foundation
    internal import Judge
    internal import KubernetesAPI
    internal import KubernetesGuard
    internal import Relay
    internal import Signals

    /// `tidewaiter guard kubernetes`: the validating admission webhook of a cluster.
    struct GuardKubernetes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "kubernetes",
            abstract: "Answer a cluster's admission reviews and refuse dangerous deployments.",
            discussion: """
                A validating admission webhook: the API server asks it at https://ADDRESS/validate before it stores what \
                anybody deploys. /healthz answers while it runs, /readyz while it can decide; /metrics is for Prometheus.

                Examples:
                  tidewaiter guard kubernetes --manifests --image registry.example.com/tidewaiter:0.1.0 | kubectl apply -f -
                  tidewaiter guard kubernetes --check --policy /etc/tidewaiter/kubernetes.yml
                  tidewaiter guard kubernetes --tls-cert tls.crt --tls-key tls.key --policy kubernetes.yml
                  tidewaiter guard kubernetes --tls-cert tls.crt --tls-key tls.key --observe --decisions decisions.jsonl
                  tidewaiter guard kubernetes --tls-cert tls.crt --tls-key tls.key --policy configmap:security/policy
                  tidewaiter guard kubernetes --certificate-secret security/tidewaiter-tls --webhook-configuration tidewaiter

                The certificate is read again when its files change; one of its own is replaced after two thirds of its 90 \
                days, and its authority after two thirds of a year, without a moment at which API servers do not trust it. \
                SIGHUP reads policy and rules again (what is wrong is \
                told, and the old stay in force) and opens the decisions' file again. SIGTERM lets requests end for --grace \
                seconds.

                Exit status: 0 when it was told to stop, or --check found nothing wrong, 1 for wrong usage, a policy or rules \
                with errors, or an address that cannot be listened on.
                """
        )

        @OptionGroup(title: "Listening")
        var listening: WebhookListeningOptions

        @OptionGroup(title: "Certificate")
        var certificate: OwnCertificateOptions

        @OptionGroup(title: "API server")
        var api: APIServerOptions

        @OptionGroup(title: "Judging")
        var judging: AdmissionJudgingOptions

        @OptionGroup(title: "Service")
        var service: ServiceOptions

        @OptionGroup(title: "Installing")
        var installing: InstallationOptions

        @OptionGroup(title: "Service")
        var metrics: MetricsOptions

        func validate() throws {
            guard try certificate.asked != nil, listening.tlsCert != nil || listening.tlsKey != nil else { return }
            throw ValidationError("--certificate-secret makes the certificate; leave --tls-cert and --tls-key out")
        }

        func run() async throws {
            if installing.manifests { return try printManifests() }
            // Before anything asks for an event loop, as a client of the API server does.
            if let threads = service.threads { EventLoops.use(threads) }
            let environment = ProcessInfo.processInfo.environment
            let needsServer = try certificate.asked != nil && !service.check
            let server =
                try needsServer ? api.server(environment: environment) : api.knownServer(environment: environment)
            guard let server else { return try await run(with: nil) }
            try await APIClient.connected(to: server) { try await run(with: $0) }
        }

        private func run(with client: APIClient?) async throws {
            let loaded = try await LoadedAdmissionPolicy(judging, client)
            if service.check {
                return Output(.standardOutput).finish(with: VisibleText.escape(lines: summary(loaded).text))
            }
            let messages = ServiceMessages(to: Output(.standardError))
            var certificates: KeptCertificates?
            if let client, let asked = try certificate.asked {
                certificates = try await Composition.certificates(asked, client, messages)
            }
            try await serve(loaded, client, certificates, messages)
        }

        /// Serves until it is told to stop.
        private func serve(
            _ loaded: LoadedAdmissionPolicy,
            _ client: APIClient?,
            _ certificates: KeptCertificates?,
            _ messages: ServiceMessages
        ) async throws {
            let tls =
                try certificates.map { ServiceTLS(held: $0.held, clientAuthority: listening.clientCa) }
                ?? listening.fileTLS
            let environment = ProcessInfo.processInfo.environment
            let processID = ProcessInfo.processInfo.processIdentifier
            let listeners = try listening.listeners(
                inherited: InheritedSockets.descriptors(environment: environment, processID: processID),
                tls
            )
            let manager = try ServiceManager(environment: environment, processID: processID)
            let parts = try Composition.kubernetesGuard(self, loaded, listeners, client, certificates)
            var run = GuardRun(
                server: parts.server,
                metricsServer: parts.metricsServer,
                metrics: parts.metrics,
                log: parts.log,
                grace: .seconds(service.grace),
                manager: manager,
                messages: messages
            )
            run.summary = summary(loaded).line
            run.reload = { [self] in
                certificates?.wishes.look()
                return parts.replace(with: try await LoadedAdmissionPolicy(judging, client), summary)
            }
            if loaded.policy.readsNamespaceLabels { parts.labels?.begin() }
            if let labels = parts.labels { run.companions.append { await labels.run { messages.say($0) } } }
            let looking = run
            if let client, let files = loaded.files, case .configMap(let name) = try judging.place {
                let watched = WatchedPolicy(name: name, client: client, files: files, messages: messages)
                run.companions.append { [self] in
                    await watched.run { files in
                        await looking.replace {
                            parts.replace(with: try LoadedAdmissionPolicy(judging, files), summary)
                        }
                    }
                }
            }
            run.chores.append((Self.certificateInterval, { looking.refreshCertificates(always: false) }))
            let memory = ProcessMemory()
            run.chores.append((Self.memoryInterval, { memory.giveBack(afterLarge: parts.judge.largeReviews) }))
            if let certificates {
                run.companions.append {
                    await certificates.keep { looking.refreshCertificates(always: false) }
                }
            }
            try await run.run()
        }

        private func printManifests() throws {
            guard judging.policy == nil, judging.rules.isEmpty, listening.listen.isEmpty, !service.check else {
                throw ValidationError(
                    "--manifests takes --observe, --refuse-at and the options under 'Installing' alone; change the rest in what "
                        + "it prints"
                )
            }
            let installation = try installing.installation(observes: judging.observe, refuseAt: judging.refuseAt)
            Output(.standardOutput).finish(with: try installation.manifests())
        }

        /// How often the certificate's files are looked at.
        private static let certificateInterval = Duration.seconds(5)

        /// How soon memory is given back.
        private static let memoryInterval = Duration.seconds(2)

        @Sendable private func summary(_ loaded: LoadedAdmissionPolicy) -> AdmissionSummary {
            AdmissionSummary(self, loaded)
        }
    }
#endif
