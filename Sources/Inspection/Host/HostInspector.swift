internal import Foundation
package import Posture

/// Looks at the host that it runs on, and changes nothing on it.
package struct HostInspector: Sendable {
    /// Whether the listeners of this machine are asked what they say to strangers.
    package var asksListeners = true

    package init() {}

    /// What can be known with the rights of the process; the rest says why it is not.
    ///
    /// - Parameter progress: called with what is looked at next.
    package func evidence(progress: @escaping @Sendable (String) -> Void = { _ in }) async -> HostEvidence {
        var host = HostEvidence(name: ProcessInfo.processInfo.hostName, collectedAt: Date().timeIntervalSince1970)
        async let firewall = FirewallInspector().evidence()
        progress("processes and sockets")
        let table = ProcessTable()
        host.processes = table.processes()
        if let processes = host.processes.value {
            let own = table.namespace("/proc/self/ns/net")
            host.networkNamespace = own == 0 ? nil : own
            host.networksUnread = table.unreadNetworks(of: processes)
            host.listeners = SocketTable().listeners(of: processes, in: own)
        }
        host.interfaces = Interfaces().all()
        host.addresses = host.interfaces.flatMap(\.addresses).compactMap {
            $0.split(separator: "/").first.map(String.init)
        }
        .filter { !$0.hasPrefix("127.") && $0 != "::1" }
        let accounts = Accounts()
        host.users = accounts.users
        host.groups = accounts.groups
        progress("files")
        look(at: CollectionPlan.files, &host)
        // What they name may name more, as a unit names a configuration that names certificates.
        for _ in 0..<3 { look(at: CollectionPlan.files(namedBy: host), &host) }
        progress("engine")
        host.docker = await engine(CollectionPlan.engineSockets(of: host))
        host.nameNetworks()
        if asksListeners {
            progress("listeners")
            await ListenerInterviews().ask(&host)
        }
        host.firewall = await firewall
        return host
    }

    /// What the first engine says that answers at one of some sockets; why none does where there is one.
    private func engine(_ sockets: [String]) async -> Reading<DockerEvidence> {
        var refusal: Reading<DockerEvidence> = .absent
        for socket in sockets {
            let found = try? await WholeAnswers.connected {
                await DockerInspector(answers: $0).evidence(socket: socket)
            }
            switch found ?? .unreadable("\(socket) could not be asked") {
            case .known(let engine): return .known(engine)
            case .unreadable(let reason): refusal = .unreadable(reason)
            case .absent: break
            }
        }
        return refusal
    }

    // MARK: Files

    private func look(at requests: [FileRequest], _ host: inout HostEvidence) {
        let files = FileInspector()
        let homes = Set((host.users.value ?? []).map(\.home)).filter {
            $0.hasPrefix("/") && $0.count > 1
        }.sorted()
        for request in requests {
            let patterns = request.path.hasPrefix("~/") ? homes.map { $0 + request.path.dropFirst() } : [request.path]
            for pattern in patterns {
                if pattern.contains("*") {
                    // Of a pattern that names nothing the folder says whether it could be looked into.
                    let folder = pattern.split(separator: "/").prefix { !$0.contains("*") }.map { "/\($0)" }.joined()
                    if host.files[folder] == nil { host.files[folder] = files.file(folder, .facts) }
                }
                for path in files.paths(pattern) { look(at: path, request.part, files, &host) }
            }
        }
    }

    private func look(at path: String, _ part: FileRequest.Part, _ files: FileInspector, _ host: inout HostEvidence) {
        if let known = host.files[path], part == .facts || known.text != nil || known.certificates != nil { return }
        var file = files.file(path, part)
        if file.kind == .missing, let process = CollectionPlan.processes(naming: path, of: host).first {
            // In a container the path is the container's.
            let inside = FileInspector(root: "/proc/\(process.id)/root").file(path, part)
            if inside.kind != .missing { file = inside }
        }
        host.files[path] = file
    }
}
