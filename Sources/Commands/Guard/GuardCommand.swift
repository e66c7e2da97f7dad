#if Guard
    internal import ArgumentParser

    /// `tidewaiter guard`: stands before an API and refuses what must not land.
    struct GuardCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "guard",
            abstract: "Stand before an API and refuse dangerous deployments.",
            discussion: """
                Examples:
                  tidewaiter guard docker --check
                  tidewaiter guard docker --listen unix:///run/tidewaiter/docker.sock --socket-group docker
                  tidewaiter guard kubernetes --tls-cert tls.crt --tls-key tls.key --policy kubernetes.yml
                """,
            subcommands: [GuardDocker.self, GuardKubernetes.self]
        )
    }
#endif
