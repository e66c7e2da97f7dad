internal import NIOCore
internal import Posture

/// Asks what listens on this machine what it says to strangers, each in the network namespace that it is in.
struct ListenerInterviews: Sendable {
    /// Where the process file system is mounted.
    var root = "/proc"
    /// How long an answer is waited for, in seconds: one is enough for servers on this machine.
    var patience: Int64 = 1

    /// At most so many listeners of the host's network, and so many of others, are asked at once: a container's resolver, of
    /// which there are many, says nothing for as long as it is waited for.
    private static let (width, widthElsewhere) = (16, 32)
    /// Of more than this, of the host's network and of others, the rest is not asked.
    private static let maximumListeners = 500
    /// Of more than this the rest is not opened: each is a descriptor.
    private static let maximumNetworks = 200

    /// Asks the listeners that are known, and tells of each that could not be asked why.
    func ask(_ host: inout HostEvidence) async {
        var asked: Set<Place> = []
        let asking = (host.listeners.value ?? []).filter { listener in
            listener.transport == .tcp && !host.isResolver(listener) && asked.insert(Place(listener)).inserted
        }
        let own = asking.filter(\.isInHostNetwork)
        let others = asking.filter { $0.network != nil }
        let processes = Dictionary(grouping: host.processes.value ?? [], by: \.networkNamespace)
            .mapValues { $0.map(\.id) }
        async let ownProbes = probes(of: own)
        let elsewhere = await answers(of: others, among: processes)
        let all = await ownProbes + elsewhere.flatMap(\.probes)
        host.probes = all.filter { $0.newestTLS == nil }
        host.outdatedProbes = all.filter { $0.newestTLS != nil }
        let unasked = Dictionary(elsewhere.map { (Place($0.listener), $0.unasked) }) { first, _ in first }
        host.listeners = host.listeners.map { listeners in
            listeners.map { listener in
                var listener = listener
                listener.unasked = unasked[Place(listener)] ?? nil
                return listener
            }
        }
    }

    /// By what sockets are told apart: what listens at one place twice is one to whoever comes.
    private struct Place: Hashable {
        var network: UInt64?
        var words: String

        init(_ listener: Listener) {
            network = listener.network?.inode
            words = listener.place
        }
    }

    // MARK: The host's network

    private func probes(of listeners: [Listener]) async -> [Probe] {
        let found = try? await Prober.connected(patience: .seconds(patience)) { prober in
            await listeners.prefix(Self.maximumListeners).mapped(width: Self.width) {
                await Interview(prober: prober).probes(of: $0)
            }
        }
        return found?.flatMap(\.self) ?? []
    }

    // MARK: Other networks

    /// What one listener said, or why it was not asked.
    private struct Answer: Sendable {
        var listener: Listener
        var probes: [Probe] = []
        var unasked: String?
    }

    private func answers(of listeners: [Listener], among processes: [UInt64: [Int]]) async -> [Answer] {
        guard !listeners.isEmpty else { return [] }
        let doors = doors(to: listeners, among: processes)
        let tls = NetworkProber.Contexts()
        let found = await listeners.prefix(Self.maximumListeners).mapped(width: Self.widthElsewhere) {
            await answer(of: $0, by: doors, tls)
        }
        return found
            + listeners.dropFirst(Self.maximumListeners).map {
                Answer(listener: $0, unasked: "more than \(Self.maximumListeners) sockets listen in such networks")
            }
    }

    private typealias Door = Result<NetworkDoor, NetworkDoor.Closed>

    /// The networks of listeners, each opened once.
    private func doors(to listeners: [Listener], among processes: [UInt64: [Int]]) -> [UInt64: Door] {
        var doors: [UInt64: Door] = [:]
        for network in listeners.compactMap(\.network) where doors[network.inode] == nil {
            guard doors.count < Self.maximumNetworks else { break }
            doors[network.inode] = Door { () throws(NetworkDoor.Closed) in
                try NetworkDoor(network.inode, processes: processes[network.inode] ?? [], root: root)
            }
        }
        return doors
    }

    private func answer(
        of listener: Listener,
        by doors: [UInt64: Door],
        _ tls: NetworkProber.Contexts
    ) async -> Answer {
        guard let network = listener.network, let door = doors[network.inode] else {
            return Answer(listener: listener, unasked: "there are more than \(Self.maximumNetworks) such networks")
        }
        do throws(NetworkDoor.Closed) {
            let prober = NetworkProber(door: try door.get(), tls: tls, patience: .seconds(patience))
            return Answer(listener: listener, probes: try await Interview(prober: prober).probes(of: listener))
        } catch {
            return Answer(listener: listener, unasked: error.description)
        }
    }
}
