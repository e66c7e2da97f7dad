#if Guard
    internal import ArgumentParser
    internal import Foundation
    internal import Judge
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
                anybody deploys. /healthz answers while it runs, /readyz while it can decide.

                Examples:
                  tidewaiter guard kubernetes --manifests --image registry.example.com/tidewaiter:0.1.0 | kubectl apply -f -
                  tidewaiter guard kubernetes --check --policy /etc/tidewaiter/kubernetes.yml
                  tidewaiter guard kubernetes --tls-cert tls.crt --tls-key tls.key --policy kubernetes.yml
                  tidewaiter guard kubernetes --tls-cert tls.crt --tls-key tls.key --observe --decisions decisions.jsonl

                The certificate is read again when its files change. SIGHUP reads policy and rules again (what is wrong is \
                told, and the old stay in force) and opens the decisions' file again. SIGTERM lets requests end for --grace \
                seconds.

                Exit status: 0 when it was told to stop, or --check found nothing wrong, 1 for wrong usage, a policy or rules \
                with errors, or an address that cannot be listened on.
                """
        )

        @OptionGroup(title: "Listening")
        var listening: WebhookListeningOptions

        @OptionGroup(title: "Judging")
        var judging: AdmissionJudgingOptions

        @OptionGroup(title: "Service")
        var service: ServiceOptions

        @OptionGroup(title: "Installing")
        var installing: InstallationOptions

        func run() async throws {
            if installing.manifests { return try printManifests() }
            let environment = ProcessInfo.processInfo.environment
            let processID = ProcessInfo.processInfo.processIdentifier
            let loaded = try LoadedAdmissionPolicy(judging)
            if service.check {
                return Output(.standardOutput).finish(with: VisibleText.escape(lines: summary(loaded).text))
            }
            let listeners = try listening.listeners(
                inherited: InheritedSockets.descriptors(environment: environment, processID: processID)
            )
            let manager = try ServiceManager(environment: environment, processID: processID)
            let parts = try Composition.kubernetesGuard(self, loaded, listeners)
            var run = GuardRun(
                server: parts.server,
                log: parts.log,
                grace: .seconds(service.grace),
                manager: manager,
                messages: ServiceMessages(to: Output(.standardError))
            )
            run.summary = summary(loaded).line
            run.reload = { [self] in
                let loaded = try LoadedAdmissionPolicy(judging)
                parts.judge.replace(policy: loaded.policy, bench: loaded.bench)
                return GuardRun.Reloaded(summary: summary(loaded).line, words: loaded.words, remarks: loaded.remarks)
            }
            let looking = run
            run.chores.append((Self.certificateInterval, { looking.refreshCertificates(always: false) }))
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

        private func summary(_ loaded: LoadedAdmissionPolicy) -> AdmissionSummary { AdmissionSummary(self, loaded) }
    }
#endif
