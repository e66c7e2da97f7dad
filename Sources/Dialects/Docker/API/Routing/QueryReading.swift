/// Reads a query as Go's `url.ParseQuery` does, refusing what it or another parser would read otherwise.
enum QueryReading {
    private static let maximumPairs = 1_000

    static func items(_ query: Span<UInt8>, of endpoint: DockerEndpoint) throws(ReadingRefusal) -> [QueryItem] {
        guard query.count > 0 else { return [] }
        var items: [QueryItem] = []
        var start = 0
        while start < query.count {
            var end = start
            var equals: Int?
            while end < query.count, query[end] != UInt8(ascii: "&") {
                if query[end] == UInt8(ascii: ";") {
                    throw ReadingRefusal(place: "query", "a semicolon may separate or not: write it as %3B")
                }
                if equals == nil, query[end] == UInt8(ascii: "=") { equals = end }
                end += 1
            }
            if end > start {
                let written = try text(query.extracting(start..<(equals ?? end)), place: "query")
                // Podman takes names in any case, and its own client writes some in another than its API's.
                let name = endpoint.isLibpod ? QueryParameters.known(folding: written) ?? written : written
                let value = try text(query.extracting(min((equals ?? end) + 1, end)..<end), place: "query parameter")
                // Podman's client gives attach its keys in both cases.
                if endpoint.isLibpod, items.contains(QueryItem(name, value)) {
                    start = end + 1
                    continue
                }
                try check(name, among: items, of: endpoint)
                let isRest = QueryParameters.countsOnce(name, endpoint) && items.contains { $0.name == name }
                if !isRest { items.append(QueryItem(name, value)) }
            }
            guard items.count <= maximumPairs else {
                throw ReadingRefusal(place: "query", "it has more than \(maximumPairs) parameters")
            }
            start = end + 1
        }
        return items
    }

    private static func text(_ bytes: Span<UInt8>, place: String) throws(ReadingRefusal) -> String {
        for index in bytes.indices where bytes[index] == UInt8(ascii: "%") || bytes[index] == UInt8(ascii: "+") {
            return String(decoding: try PercentCoding.decoded(bytes, place: place, plusIsSpace: true), as: UTF8.self)
        }
        return String(copying: bytes)
    }

    private static func check(
        _ name: String,
        among items: [QueryItem],
        of endpoint: DockerEndpoint
    ) throws(ReadingRefusal) {
        let isRepeated = items.contains { $0.name == name }
        let isTaken = QueryParameters.mayRepeat(name, endpoint) || QueryParameters.countsOnce(name, endpoint)
        if isRepeated, !isTaken {
            throw ReadingRefusal(
                place: "query parameter \(name)",
                "it is given twice, and which of them counts depends on who reads it: give it once"
            )
        }
        if let known = QueryParameters.known(folding: name), known != name {
            throw ReadingRefusal(place: "query parameter \(name)", "its name is spelled \(known)")
        }
    }
}

/// The parameters of queries, as the Docker Engine API and Podman spell them.
enum QueryParameters {
    /// Whether the API reads a parameter as a list.
    static func mayRepeat(_ name: String, _ endpoint: DockerEndpoint) -> Bool {
        switch endpoint {
        case .build: ["t", "extrahosts", "securityopt", "volume", "platform"].contains(name) || isPodmanBuild(name)
        case .libpodBuild, .libpodLocalBuild: ["t", "platform"].contains(name) || isPodmanBuild(name)
        case .commit, .imageCreate, .libpodCommit, .libpodImageImport: name == "changes"
        case .imageSaveMany: name == "names" || name == "platform"
        case .imageSave, .imageLoad: name == "platform"
        case .imageAttestations: name == "type" || name == "platform"
        case .imageDelete: name == "platforms"
        case .diskUsage: name == "type"
        case .libpodContainerWait: name == "condition"
        case .libpodImagesDelete: name == "images"
        case .libpodPlayKube, .libpodKubePlay:
            ["annotations", "logOptions", "network", "publishPorts", "staticIPs", "staticMACs"].contains(name)
        case .libpodQuadletsDelete: name == "quadlets"
        case .libpodArtifactsDelete: name == "artifacts"
        case .libpodArtifactAdd, .libpodArtifactLocalAdd: name == "annotations"
        case .libpodManifestPush: name == "addCompression"
        case .libpodRead:
            [
                "additionalEnvVariables", "after", "containers", "names", "namesOrIDs", "references", "requires",
                "wants",
            ].contains(name)
        default: false
        }
    }

    /// Whether a client of wide use repeats a parameter of which the engine takes the first: that one alone is forwarded.
    ///
    /// docker-py gives a Dockerfile from outside the context as its name in there and its text.
    static func countsOnce(_ name: String, _ endpoint: DockerEndpoint) -> Bool {
        endpoint == .build && name == "dockerfile"
    }

    private static func isPodmanBuild(_ name: String) -> Bool {
        [
            "groupadd", "layerLabel", "osfeature", "setenv", "transientRunMounts", "unsetannotation", "unsetenv",
            "unsetlabel", "annotations", "volume",
        ].contains(name)
    }

    /// The API's own spelling of a name; nil for an unknown one.
    ///
    /// Docker takes names letter by letter, Podman in any case.
    static func known(folding name: String) -> String? {
        if all.contains(name) { return name }
        return folded[name.lowercased()]
    }

    private static let folded = Dictionary(all.map { ($0.lowercased(), $0) }) { first, _ in first }

    private static let all: Set<String> = [
        "all", "allplatforms", "annotations", "buildargs", "buildid", "cachefrom", "cgroupparent", "changes",
        "checkpoint", "checkpoint-dir", "comment", "compatMode", "condition", "container", "copyUIDGID", "cpuperiod",
        "cpuquota", "cpusetcpus", "cpusetmems", "cpushares", "created", "delete", "detachKeys", "digests",
        "dockerfile", "driver", "exit", "extrahosts", "filters", "follow", "force", "forcerm", "fromImage", "fromSrc",
        "h", "ids", "identity-token", "insertDefaults", "isolation", "keep-storage", "labels", "layers", "limit",
        "link", "logs", "manifests", "max-used-space", "memory", "memswap", "message", "min-free-space", "name",
        "names", "network", "networkmode", "no-body", "noOverwriteDirNonDir", "nocache", "noprune", "one-shot",
        "outputs", "path", "pause", "platform", "platforms", "ps_args", "pull", "q", "quiet", "reference",
        "registryAuthFrom", "remote", "repo", "rename", "reserved-space", "rm", "rollback", "rotateManagerToken",
        "rotateManagerUnlockKey", "rotateWorkerToken", "securityopt", "session", "shared-size", "shmsize", "signal",
        "since", "size", "squash", "stderr", "stdin", "stdout", "stream", "t", "tag", "tail", "target", "term",
        "timestamps", "type", "ulimits", "until", "usernsmode", "v", "verbose", "version", "volume", "w",
        "additionalbuildcontexts", "cpp", "devices", "dns", "inheritlabels", "references", "transientRunMounts",
    ]
}
