/// Where a cluster's API server is, and by what it is trusted and trusts us.
package struct APIServer: Sendable, Equatable {
    /// `https://HOST:PORT`, or with a path behind it that all requests go below; no slash at the end.
    package let url: String
    /// The bearer token, which is replaced about every hour where it is a pod's; nil for none.
    package var token: Material?
    /// The authority that signs the server's certificate, in PEM; nil for the machine's own authorities.
    package var authority: Material?
    /// The certificate chain that is shown to the server, and its key, in PEM; nil for none.
    package var clientCertificate: Material?
    package var clientKey: Material?
    /// The name that the server's certificate must have, where that is not the one in its address; a certificate of the IP
    /// address that is connected to will do, too.
    package var serverName: String?
    /// Whether the server has to show that it is the one that is meant.
    ///
    /// Without that, whoever stands between gets the token, and answers as they like.
    package var isVerified = true

    /// A server that is named outright.
    ///
    /// - Throws: ``APIError`` of code ``APIError/Code/configuration`` for what is no such address.
    package init(url: String, tokenFile: String? = nil, authorityFile: String? = nil) throws(APIError) {
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        let rest = url.utf8.dropFirst("https://".utf8.count)
        // A token is sent to whoever answers there, so that nothing but TLS will do.
        guard url.hasPrefix("https://"), let first = rest.first, first != UInt8(ascii: "/"),
            first != UInt8(ascii: ":"), url.utf8.allSatisfy(Self.isPlain)
        else {
            throw APIError(.configuration, "'\(url)' is no address of an API server, such as https://10.0.0.1:6443")
        }
        self.url = url
        token = tokenFile.map { .file($0) }
        authority = authorityFile.map { .file($0) }
    }

    /// The file of the token, where it stands in one.
    package var tokenFile: String? { token?.path }
    /// The file of the authority, where it stands in one.
    package var authorityFile: String? { authority?.path }

    /// Where a pod finds its service account.
    package static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The server of the cluster in which this process runs as a pod, as the pod's service account.
    ///
    /// Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/.
    ///
    /// - Throws: ``APIError`` of code ``APIError/Code/configuration`` outside of a cluster.
    package static func inCluster(
        environment: [String: String],
        folder: String = serviceAccountFolder
    ) throws(APIError) -> APIServer {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty
        else {
            throw APIError(
                .configuration,
                "this is no pod of a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set"
            )
        }
        return try APIServer(
            url: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
            tokenFile: "\(folder)/token",
            authorityFile: "\(folder)/ca.crt"
        )
    }

    /// Printable, and nothing that would begin an account, a query or a fragment.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) && !"@?#\\\"<>".utf8.contains(byte)
    }

    // MARK: Asking

    /// The address in its parts: `10.0.0.1` (or `fd00::1`), `:6443` and `/path`, each of the latter maybe empty.
    private var parts: (host: Substring, port: Substring, path: Substring) {
        let rest = url.dropFirst("https://".count)
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return (authority[authority.index(after: authority.startIndex)..<end], authority[end...].dropFirst(), path)
        }
        let host = authority.prefix { $0 != ":" }
        return (host, authority.dropFirst(host.count), path)
    }

    /// How requests are addressed so that the server has to show a certificate of ``serverName``.
    struct Addressing: Equatable {
        /// What requests' paths are put behind.
        var url: String
        /// Which host is connected to instead of that in `url`, by that; empty for none.
        var hosts: [String: String] = [:]
        /// The `Host` that is sent; nil for that of `url`.
        var host: String?
    }

    var addressing: Addressing {
        let parts = parts
        guard let serverName, serverName != parts.host else { return Addressing(url: url) }
        return Addressing(
            url: "https://\(serverName)\(parts.port)\(parts.path)",
            hosts: [serverName: String(parts.host)],
            host: (parts.host.contains(":") ? "[\(parts.host)]" : String(parts.host)) + parts.port
        )
    }
}
