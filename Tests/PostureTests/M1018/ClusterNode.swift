@testable import Posture

extension HostEvidence {
    static let nodeUsers = [
        HostUser("root", id: 0, primaryGroup: 0, home: rootHome), HostUser("eve", id: 1001, primaryGroup: 1001),
        HostUser("etcd", id: 998, primaryGroup: 998),
    ]
    private static let nodeGroups = [
        HostGroup("root", id: 0), HostGroup("ops", id: 100, members: ["eve"]), HostGroup("kube", id: 997),
        HostGroup("eve", id: 1001), HostGroup("etcd", id: 998),
    ]

    /// A host with files, and nothing else of what is looked for.
    static func node(
        _ processes: [[String]],
        keys: [String],
        folders: [String] = [],
        texts: [String: String] = [:]
    ) -> HostEvidence {
        var host = HostEvidence(name: "node", collectedAt: 1_800_000_000)
        host.processes = .known(
            processes.enumerated().map { place, arguments in
                let name = arguments[0].split(separator: "/").last.map(String.init) ?? ""
                var process = HostProcess(id: 10 + place, name: String(name.prefix(15)), arguments: arguments)
                process.environment = [:]
                return process
            }
        )
        host.users = .known(nodeUsers)
        host.groups = .known(nodeGroups)
        for (path, text) in texts { host.put(path, text) }
        for path in keys {
            let isKey = path.hasSuffix(".key") || path.hasSuffix(".pem")
            host.files[path] = HostFile(path, .regular, mode: isKey ? 0o600 : 0o644)
        }
        for path in folders { host.files[path] = HostFile(path, .directory, mode: 0o700) }
        host.look()
        return host
    }

    /// Marks what is looked for: folders of what is there as such, all else as not there.
    private mutating func look() {
        for path in (CollectionPlan.files + CollectionPlan.files(namedBy: self)).map(\.path) {
            let place =
                path.contains("*")
                ? "/" + path.split(separator: "/").prefix { !$0.contains("*") }.joined(separator: "/") : path
            guard files[place] == nil else { continue }
            let isFolder = !files(below: place).isEmpty
            files[place] = isFolder ? HostFile(place, .directory, mode: 0o755) : HostFile(place, .missing)
        }
        for folder in files.keys.flatMap(HostFile.folders) where files[folder]?.kind != .directory {
            if files(below: folder).isEmpty { continue }
            files[folder] = HostFile(folder, .directory, mode: 0o755)
        }
    }
}
