extension Kubeconfig {
    /// The API server of a context, as its user.
    ///
    /// - Parameters:
    ///   - context: the context's name; nil for the current one.
    ///   - file: the kubeconfig's path, for errors.
    ///   - allowsUnverified: whether `insecure-skip-tls-verify` is heeded, which is refused otherwise.
    ///   - runsPlugins: whether a program that the kubeconfig names is run for credentials, as `kubectl` does; it runs as
    ///     whoever runs this, so it is for people at their own kubeconfig, and for no service.
    /// - Throws: ``APIError`` of code ``APIError/Code/configuration``.
    package func server(
        context: String? = nil,
        file: String,
        allowsUnverified: Bool = false,
        runsPlugins: Bool = false
    ) throws(APIError) -> APIServer {
        func refused(_ message: String) -> APIError { APIError(.configuration, "\(file): \(message)") }
        guard let name = context ?? currentContext else {
            throw refused("it has no current-context; name one of its contexts: \(Self.names(contexts))")
        }
        guard let context = contexts[name] else {
            throw refused("it has no context '\(name)'; one of: \(Self.names(contexts))")
        }
        guard let cluster = clusters[context.cluster] else {
            throw refused("the context '\(name)' is of a cluster '\(context.cluster)', which is not there")
        }
        // A context without a user asks as nobody, which is what a cluster for everybody may be for.
        guard let user = context.user.isEmpty ? User() : users[context.user] else {
            throw refused("the context '\(name)' is of a user '\(context.user)', who is not there")
        }
        let plugin = runsPlugins ? user.plugin : nil
        if plugin == nil, let reason = user.unusable {
            throw refused("the user '\(context.user)' cannot be used: \(reason)")
        }
        guard !cluster.isUnverified || allowsUnverified else {
            throw refused(
                "the cluster '\(context.cluster)' says insecure-skip-tls-verify: whoever stands between would get the "
                    + "credentials and answer as they like; give its authority (certificate-authority) instead"
            )
        }
        var server: APIServer
        do {
            server = try APIServer(url: cluster.server)
        } catch {
            throw refused("the cluster '\(context.cluster)': \(error.message)")
        }
        server.authority = cluster.authority
        server.serverName = cluster.serverName
        server.isVerified = !cluster.isUnverified
        server.token = user.token
        server.clientCertificate = user.clientCertificate
        server.clientKey = user.clientKey
        if let plugin {
            do {
                try plugin.run(for: cluster).give(to: &server)
            } catch {
                throw refused("the user '\(context.user)': \(error.message)")
            }
        }
        return server
    }

    /// Some names, for people.
    private static func names<Value>(_ named: [String: Value]) -> String {
        guard !named.isEmpty else { return "none is there" }
        return named.keys.sorted().prefix(10).joined(separator: ", ") + (named.count > 10 ? ", …" : "")
    }
}
