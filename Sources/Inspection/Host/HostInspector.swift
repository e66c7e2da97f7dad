internal import Foundation
package import Posture

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Looks at the host that it runs on, and changes nothing on it.
package struct HostInspector: Sendable {
    /// Whether the listeners of this machine are asked what they say to strangers.
    package var asksListeners = true

    package init() {}

    /// What can be known with the rights of the process; the rest says why it is not.
    ///
    /// - Parameter progress: called with what is looked at next.
    package func evidence(progress: @Sendable (String) -> Void = { _ in }) async -> HostEvidence {
        var host = HostEvidence(name: ProcessInfo.processInfo.hostName, collectedAt: Date().timeIntervalSince1970)
        progress("processes and sockets")
        let table = ProcessTable()
        host.processes = table.processes()
        if let processes = host.processes.value {
            host.listeners = SocketTable().listeners(of: processes, in: table.namespace("/proc/self/ns/net"))
        }
        host.addresses = Self.addresses
        progress("files")
        let files = FileInspector()
        for (pattern, part) in CollectionPlan.files {
            let paths = files.paths(pattern)
            for path in paths { host.files[path] = files.file(path, part) }
            // Of a pattern that names nothing the folder says whether it could be looked into.
            if pattern.contains("*") { look(into: pattern, files, &host) }
        }
        for (path, part) in CollectionPlan.files(namedBy: host) where host.files[path] == nil {
            host.files[path] = files.file(path, part)
        }
        let accounts = Accounts()
        host.users = accounts.users
        host.groups = accounts.groups
        progress("packet filter")
        await Self.ask(&host.firewall)
        progress("engine and listeners")
        let socket = CollectionPlan.engineSocket(of: host) ?? DockerInspector.socket
        host.docker =
            (try? await WholeAnswers.connected { await DockerInspector(answers: $0).evidence(socket: socket) })
            ?? .unreadable("\(socket) could not be asked")
        if asksListeners { host.probes = await probes(of: host) }
        return host
    }

    private func look(into pattern: String, _ files: FileInspector, _ host: inout HostEvidence) {
        let folder = pattern.split(separator: "/").prefix { !$0.contains("*") }.map { "/\($0)" }.joined()
        if host.files[folder] == nil { host.files[folder] = files.file(folder, .permissions) }
    }

    private static func ask(_ firewall: inout FirewallEvidence) async {
        // Each waits for a program of its own.
        async let nft = offPool { Program("nft", ["-j", "list", "ruleset"]).output() }
        async let iptables = offPool { Program("iptables-save").output() }
        async let ip6tables = offPool { Program("ip6tables-save").output() }
        firewall.nft = await nft
        firewall.iptables = await iptables
        firewall.ip6tables = await ip6tables
    }

    private static func offPool(_ work: @escaping @Sendable () -> Reading<String>) async -> Reading<String> {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: work()) }
        }
    }

    /// The addresses of the interfaces, without those of loopback.
    private static var addresses: [String] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&first) == 0 else { return [] }
        defer { unsafe freeifaddrs(first) }
        var found: Set<String> = []
        var next = unsafe first
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            guard let address = unsafe entry.pointee.ifa_addr else { continue }
            let family = unsafe Int32(address.pointee.sa_family)
            let size = family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
            guard family == AF_INET || family == AF_INET6 else { continue }
            var text = [CChar](repeating: 0, count: 64)
            guard unsafe getnameinfo(address, socklen_t(size), &text, 64, nil, 0, NI_NUMERICHOST) == 0 else { continue }
            let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            let name = String(decoding: bytes, as: UTF8.self).split(separator: "%").first.map(String.init) ?? ""
            if !name.hasPrefix("127."), name != "::1" { found.insert(name) }
        }
        return found.sorted()
    }

    // MARK: Listeners

    /// At most so many listeners are asked at once.
    private static let width = 16
    /// Of more than this the rest is not asked.
    private static let maximumListeners = 500

    private func probes(of host: HostEvidence) async -> [Probe] {
        let names = Dictionary((host.processes.value ?? []).map { ($0.id, $0.name) }) { first, _ in first }
        var asked: Set<String> = []
        let listeners = (host.listeners.value ?? []).filter { listener in
            listener.transport == .tcp && listener.isInHostNetwork && asked.insert(listener.words).inserted
        }
        let found = try? await Prober.connected { prober in
            await withTaskGroup(of: (Int, [Probe]).self) { tasks in
                var found: [(Int, [Probe])] = []
                for (index, listener) in listeners.prefix(Self.maximumListeners).enumerated() {
                    if index >= Self.width, let done = await tasks.next() { found.append(done) }
                    let processes = listener.processes.compactMap { names[$0] }
                    tasks.addTask { (index, await Interview(prober: prober).probes(of: listener, processes)) }
                }
                for await done in tasks { found.append(done) }
                return found.sorted { $0.0 < $1.0 }.flatMap(\.1)
            }
        }
        return found ?? []
    }
}

/// What one listener is asked, by what it says.
struct Interview: Sendable {
    let prober: Prober

    func probes(of listener: Listener, _ processes: [String]) async -> [Probe] {
        func question(_ scheme: Probe.Scheme, _ certificate: Probe.Certificate) -> Probe {
            Probe(listener.address, listener.port, scheme, "GET", CollectionPlan.firstPath, certificate: certificate)
        }
        let plain = await prober.answer(to: question(.http, .none))
        var probes = [plain]
        // A TLS server tells whoever does not speak TLS with a 400 (Go), or closes.
        let speaksPlain = plain.status.map { $0 != 400 } ?? false
        var scheme = Probe.Scheme.http
        if !speaksPlain {
            let tls = await prober.answer(to: question(.https, .none))
            probes.append(tls)
            probes.append(await prober.answer(to: question(.https, .selfMade)))
            if plain.status == nil, tls.status == nil, tls.failure == plain.failure { return probes }
            scheme = .https
        }
        for question in CollectionPlan.questions(port: listener.port, processes: processes) {
            let probe = Probe(listener.address, listener.port, scheme, question.method, question.path)
            probes.append(await prober.answer(to: probe))
        }
        return probes
    }
}
