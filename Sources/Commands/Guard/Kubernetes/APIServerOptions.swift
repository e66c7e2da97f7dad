#if Guard
    internal import ArgumentParser
    internal import KubernetesAPI

    /// The API server that the guard itself asks.
    struct APIServerOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "The API server, for what the guard keeps or reads there: https://HOST:PORT. Otherwise the one of the cluster "
                    + "that it runs in, as its pod's service account.",
                valueName: "url"
            )
        )
        var apiServer: String?

        @Option(
            help: ArgumentHelp("The bearer token to show it, read for each request.", valueName: "file"),
            completion: .file()
        )
        var apiTokenFile: String?

        @Option(
            help: ArgumentHelp("The authority that signs its certificate, in PEM.", valueName: "file"),
            completion: .file()
        )
        var apiCa: String?

        func validate() throws {
            guard apiServer == nil,
                let option = apiTokenFile.map({ _ in "--api-token-file" }) ?? apiCa.map({ _ in "--api-ca" })
            else { return }
            throw ValidationError("\(option) goes with --api-server")
        }

        /// The server that was named, or that of this pod's cluster; nil where there is neither.
        func knownServer(environment: [String: String]) throws(CommandError) -> APIServer? {
            if apiServer == nil, environment["KUBERNETES_SERVICE_HOST"] == nil { return nil }
            return try server(environment: environment)
        }

        /// The server that was named, or that of this pod's cluster.
        func server(environment: [String: String]) throws(CommandError) -> APIServer {
            do throws(APIError) {
                guard let apiServer else { return try APIServer.inCluster(environment: environment) }
                return try APIServer(url: apiServer, tokenFile: apiTokenFile, authorityFile: apiCa)
            } catch {
                throw CommandError(apiServer == nil ? "\(error); give --api-server" : "--api-server: \(error)")
            }
        }
    }
#endif
