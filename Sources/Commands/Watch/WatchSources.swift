#if Watch
    internal import Dialects
    internal import Intake
    internal import Judge
    internal import KubernetesAPI
    internal import LiveIntake
    internal import Relay
    internal import Watch

    /// Makes the live sources that a configuration names.
    struct WatchSources {
        let environment: [String: String]

        func source(_ settings: SourceSettings) throws(CommandError) -> WatchedSource {
            do {
                return try made(settings)
            } catch {
                throw CommandError("\(settings.place): \(settings.name): \(error)")
            }
        }

        private func made(_ settings: SourceSettings) throws -> WatchedSource {
            let name = settings.name
            switch settings.kind {
            case .files(let files):
                var configuration = FollowedFiles.Configuration(paths: files.paths)
                configuration.from = files.fromBeginning ? .beginning : .end
                return WatchedSource(FollowedFiles(name: name, configuration), reading: try reading(files.format))
            case .decisions(let paths):
                var configuration = FollowedFiles.Configuration(paths: paths)
                configuration.from = .beginning
                return WatchedSource(FollowedFiles(name: name, configuration), reading: .decisions)
            case .journal(let journal):
                var configuration = Journal.Configuration()
                configuration.units = journal.units
                configuration.origin =
                    journal.export.map { .export(path: $0) } ?? .journalctl(directory: journal.folder)
                return WatchedSource(Journal(name: name, configuration), reading: try reading(journal.format))
            case .containerLogs(let logs):
                var configuration = ContainerLogs.Configuration()
                if !logs.paths.isEmpty {
                    configuration.paths = logs.paths
                    configuration.roots += logs.paths.map { Self.root(of: $0) }
                }
                configuration.namespaces = .init(include: logs.namespaces, exclude: logs.withoutNamespaces)
                configuration.pods.include = logs.pods
                configuration.containers.include = logs.containers
                configuration.from = logs.fromBeginning ? .beginning : .end
                let format = RecordFormat(input: .containerLog)
                return WatchedSource(ContainerLogs(name: name, configuration), reading: try reading(format))
            case .staticPods(let folder):
                var configuration = StaticPods.Configuration()
                configuration.path = folder
                return WatchedSource(
                    StaticPods(name: name, configuration),
                    reading: try reading(RecordFormat(input: .kubernetesManifest))
                )
            case .standardInput(let format):
                return WatchedSource(StandardInput(name: name), reading: try reading(format))
            case .dockerEvents(let engine):
                var configuration = DockerEventsSource.Configuration(
                    name: name,
                    engine: try RelayAddress(parsing: engine.address),
                    tls: try engine.tls?.files
                )
                configuration.readsExisting = engine.readsExisting
                if let fault = configuration.fault { throw fault }
                let source = DockerEventsSource(configuration)
                return WatchedSource(source, reading: try reading(RecordFormat(input: .dockerEvents)))
            case .auditWebhook(let receiver): return try auditWebhook(name, receiver)
            case .clusterWatch(let cluster): return try clusterWatch(name, cluster)
            case .syslog(let receiver, let format): return try syslog(name, receiver, format)
            }
        }

        // MARK: Sockets

        private func auditWebhook(_ name: String, _ receiver: ReceiverSettings) throws -> WatchedSource {
            guard let address = receiver.addresses.first, receiver.addresses.count == 1 else {
                throw CommandError("a webhook listens at one address")
            }
            var configuration = AuditWebhookSource.Configuration(
                name: name,
                address: try RelayAddress(parsing: address)
            )
            configuration.certificate = receiver.tls?.certificate
            configuration.key = receiver.tls?.key
            configuration.clientAuthority = receiver.tls?.authority
            configuration.tokenFile = receiver.tokenFile
            if let fault = configuration.fault { throw fault }
            let source = AuditWebhookSource(configuration)
            return WatchedSource(source, reading: try reading(RecordFormat(input: .kubernetesAudit)))
        }

        private func clusterWatch(_ name: String, _ cluster: ClusterSettings) throws -> WatchedSource {
            var configuration = ClusterWatchSource.Configuration(name: name, server: try cluster.apiServer(environment))
            if let names = cluster.resources {
                configuration.resources = try names.map { name in
                    guard let resource = WatchedResource.all.first(where: { $0.plural == name }) else {
                        let known = WatchedResource.all.map(\.plural).joined(separator: ", ")
                        throw CommandError("'\(name)' is no resource that is watched: one of \(known)")
                    }
                    return resource
                }
            }
            if let namespace = cluster.namespace { configuration.namespaces = [namespace] }
            if let fault = configuration.fault { throw fault }
            let source = ClusterWatchSource(configuration)
            return WatchedSource(source, reading: try reading(RecordFormat(input: .kubernetesWatch)))
        }

        private func syslog(
            _ name: String,
            _ receiver: ReceiverSettings,
            _ format: RecordFormat
        ) throws -> WatchedSource {
            var configuration = SyslogSource.Configuration(name: name)
            for text in receiver.addresses {
                if text.hasPrefix("udp://") {
                    configuration.datagrams.append(try RelayAddress(parsing: "tcp://" + text.dropFirst(6)))
                } else if text.hasPrefix("unix-dgram://") {
                    configuration.sockets.append(.init(String(text.dropFirst(13))))
                } else {
                    var listener = SyslogSource.Configuration.StreamListener(try RelayAddress(parsing: text))
                    listener.certificate = receiver.tls?.certificate
                    listener.key = receiver.tls?.key
                    listener.clientAuthority = receiver.tls?.authority
                    configuration.streams.append(listener)
                }
            }
            if let fault = configuration.fault { throw fault }
            let raw = format.input.rawSources
            let make = try dialects(format)
            return WatchedSource(
                SyslogSource(configuration),
                reading: .logs(makeDialect: { format.input.reading(syslog: make()) }, raw: raw)
            )
        }

        /// The folder that every path of a pattern is below.
        private static func root(of pattern: String) -> String {
            let whole = pattern.split(separator: "/", omittingEmptySubsequences: false).prefix { part in
                !part.contains { "*?[".contains($0) }
            }
            return whole.count > 1 ? whole.joined(separator: "/") : "/"
        }

        // MARK: Reading

        private func reading(_ format: RecordFormat) throws -> WatchedSource.Reading {
            .logs(makeDialect: try dialects(format), raw: format.input.rawSources)
        }

        private func dialects(_ format: RecordFormat) throws -> @Sendable () -> any Dialect {
            let input = format.input
            let accessLog = try format.accessLog.map { try AccessLogFormat(parsing: $0) }
            return {
                Composition.dialect(
                    for: input,
                    maximumRecordBytes: 16 << 20,
                    form: .containers,
                    accessLogFormat: accessLog
                )
            }
        }
    }

    extension TLSSettings {
        /// All three files.
        fileprivate var files: TLSFiles {
            get throws(CommandError) {
                guard let certificate, let key, let authority else {
                    throw CommandError("'tls' needs 'certificate', 'key' and 'authority'")
                }
                return TLSFiles(certificate: certificate, key: key, authority: authority)
            }
        }
    }

    extension ClusterSettings {
        /// The server that was named, or that of a kubeconfig or of this pod's cluster.
        func apiServer(_ environment: [String: String]) throws(APIError) -> APIServer {
            if let kubeconfig {
                return try Kubeconfig(readingFileAt: kubeconfig).server(
                    context: context,
                    file: kubeconfig,
                    allowsUnverified: allowsUnverified
                )
            }
            guard let server else { return try APIServer.inCluster(environment: environment) }
            return try APIServer(url: server, tokenFile: tokenFile, authorityFile: authority)
        }
    }
#endif
