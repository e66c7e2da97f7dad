internal import Deployments

/// The HTTP log of the API server and the kubelet (`-v=4` and above): `"HTTP" verb="POST" URI="/api/v1/…" … resp=201`.
///
/// Source: kubernetes/kubernetes, `staging/src/k8s.io/apiserver/pkg/server/httplog/httplog.go`.
enum HTTPLog {
    private static let mark = Needle("\"HTTP\" verb=")

    /// The request that a line tells of; nil for another line.
    static func request(_ text: ApplicationText) -> LoggedRequest? {
        guard let start = text.first(mark, within: 512) else { return nil }
        let fields = LogFields(text.bytes[(start + 7)...])
        var entry = AccessLogEntry()
        entry.take(fields["verb"] ?? "", for: .method)
        entry.take(fields["URI"] ?? "", for: .target)
        entry.take(fields["userAgent"] ?? "", for: .userAgent)
        entry.take(fields["srcIP"] ?? "", for: .clientAddress)
        entry.take(fields["resp"] ?? "", for: .status)
        return LoggedRequest(entry, at: KeptPlace(text.line, time: nil))
    }
}
