/// Where a cluster's API server is, and the files by which it is trusted and trusts us.
package struct APIServer: Sendable, Equatable {
    /// `https://HOST:PORT`, or with a path behind it that all requests go below; no slash at the end.
    package let url: String
    /// Holds the bearer token, which is replaced about every hour, so that it is read for each request; nil for none.
    package let tokenFile: String?
    /// Holds the authority that signs the server's certificate, in PEM; nil for the machine's own authorities.
    package let authorityFile: String?

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
        self.tokenFile = tokenFile
        self.authorityFile = authorityFile
    }

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
}
