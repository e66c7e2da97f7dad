package import Sigma

/// One way of telling findings.
package struct OutputSettings: Sendable, Equatable {
    /// Names it in metrics and messages and in the ledger, where it keeps its place.
    package var name: String
    /// Findings below this level are not told.
    package var level = Level.low
    /// Within that time the same is told once.
    package var groupWithin: Duration?
    package var kind: Kind
    /// Where the configuration speaks of it.
    package var place: Place

    package enum Kind: Sendable, Equatable {
        case terminal
        case standardOutput
        case file(RotatedFileSettings)
        case syslog(SyslogSettings)
        case webhook(WebhookSettings)
        case slack(WebhookSettings)
        case teams(WebhookSettings)
        case elasticsearch(ServerSettings, index: String)
        case otlp(ServerSettings)
        case kubernetesEvents(ClusterSettings)
    }
}

/// A file of JSON lines that begins anew now and then.
package struct RotatedFileSettings: Sendable, Equatable {
    package var path: String
    /// Bytes after which it begins anew.
    package var size = 100 << 20
    package var age: Duration?
    /// How many old files are kept.
    package var keep = 5
}

/// A syslog server.
package struct SyslogSettings: Sendable, Equatable {
    /// `unix:///dev/log`, `tcp://HOST:PORT` or `tls://HOST:PORT`.
    package var address: String
    package var tls: TLSSettings?
}

/// An HTTP server that takes alerts.
package struct WebhookSettings: Sendable, Equatable {
    /// Its address, or the file that holds it where it is a secret itself.
    package var address: String?
    package var addressFile: String?
    /// JSON with `{{ fields }}`.
    package var template: String?
    /// The file of the key that bodies are signed with.
    package var secretFile: String?
    /// The file of the token that is sent.
    package var tokenFile: String?
    package var authority: String?
}

/// A server of a kind that has its own form.
package struct ServerSettings: Sendable, Equatable {
    package var address: String
    package var tokenFile: String?
    package var user: String?
    package var passwordFile: String?
    package var authority: String?
}
