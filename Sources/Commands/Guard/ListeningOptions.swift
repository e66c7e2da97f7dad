#if Guard
    internal import ArgumentParser
    internal import Foundation
    internal import Relay

    /// Where the guard listens, and who may connect.
    struct ListeningOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Where to listen: unix:///PATH, or tcp://ADDRESS:PORT with TLS and client certificates; can be repeated. "
                    + "Otherwise on the sockets that systemd hands over, or on unix:///run/tidewaiter/docker.sock.",
                valueName: "address"
            )
        )
        var listen: [String] = []

        @Option(help: ArgumentHelp("Owner of Unix sockets, by name or number.", valueName: "user"))
        var socketOwner: String?

        @Option(help: ArgumentHelp("Group of Unix sockets, by name or number.", valueName: "group"))
        var socketGroup: String?

        @Option(help: ArgumentHelp("Permissions of Unix sockets, in octal.", valueName: "mode"))
        var socketMode = "660"

        @Option(help: ArgumentHelp("The guard's certificate chain, in PEM.", valueName: "file"), completion: .file())
        var tlsCert: String?

        @Option(help: ArgumentHelp("Its key, in PEM.", valueName: "file"), completion: .file())
        var tlsKey: String?

        @Option(
            help: ArgumentHelp("The authority that signs the clients' certificates, in PEM.", valueName: "file"),
            completion: .file()
        )
        var tlsCa: String?

        @Flag(
            help: ArgumentHelp(
                "Be a daemon's authorization plugin instead of a proxy; listens on unix://\(Self.pluginSocket) unless told "
                    + "otherwise."
            )
        )
        var plugin = false

        @Flag(
            help: ArgumentHelp(
                "As a plugin, also let streams pass (builds, loads, copies), which no engine shows; a form among them would "
                    + "count before the query that is judged."
            )
        )
        var pluginStreams = false

        static let proxySocket = "/run/tidewaiter/docker.sock"
        static let pluginSocket = "/run/docker/plugins/tidewaiter.sock"

        func validate() throws {
            guard mode != nil else {
                throw ValidationError("--socket-mode: '\(socketMode)' is no octal mode such as 660")
            }
            _ = try tls
            let addresses = try listen.map { try RelayAddress.ofOption("--listen", $0) }
            if pluginStreams, !plugin { throw ValidationError("--plugin-streams goes with --plugin") }
            if plugin, addresses.contains(where: { !$0.isUnix }) {
                throw ValidationError("--plugin: a daemon reaches its plugins by Unix sockets alone")
            }
        }

        /// The listeners, by what was asked for, or else what was handed over, or else the usual one.
        ///
        /// - Throws: where TCP would take whoever connects.
        func listeners(inherited: [Int32]) throws -> [ListenerConfiguration] {
            let access = SocketAccess(owner: socketOwner, group: socketGroup, mode: mode ?? 0o660)
            let tls = try tls
            var addresses = try listen.map { try RelayAddress.ofOption("--listen", $0) }
            if addresses.isEmpty { addresses = inherited.map { .inherited(descriptor: $0) } }
            if addresses.isEmpty { addresses = [.unix(path: plugin ? Self.pluginSocket : Self.proxySocket)] }
            for address in addresses where address.isTCP && tls == nil {
                throw ValidationError(
                    "\(address): whoever reached this port could deploy what they like, as root of the host: limit access to "
                        + "the resource over the network (ATT&CK M1035). Give --tls-cert, --tls-key and --tls-ca, so that "
                        + "clients must show a certificate, or listen on a Unix socket."
                )
            }
            return addresses.map { ListenerConfiguration($0, access: access, tls: $0.isUnix ? nil : tls) }
        }

        /// What TCP needs, if it was given.
        var tls: TLSFiles? { get throws { try TLSFiles.ofOptions("--tls", tlsCert, tlsKey, tlsCa) } }

        private var mode: UInt32? { UInt32(socketMode, radix: 8).flatMap { $0 <= 0o777 ? $0 : nil } }
    }

    /// The Docker Engine behind the guard.
    struct UpstreamOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp("The Docker Engine: unix:///PATH, or tcp://HOST:PORT with TLS.", valueName: "address")
        )
        var upstream = "unix:///var/run/docker.sock"

        @Option(help: ArgumentHelp("The guard's client certificate, in PEM.", valueName: "file"), completion: .file())
        var upstreamTlsCert: String?

        @Option(help: ArgumentHelp("Its key, in PEM.", valueName: "file"), completion: .file())
        var upstreamTlsKey: String?

        @Option(
            help: ArgumentHelp("The authority that signs the engine's certificate, in PEM.", valueName: "file"),
            completion: .file()
        )
        var upstreamTlsCa: String?

        /// Whether the engine runs on this host, as far as its address tells.
        var isLocal: Bool { upstream.hasPrefix("unix://") }

        func validate() throws { _ = try configuration(fields: []) }

        /// - Parameter fields: header fields that mark the guard's own questions.
        func configuration(fields: [HeaderField]) throws -> UpstreamConfiguration {
            let address = try RelayAddress.ofOption("--upstream", upstream)
            let tls = try TLSFiles.ofOptions("--upstream-tls", upstreamTlsCert, upstreamTlsKey, upstreamTlsCa)
            if address.isTCP, tls == nil {
                throw ValidationError(
                    "--upstream: \(address) is asked with TLS alone; give --upstream-tls-cert, --upstream-tls-key and "
                        + "--upstream-tls-ca"
                )
            }
            return UpstreamConfiguration(address, tls: tls, fields: fields)
        }
    }

    extension RelayAddress {
        var isUnix: Bool { if case .unix = self { true } else { false } }
        /// The path of a Unix socket; nil for another.
        var path: String? {
            switch self {
            case .unix(let path): path
            case .inherited(let descriptor): InheritedSockets.path(of: descriptor)
            case .tcp: nil
            }
        }
        var isTCP: Bool { if case .tcp = self { true } else { false } }

        fileprivate static func ofOption(_ option: String, _ text: String) throws -> RelayAddress {
            do throws(RelayError) {
                return try RelayAddress(parsing: text)
            } catch {
                throw ValidationError("\(option): \(error)")
            }
        }
    }

    extension TLSFiles {
        /// All three, or none.
        fileprivate static func ofOptions(
            _ prefix: String,
            _ certificate: String?,
            _ key: String?,
            _ authority: String?
        ) throws -> TLSFiles? {
            if let certificate, let key, let authority {
                return TLSFiles(certificate: certificate, key: key, authority: authority)
            }
            guard certificate == nil, key == nil, authority == nil else {
                throw ValidationError("\(prefix)-cert, \(prefix)-key and \(prefix)-ca belong together")
            }
            return nil
        }
    }
#endif
