package import KubernetesAPI

/// One output as it is configured.
package struct OutputConfiguration: Sendable, Equatable {
    package var name: String
    package var kind: Kind
    package var filter = AlertFilter()
    /// How long findings of one rule on one thing are told together; nil for what is usual for the kind.
    package var window: Duration?
    package var lagLimit: Int64 = 100_000
    package var retry = Output.Retry()
    /// Where alerts go that the receiver refuses for good.
    package var deadLetters: RotatingFile.Configuration

    /// What is told to, and how.
    package enum Kind: Sendable, Equatable {
        /// Lines for a person on standard output.
        case terminal(AlertLine.Color)
        /// ECS records on standard output.
        case standardOutput
        /// ECS records in a file.
        case file(RotatingFile.Configuration)
        case syslog(SyslogSink.Configuration)
        case webhook(WebhookSink.Configuration)
        /// Elasticsearch and OpenSearch.
        case bulk(BulkSink.Configuration)
        case otlp(OTLPSink.Configuration)
        case kubernetesEvents(EventSink.Configuration)
    }

    /// - Parameter deadLetters: the path of the file that they go to.
    package init(name: String, _ kind: Kind, deadLetters: String) {
        self.name = name
        self.kind = kind
        self.deadLetters = DeadLetterFile.configuration(path: deadLetters)
    }

    /// What is wrong with it, before anything is sent; nil for nothing.
    package var fault: String? {
        if name.isEmpty { return "an output has a name" }
        if let window, window < .zero { return "a window is no less than nothing" }
        if lagLimit < 1 { return "a lag limit is one alert at least" }
        if retry.first <= .zero || retry.longest < retry.first { return "the longest wait is no less than the first" }
        return kind.fault ?? deadLetters.fault
    }

    /// People are told together what a machine is told one by one.
    var usualWindow: Duration {
        guard case .webhook(let webhook) = kind else { return .zero }
        return webhook.form == .slack || webhook.form == .teams ? .seconds(600) : .zero
    }
}

extension OutputConfiguration.Kind {
    fileprivate var fault: String? {
        switch self {
        case .terminal, .standardOutput, .kubernetesEvents: nil
        case .file(let file): file.fault
        case .syslog(let syslog): syslog.fault
        case .webhook(let webhook): webhook.fault
        case .bulk(let bulk): bulk.fault
        case .otlp(let otlp): otlp.fault
        }
    }
}

/// Outputs as they run.
package enum Outputs {
    /// Lends the outputs of a configuration, and closes their connections after.
    ///
    /// Nothing is connected to before there is something to tell.
    ///
    /// - Parameters:
    ///   - kubernetes: the cluster's API server, where an output tells Events.
    ///   - environment: says whether a terminal has colours.
    /// - Throws: ``DeliveryError`` for a configuration that cannot be used, and what `body` does.
    package static func opened<Result>(
        _ configurations: [OutputConfiguration],
        kubernetes: APIClient? = nil,
        environment: [String: String] = [:],
        clock: DeliveryClock = .system,
        _ body: ([Output]) async throws -> Result
    ) async throws -> Result {
        var names: Set<String> = []
        for configuration in configurations {
            if let fault = configuration.fault {
                throw DeliveryError("output '\(configuration.name)': \(fault)", isTransient: false)
            }
            guard names.insert(configuration.name).inserted else {
                throw DeliveryError("there are two outputs named '\(configuration.name)'", isTransient: false)
            }
        }
        return try await HTTPConnections.opened { connections in
            let outputs = try configurations.map { configuration in
                let sink = try sink(configuration, connections, kubernetes, environment, clock)
                let deadLetters = DeadLetterFile(configuration.deadLetters, clock: clock)
                var output = Output(name: configuration.name, sink: sink, deadLetters: deadLetters)
                output.filter = configuration.filter
                output.window = configuration.window ?? configuration.usualWindow
                output.lagLimit = configuration.lagLimit
                output.retry = configuration.retry
                return output
            }
            return try await body(outputs)
        }
    }

    private static func sink(
        _ configuration: OutputConfiguration,
        _ connections: HTTPConnections,
        _ kubernetes: APIClient?,
        _ environment: [String: String],
        _ clock: DeliveryClock
    ) throws(DeliveryError) -> any AlertSink {
        switch configuration.kind {
        case .terminal(let color):
            return DescriptorSink(.terminal(color: color, environment: environment), clock: clock)
        case .standardOutput: return DescriptorSink(.init(.json), clock: clock)
        case .file(let file): return FileSink(file, clock: clock)
        case .syslog(let syslog): return SyslogSink(syslog, clock: clock)
        case .webhook(let webhook): return WebhookSink(webhook, connections, clock: clock)
        case .bulk(let bulk): return BulkSink(bulk, connections, clock: clock)
        case .otlp(let otlp): return OTLPSink(otlp, connections, clock: clock)
        case .kubernetesEvents(let events):
            guard let kubernetes else {
                throw DeliveryError("output '\(configuration.name)': no cluster is configured", isTransient: false)
            }
            return EventSink(events, api: kubernetes, clock: clock)
        }
    }
}

extension RotatingFile.Configuration {
    /// What is wrong with it, before anything is written; nil for nothing.
    package var fault: String? {
        if path.isEmpty || path.hasSuffix("/") { return "a file has a path" }
        if maximumSize < 0 || maximumAge < 0 { return "a file's largest size and age are no less than nothing" }
        return (0...1_000).contains(keep) ? nil : "from 0 to 1000 files are kept"
    }
}
