#if Watch
    internal import Delivery
    internal import Foundation
    internal import Sigma
    internal import Watch

    /// Makes the outputs that a configuration names.
    struct WatchOutputs {
        let color: Terminal.ColorChoice
        /// The folder of the ledger, where dead letters are kept, too.
        let folder: String
        let environment: [String: String]

        /// - Parameter ledgerPath: the ledger that they tell of.
        init(ledgerPath: String, color: Terminal.ColorChoice, environment: [String: String]) {
            self.color = color
            self.environment = environment
            folder = (ledgerPath as NSString).deletingLastPathComponent
        }

        func output(_ settings: OutputSettings) throws(CommandError) -> WatchedOutput {
            do {
                let name = String(settings.name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" })
                var configuration = OutputConfiguration(
                    name: settings.name,
                    try kind(settings.kind),
                    deadLetters: "\(folder)/undelivered-\(name).jsonl"
                )
                configuration.filter.minimumLevel = settings.level
                configuration.window = settings.groupWithin
                if let fault = configuration.fault { throw CommandError(fault) }
                guard case .kubernetesEvents(let cluster) = settings.kind else { return WatchedOutput(configuration) }
                return WatchedOutput(configuration, cluster: try cluster.apiServer(environment))
            } catch {
                throw CommandError("\(settings.place): \(settings.name): \(error)")
            }
        }

        private func kind(_ kind: OutputSettings.Kind) throws -> OutputConfiguration.Kind {
            switch kind {
            case .terminal: .terminal(AlertLine.Color(rawValue: color.rawValue) ?? .automatic)
            case .standardOutput: .standardOutput
            case .file(let file): .file(rotated(file))
            case .syslog(let syslog): .syslog(try self.syslog(syslog))
            case .webhook(let webhook):
                .webhook(
                    try self.webhook(
                        webhook,
                        try webhook.template.map { .template(try JSONTemplate(parsing: $0)) } ?? .record
                    )
                )
            case .slack(let webhook): .webhook(try self.webhook(webhook, .slack))
            case .teams(let webhook): .webhook(try self.webhook(webhook, .teams))
            case .elasticsearch(let server, let index): .bulk(bulk(server, index))
            case .otlp(let server): .otlp(OTLPSink.Configuration(endpoint(server)))
            case .kubernetesEvents:
                .kubernetesEvents(EventSink.Configuration(instance: ProcessInfo.processInfo.hostName))
            }
        }

        private func rotated(_ file: RotatedFileSettings) -> RotatingFile.Configuration {
            var configuration = RotatingFile.Configuration(path: file.path)
            configuration.maximumSize = Int64(file.size)
            configuration.maximumAge = file.age?.components.seconds ?? 0
            configuration.keep = file.keep
            return configuration
        }

        private func syslog(_ settings: SyslogSettings) throws(CommandError) -> SyslogSink.Configuration {
            let format = SyslogFormat(
                hostName: ProcessInfo.processInfo.hostName,
                processID: ProcessInfo.processInfo.processIdentifier
            )
            if settings.address.hasPrefix("unix://") {
                return SyslogSink.Configuration(.datagram(String(settings.address.dropFirst(7))), format: format)
            }
            guard let scheme = ["tls://", "tcp://"].first(where: settings.address.hasPrefix) else {
                throw CommandError("an address begins with unix://, tcp:// or tls://")
            }
            let authority = settings.address.dropFirst(scheme.count)
            guard let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...])
            else {
                throw CommandError("'\(settings.address)' has no port")
            }
            var tls: SyslogSink.StreamAddress.TLS?
            if scheme == "tls://" {
                tls = .init(authorityFile: settings.tls?.authority)
                tls?.certificateFile = settings.tls?.certificate
                tls?.keyFile = settings.tls?.key
            }
            let host = authority[..<colon].trimmingCharacters(in: ["[", "]"])
            return SyslogSink.Configuration(.stream(.init(host: host, port: port, tls: tls)), format: format)
        }

        private func webhook(
            _ settings: WebhookSettings,
            _ form: WebhookSink.Form
        ) throws(CommandError) -> WebhookSink.Configuration {
            let address: HTTPEndpoint.Address
            switch (settings.address, settings.addressFile) {
            case (let url?, nil): address = .url(url)
            case (nil, let file?): address = .secret(.file(file))
            default: throw CommandError("one of 'url' and 'url-file' is needed")
            }
            var endpoint = HTTPEndpoint(address)
            endpoint.authorityFile = settings.authority
            if let file = settings.tokenFile { endpoint.credentials = .bearer(.file(file)) }
            var configuration = WebhookSink.Configuration(endpoint)
            configuration.form = form
            configuration.signingKey = settings.secretFile.map { .file($0) }
            return configuration
        }

        private func bulk(_ server: ServerSettings, _ index: String) -> BulkSink.Configuration {
            var endpoint = endpoint(server)
            if let file = server.tokenFile { endpoint.credentials = .scheme("ApiKey", .file(file)) }
            var configuration = BulkSink.Configuration(endpoint)
            configuration.target = index
            return configuration
        }

        private func endpoint(_ server: ServerSettings) -> HTTPEndpoint {
            var endpoint = HTTPEndpoint(.url(server.address))
            endpoint.authorityFile = server.authority
            if let file = server.tokenFile { endpoint.credentials = .bearer(.file(file)) }
            if let user = server.user, let file = server.passwordFile {
                endpoint.credentials = .basic(user: user, password: .file(file))
            }
            return endpoint
        }
    }
#endif
