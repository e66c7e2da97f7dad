import Foundation

/// Lines of an API server's audit log that create pods, each of them privileged, which is a finding.
struct PodCreation {
    var name: String
    var image = "nginx:1.27"
    var user = "mallory"
    var arguments: [String] = []

    /// Pods whose makers mean harm to whoever looks at them.
    static let hostile: [PodCreation] = [
        PodCreation(name: "markup", image: #"nginx">\#(markup)"#, user: "'\(markup)"),
        // Read from the right, it is another image's name; a name of that user's, too.
        PodCreation(name: "direction", image: "registry.example/nginx\u{202E}gpj.1", user: "al\u{200F}ice\u{2066}"),
        // More than a million characters, each third of which would be markup.
        PodCreation(name: "length", arguments: [String(repeating: "<b>", count: 350_000)]),
    ]

    private static let markup =
        #"<img src=x onerror="window.hostile=1;alert(1)"><script>window.hostile=2;alert(2)</script><b>bold</b>"#

    /// The line, with its end.
    var line: String {
        """
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"id-\(name)",\
        "stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods","verb":"create",\
        "user":{"username":\(quoted(user))},"sourceIPs":["192.0.2.7"],"objectRef":{"resource":"pods",\
        "namespace":"shop","name":"\(name)","apiVersion":"v1"},"responseStatus":{"code":201},\
        "requestObject":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"\(name)"},\
        "spec":{"containers":[{"name":"web","image":\(quoted(image)),\
        "args":[\(arguments.map(quoted).joined(separator: ","))],"securityContext":{"privileged":true}}]}},\
        "requestReceivedTimestamp":"2026-11-24T10:00:00.000000Z","stageTimestamp":"2026-11-24T10:00:00.000000Z"}

        """
    }

    private func quoted(_ text: String) -> String {
        let bytes = (try? JSONEncoder().encode(text)) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }
}
