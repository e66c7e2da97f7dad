#if Guard
    internal import ArgumentParser
    internal import DockerGuard
    internal import Foundation
    internal import Intake
    internal import Judge
    internal import Relay
    internal import Sigma
    internal import Signals

    /// `tidewaiter guard docker`: a proxy before a Docker Engine's API, or the plugin that the engine itself asks.
    struct GuardDocker: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "docker",
            abstract: "Stand before a Docker Engine or Podman API and refuse dangerous deployments.",
            discussion: """
                A proxy that forwards what it lets pass, or with --plugin the authorization plugin that the engine asks \
                (dockerd --authorization-plugin=tidewaiter). Prefer the proxy: before Engine 29.3.1 no plugin is shown every \
                request body.

                Examples:
                  tidewaiter guard docker --check --policy /etc/tidewaiter/docker.yml
                  tidewaiter guard docker --listen unix:///run/tidewaiter/docker.sock --socket-group docker \
                --allow-bind /srv/data
                  tidewaiter guard docker --listen tcp://192.0.2.10:2376 --tls-cert cert.pem --tls-key key.pem --tls-ca ca.pem
                  tidewaiter guard docker --learn policy.yml --decisions decisions.jsonl
                  docker -H unix:///run/tidewaiter/docker.sock run --rm alpine true

                SIGHUP reads policy and rules again (what is wrong is told, and the old stay in force) and opens the \
                decisions' file again. SIGTERM lets requests end for --grace seconds.

                Exit status: 0 when it was told to stop, or --check found nothing wrong, 1 for wrong usage, a policy or rules \
                with errors, or an address that cannot be listened on.
                """
        )

        @OptionGroup(title: "Listening")
        var listening: ListeningOptions

        @OptionGroup(title: "Docker Engine")
        var engine: UpstreamOptions

        @OptionGroup(title: "Judging")
        var judging: JudgingOptions

        @OptionGroup(title: "Service")
        var service: ServiceOptions

        @OptionGroup(title: "Service")
        var metrics: MetricsOptions

        @Flag(help: "Print what the profiles hold requests to, as a table, and end.")
        var explainProfile = false

        func validate() throws {
            // That TCP needs client certificates is said here, too, before anything else is looked at.
            _ = try listening.listeners(inherited: [])
        }

        func run() async throws {
            let output = Output(.standardOutput)
            if explainProfile { return output.finish(with: ProfileTable.markdown) }
            let environment = ProcessInfo.processInfo.environment
            let processID = ProcessInfo.processInfo.processIdentifier
            let listeners = try listening.listeners(
                inherited: InheritedSockets.descriptors(environment: environment, processID: processID)
            )
            let loaded = try LoadedPolicy(judging)
            if service.check {
                let remarks = try await Composition.engineRemarks(self, loaded, listeners)
                let summary = GuardSummary(self, loaded, listeners).text(remarks: remarks)
                return output.finish(with: VisibleText.escape(lines: summary))
            }
            let manager = try ServiceManager(environment: environment, processID: processID)
            let parts = try Composition.dockerGuard(self, loaded, listeners)
            try await DockerGuardRun(
                parts: parts,
                judging: judging,
                summary: { [self] loaded in GuardSummary(self, loaded, listeners).line },
                remarks: { [self] loaded in
                    loaded.remarks + ((try? await Composition.engineRemarks(self, loaded, listeners)) ?? [])
                },
                grace: .seconds(service.grace),
                manager: manager,
                messages: ServiceMessages(to: Output(.standardError))
            ).run(loaded)
        }
    }
#endif
