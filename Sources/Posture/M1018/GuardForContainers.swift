extension Fix {
    /// A guard at the socket that containers are given.
    ///
    /// systemd holds the socket, so that containers keep theirs while the guard is started again.
    static func guardForContainers(on host: HostEvidence) -> Fix {
        let group = (host.groups.value ?? []).contains { $0.name == "docker" } ? "docker" : "root"
        let upstream = host.dockerSocketPaths.first { host.socket($0).value != nil } ?? "/run/docker.sock"
        let socket = """
            [Unit]
            Description=Socket of the guard before the Docker API, for containers

            [Socket]
            ListenStream=\(RuntimeMount.guardSocket)
            SocketUser=root
            SocketGroup=\(group)
            SocketMode=0660
            Accept=no

            [Install]
            WantedBy=sockets.target

            """
        let service = """
            [Unit]
            Description=Guard before the Docker API, for containers
            Requires=tidewaiter-containers.socket
            After=tidewaiter-containers.socket docker.socket

            [Service]
            Type=notify
            ExecStart=/usr/local/bin/tidewaiter guard docker --upstream unix://\(upstream) --decisions journald
            Restart=always
            RestartSec=1

            [Install]
            WantedBy=multi-user.target
            Also=tidewaiter-containers.socket

            """
        let folder = "/etc/systemd/system"
        return Fix(
            "Have a guard listen at \(RuntimeMount.guardSocket)",
            [
                .file(path: "\(folder)/tidewaiter-containers.socket", text: socket),
                .file(path: "\(folder)/tidewaiter-containers.service", text: service),
            ],
            commands: [
                "systemctl daemon-reload",
                "systemctl enable --now tidewaiter-containers.socket tidewaiter-containers.service",
            ],
            caution: "it holds all to the profile strict: look at what would be refused first, with --observe"
        )
    }
}
