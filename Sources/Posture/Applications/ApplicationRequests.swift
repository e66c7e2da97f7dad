/// What the checks of management applications look at, for whoever collects.
package enum ApplicationRequests {
    /// The variables that are taken of processes' and containers' environments.
    package static let variables = [
        "ARGO_AUTH_MODE", "ARGO_SECURE", "ARGOCD_SERVER_DISABLE_AUTH", "ARGOCD_SERVER_INSECURE", "AUDIT_LEVEL",
        "AUDIT_LOG_ENABLED",
    ]

    /// Known beforehand.
    package static let fixed = [
        FileRequest(NomadConfiguration.folder), FileRequest("\(NomadConfiguration.folder)/*", .text),
    ]

    /// Known once processes are: what Nomad's arguments name, files and the files in folders.
    package static func more(of host: HostEvidence) -> [FileRequest] {
        let agents = (host.processes.value ?? []).filter { $0.name == "nomad" }
        let places = agents.flatMap { ProgramFlags($0.arguments.dropFirst()).all("config") }.filter {
            $0.hasPrefix("/")
        }
        return places.uniqued.flatMap { place in
            [FileRequest(place, .text), FileRequest(place.hasSuffix("/") ? "\(place)*" : "\(place)/*", .text)]
        }
    }
}
