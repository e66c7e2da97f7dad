package import Intake
package import Sigma

/// What a configuration file of `watch` says.
package struct WatchConfiguration: Sendable, Equatable {
    package var ledger = LedgerSettings()
    package var rules = RuleSettings()
    package var sources: [SourceSettings] = []
    package var outputs: [OutputSettings] = []
    /// Where metrics are told; nil for nowhere.
    package var metrics: String?
    /// Where the web console listens; nil for nowhere.
    package var console: String?

    package init() {}
}

/// What is remembered, where and how long.
package struct LedgerSettings: Sendable, Equatable {
    /// The database's file; nil for the usual place.
    package var path: String?
    /// How long findings and deployments are kept.
    package var keep = Duration.seconds(90 * 86_400)
    /// How large the database may become, in bytes; the oldest entries go first.
    package var size = 10 << 30
}

/// What judges, and how what takes time is bounded.
package struct RuleSettings: Sendable, Equatable {
    /// Files or folders of Sigma rules, beside the built-in ones.
    package var paths: [String] = []
    /// Files or folders of Sigma filters: exceptions.
    package var exceptionPaths: [String] = []
    package var usesBuiltIn = true
    /// How much later than another an earlier record may come and still be correlated.
    package var lateness = Duration.seconds(60)
    /// How far records of several sources may lie apart that speak of one container.
    package var joinWindow = Duration.seconds(600)
    /// How long what is seen for the first time is only learned.
    package var learning = Duration.seconds(7 * 86_400)
}

/// One source.
package struct SourceSettings: Sendable, Equatable {
    /// Names it in metrics, messages and the ledger, where it keeps its place.
    package var name: String
    package var kind: Kind
    /// Where the configuration speaks of it.
    package var place: Place

    package enum Kind: Sendable, Equatable {
        case files(FileSettings)
        case journal(JournalSettings)
        case containerLogs(ContainerLogSettings)
        case staticPods(folder: String)
        case dockerEvents(EngineSettings)
        case auditWebhook(ReceiverSettings)
        case clusterWatch(ClusterSettings)
        case syslog(ReceiverSettings, format: RecordFormat)
        case standardInput(RecordFormat)
        /// What guards decided, as they wrote it down.
        case decisions(paths: [String])
    }
}

/// How records are read.
package struct RecordFormat: Sendable, Equatable {
    package var input: InputFormat
    /// The server's own format string, for access logs.
    package var accessLog: String?

    package init(input: InputFormat, accessLog: String? = nil) {
        self.input = input
        self.accessLog = accessLog
    }
}

/// Files that are written to.
package struct FileSettings: Sendable, Equatable {
    /// Paths or patterns.
    package var paths: [String]
    package var format: RecordFormat
    /// Whether files that are there at the first start are read from their beginning.
    package var fromBeginning = false
}

/// systemd's journal.
package struct JournalSettings: Sendable, Equatable {
    package var units: [String] = []
    /// A folder of journal files in place of the machine's own.
    package var folder: String?
    /// A file or pipe in the journal's export format in place of a journal.
    package var export: String?
    package var format: RecordFormat
}

/// The logs of a node's containers.
package struct ContainerLogSettings: Sendable, Equatable {
    /// Patterns of the logs' paths; the usual ones of a node where there is none.
    package var paths: [String] = []
    /// Names with `*`; all where none is said.
    package var namespaces: [String] = []
    package var pods: [String] = []
    package var containers: [String] = []
    package var withoutNamespaces: [String] = []
    package var fromBeginning = false
}

/// A Docker Engine.
package struct EngineSettings: Sendable, Equatable {
    package var address = "unix:///var/run/docker.sock"
    package var tls: TLSSettings?
    /// Whether containers that are there at the first start are read.
    package var readsExisting = false
}

/// What others send to.
package struct ReceiverSettings: Sendable, Equatable {
    package var addresses: [String]
    package var tls: TLSSettings?
    /// The file of the token that senders must show.
    package var tokenFile: String?
}

/// Certificates, as files in PEM.
package struct TLSSettings: Sendable, Equatable {
    package var certificate: String?
    package var key: String?
    package var authority: String?
}

/// A Kubernetes API server that is asked.
package struct ClusterSettings: Sendable, Equatable {
    /// Nil for the one of the cluster that the program runs in, or of a kubeconfig.
    package var server: String?
    /// The kubeconfig that says where it is, and as whom it is asked.
    package var kubeconfig: String?
    /// Nil for the kubeconfig's current one.
    package var context: String?
    /// Whether a kubeconfig's `insecure-skip-tls-verify` is heeded.
    package var allowsUnverified = false
    package var tokenFile: String?
    package var authority: String?
    /// Nil for the usual ones.
    package var resources: [String]?
    package var namespace: String?
}
