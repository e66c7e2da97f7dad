import Foundation

/// nginx, HAProxy and Envoy on a host, each before the same server, each with logs in several forms.
struct Proxies {
    /// One way in, and how what comes by it is logged.
    struct Way {
        var name: String
        var port: Int
        /// The source of `watch` that follows its log, in YAML.
        var source: String
        /// What listens there.
        var server: Command
    }

    let host: EngineHost
    /// Where the server behind them listens: a Unix socket's path.
    let upstream: String

    static let hasNginx = Command.areThere(["nginx"])
    static let hasHAProxy = Command.areThere(["haproxy"])

    private func path(_ name: String) -> String { "\(host.directory)/\(name)" }

    // MARK: nginx

    /// A `log_format` of somebody's own, as it stands in nginx's configuration.
    static let ownFormat =
        #"'$time_iso8601|$remote_addr|$remote_user|$request_method $scheme://$host$request_uri|$status|' "#
        + #"'$request_time|"$http_user_agent"'"#

    private static let jsonFormat =
        #"'{"time":"$time_iso8601","remote_addr":"$remote_addr","remote_user":"$remote_user",' "#
        + #"'"request":"$request","status":$status,"http_user_agent":"$http_user_agent"}'"#

    /// Starts nginx; `location` is what it does with a request.
    func startNginx(location: String? = nil) async throws -> [Way] {
        let ways = [("combined", "combined", 8_001), ("json", "json", 8_002), ("own", "own", 8_003)]
        let location =
            location
                ?? """
                proxy_pass http://unix:\(upstream):; proxy_http_version 1.1;
                proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
                """
        let servers = ways.map { name, format, port in
            """
            server {
                listen \(port);
                access_log \(path("nginx-\(name).log")) \(format);
                location / { \(location) }
            }
            """
        }
        let configuration = """
            daemon off;
            user root;
            pid \(path("nginx.pid"));
            error_log \(path("nginx-errors.log"));
            events {}
            http {
                log_format json escape=json \(Self.jsonFormat);
                log_format own \(Self.ownFormat);
                map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
                client_body_temp_path \(path("nginx-bodies")); proxy_temp_path \(path("nginx-proxied"));
                fastcgi_temp_path \(path("nginx-fastcgi")); uwsgi_temp_path \(path("nginx-uwsgi"));
                scgi_temp_path \(path("nginx-scgi"));
                \(servers.joined(separator: "\n"))
            }
            """
        try Data(configuration.utf8).write(to: URL(filePath: path("nginx.conf")))
        let server = try await start(
            "nginx",
            ["nginx", "-p", host.directory, "-c", path("nginx.conf")],
            until: ways.map(\.2)
        )
        return ways.map { name, _, port in
            let format = name == "own" ? "\n      access-log-format: \(Self.quoted("nginx:" + Self.ownFormat))" : ""
            return Way(
                name: "nginx-\(name)",
                port: port,
                source: """
                      - name: nginx-\(name)
                        files:
                          paths: [\(path("nginx-\(name).log"))]
                          from: beginning
                          format: access-log\(format)
                    """,
                server: server
            )
        }
    }

    /// A text as YAML takes it in quotes.
    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

    // MARK: HAProxy

    /// Starts HAProxy, which logs to Tidewaiter's own syslog receiver by a Unix socket and by UDP, and to a file.
    func startHAProxy() async throws -> [Way] {
        let ways = [("unix", 8_011), ("udp", 8_012), ("file", 8_013)]
        let log = ["unix": path("syslog.sock"), "udp": "127.0.0.1:8019 format rfc5424", "file": "stdout format raw"]
        let frontends = ways.map { name, port in
            """
            frontend \(name)
                bind :\(port)
                log \(log[name] ?? "") local0
                default_backend engine
            """
        }
        let configuration = """
            global
                log-send-hostname
            defaults
                mode http
                option httplog
                timeout connect 5s
                timeout client 60s
                timeout server 60s
            \(frontends.joined(separator: "\n"))
            backend engine
                server engine unix@\(upstream)
            """
        try Data((configuration + "\n").utf8).write(to: URL(filePath: path("haproxy.cfg")))
        // Its messages come before the log, in the same file: whoever follows it passes over them.
        let words = ["haproxy", "-db", "-f", path("haproxy.cfg")]
        let server = try await start("haproxy", words, until: ways.map(\.1), output: path("haproxy.log"))
        let sources = [
            "unix": "syslog: {listen: ['unix-dgram://\(path("syslog.sock"))'], format: access-log}",
            "udp": "syslog: {listen: ['udp://127.0.0.1:8019'], format: access-log}",
            "file": "files: {paths: [\(path("haproxy.log"))], from: beginning, format: access-log}",
        ]
        return ways.map { name, port in
            Way(
                name: "haproxy-\(name)",
                port: port,
                source: "  - name: haproxy-\(name)\n    \(sources[name] ?? "")",
                server: server
            )
        }
    }

    // MARK: Envoy

    /// Starts Envoy with its own text and with JSON under the names of its own variables.
    func startEnvoy() async throws -> [Way] {
        let ways = [("text", 8_021), ("json", 8_022)]
        let json = """
            log_format: {json_format: {start_time: '%START_TIME%', method: '%REQ(:METHOD)%', path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%', response_code: '%RESPONSE_CODE%', response_flags: '%RESPONSE_FLAGS%', downstream_remote_address: '%DOWNSTREAM_REMOTE_ADDRESS%', user_agent: '%REQ(USER-AGENT)%', authority: '%REQ(:AUTHORITY)%'}}
            """
        let managed = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3"
        let listeners = ways.map { name, port in
            """
              - name: \(name)
                address: {socket_address: {address: 0.0.0.0, port_value: \(port)}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": \(managed).HttpConnectionManager
                      stat_prefix: \(name)
                      use_remote_address: true
                      upgrade_configs: [{upgrade_type: tcp}]
                      access_log:
                      - name: envoy.access_loggers.file
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                          path: \(path("envoy-\(name).log"))
                          \(name == "json" ? json : "")
                      route_config:
                        virtual_hosts:
                        - {name: all, domains: ["*"], routes: [{match: {prefix: "/"}, route: {cluster: engine, timeout: 0s}}]}
                      http_filters:
                      - name: envoy.filters.http.router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """
        }
        let configuration = """
            static_resources:
              listeners:
            \(listeners.joined(separator: "\n"))
              clusters:
              - name: engine
                connect_timeout: 5s
                type: STATIC
                load_assignment: {cluster_name: engine, endpoints: [{lb_endpoints: [{endpoint: {address: {pipe: {path: \(upstream)}}}}]}]}
            """
        try Data(configuration.utf8).write(to: URL(filePath: path("envoy.yaml")))
        guard let program = Envoy.program else { throw Command.Failed("there is no Envoy") }
        let words = [
            program, "-c", path("envoy.yaml"), "--use-dynamic-base-id", "--concurrency", "1",
            "--file-flush-interval-msec", "100", "-l", "warn",
        ]
        let server = try await start("envoy", words, until: ways.map(\.1))
        return ways.map { name, port in
            Way(
                name: "envoy-\(name)",
                port: port,
                source: """
                      - name: envoy-\(name)
                        files: {paths: [\(path("envoy-\(name).log"))], from: beginning, format: access-log}
                    """,
                server: server
            )
        }
    }

    // MARK: Starting

    /// Starts a server in the host's namespaces, with which it ends at the latest, and waits until it listens.
    private func start(_ name: String, _ words: [String], until ports: [Int], output: String? = nil) async throws
        -> Command
    {
        let said = output ?? path("\(name).out")
        let script = "exec \"$@\" >'\(said)' 2>'\(path("\(name).err"))'"
        let server = try Command(host.command(["sh", "-c", script, "sh"] + words))
        for port in ports {
            let ask = try host.networked(["curl", "-s", "-o", "/dev/null", "http://\(host.address):\(port)/_ping"])
            guard try await eventually({ (try? await Command.run(ask)) != nil }) else {
                let errors = (try? String(contentsOfFile: path("\(name).err"), encoding: .utf8)) ?? ""
                throw Command.Failed("\(name) did not start: \(errors.suffix(2_000))")
            }
        }
        return server
    }
}
