/// What containerd or CRI-O is told by its configuration files, the last word of each setting.
struct RuntimeConfiguration {
    struct Part {
        var path: String
        var document: Document
    }

    /// In the order in which they apply.
    var parts: [Part]

    /// What whoever collects has to look for.
    static let requests = [
        FileRequest("/etc/containerd/config.toml", .text), FileRequest("/etc/containerd/conf.d/*.toml", .text),
        FileRequest("/var/lib/rancher/k3s/agent/etc/containerd/config.toml", .text),
        FileRequest("/var/lib/rancher/rke2/agent/etc/containerd/config.toml", .text),
        FileRequest("/var/snap/microk8s/current/args/containerd.toml", .text),
        FileRequest("/var/run/docker/containerd/containerd.toml", .text),
        FileRequest("/etc/crio/crio.conf", .text), FileRequest("/etc/crio/crio.conf.d/*.conf", .text),
    ]

    /// The value of a setting by its path, and the file that says it last.
    func last(_ path: String...) -> Said<Document>? {
        parts.lazy.reversed().compactMap { part in part.document.at(path).map { Said(value: $0, place: part.path) } }
            .first
    }

    /// containerd's, with what it imports; absent where there is no file.
    ///
    /// - Parameter path: as its `--config` says it.
    static func containerd(_ path: String, on host: HostEvidence) -> Reading<RuntimeConfiguration> {
        part(path, on: host).flatMap { main in
            var parts = [main]
            for pattern in main.document["imports"]?.texts ?? [] {
                let whole = pattern.hasPrefix("/") ? pattern : "\(HostFile.folder(of: path))/\(pattern)"
                for file in host.matching(whole) {
                    switch part(file, on: host) {
                    case .absent: continue
                    case .unreadable(let reason): return .unreadable(reason)
                    case .known(let imported): parts.append(imported)
                    }
                }
            }
            return .known(RuntimeConfiguration(parts: parts))
        }
    }

    /// CRI-O's; absent where there is no file.
    static func crio(on host: HostEvidence) -> Reading<RuntimeConfiguration> {
        var parts: [Part] = []
        for path in ["/etc/crio/crio.conf"] + host.matching("/etc/crio/crio.conf.d/*") {
            switch part(path, on: host) {
            case .absent: continue
            case .unreadable(let reason): return .unreadable(reason)
            case .known(let one): parts.append(one)
            }
        }
        return parts.isEmpty ? .absent : .known(RuntimeConfiguration(parts: parts))
    }

    private static func part(_ path: String, on host: HostEvidence) -> Reading<Part> {
        host.text(path).flatMap { text in
            do throws(DocumentError) {
                return .known(Part(path: path, document: try Document(toml: text)))
            } catch { return .unreadable("\(path): \(error)") }
        }
    }
}

extension HostEvidence {
    /// containerd's configuration files: of those that run, or else where it would look.
    var containerdConfigurations: [String] {
        let running = (processes.value ?? []).filter { $0.isOne(of: ["containerd"]) }
        var seen: Set<String> = []
        let paths = running.map { process in
            let arguments = process.arguments
            if let whole = arguments.first(where: { $0.hasPrefix("--config=") || $0.hasPrefix("-config=") }) {
                return String(whole.drop { $0 != "=" }.dropFirst())
            }
            let place = arguments.firstIndex { ["--config", "-c", "-config"].contains($0) }
            return place.flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
                ?? "/etc/containerd/config.toml"
        }
        return (paths.isEmpty ? ["/etc/containerd/config.toml"] : paths).filter { seen.insert($0).inserted }
    }

    /// Those that processes name: for whoever collects, once processes are known.
    package var runtimeConfigurationRequests: [FileRequest] { containerdConfigurations.map { FileRequest($0, .text) } }

    /// The files of a folder that a pattern means; a pattern without `*` means itself.
    fileprivate func matching(_ pattern: String) -> [String] {
        guard pattern.contains("*") else { return [pattern] }
        let folder = HostFile.folder(of: pattern)
        let name = pattern.dropFirst(folder.utf8.count + 1)
        let parts = name.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        return files(below: folder).map(\.path).filter { path in
            let own = path.dropFirst(folder.utf8.count + 1)
            return !own.contains("/") && own.hasPrefix(parts.first ?? "") && own.hasSuffix(parts.last ?? "")
        }
    }
}
