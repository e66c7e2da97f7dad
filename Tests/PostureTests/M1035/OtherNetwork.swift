@testable import Posture
import Testing

/// Hosts on which something listens in other network namespaces than the host's.
enum OtherNetwork {
    typealias Change = @Sendable (inout HostEvidence) -> Void
    static let (own, ci, node) = (UInt64(100), UInt64(200), UInt64(300))
    static let network = NetworkNamespace(inode: ci, container: "ci")

    /// A host whose engine has a container `ci` in a network of its own.
    static func host(_ changes: Change...) -> HostEvidence {
        var host = HostEvidence.debian()
        host.networkNamespace = own
        host.processes = host.processes.map { processes in
            processes.map { process in
                var process = process
                process.networkNamespace = own
                return process
            }
        }
        for change in changes { change(&host) }
        return host
    }

    /// Something that listens in a network, with a process that holds it.
    static func listening(
        _ program: String,
        _ address: String,
        _ port: Int,
        in network: NetworkNamespace? = network,
        _ arguments: [String] = []
    ) -> Change {
        { host in
            let id = 4_000 + (host.processes.value?.count ?? 0)
            let name = String(program.prefix(15))
            var process = HostProcess(
                id: id,
                name: name,
                executable: "/bin/\(program)",
                arguments: [program] + arguments
            )
            process.networkNamespace = network?.inode ?? own
            process.environment = [:]
            host.run(process)
            var listener = Listener(address, port, processes: [id])
            listener.network = network
            listener.isInHostNetwork = network == nil
            host.listen(listener)
        }
    }

    static func answer(
        _ address: String,
        _ port: Int,
        _ path: String,
        _ status: Int,
        in network: NetworkNamespace? = network,
        scheme: Probe.Scheme = .http,
        body: String = "",
        asEngine isEngine: Bool = false
    ) -> Change {
        { host in
            var probe = Probe(address, port, scheme, "GET", path, status: status)
            probe.network = network
            probe.body = body
            if isEngine { probe.headers = ["api-version": "1.47", "ostype": "linux"] }
            host.probes.append(probe)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var check: String
        var verdict: String
        var name: String
        var host: HostEvidence

        init(_ check: String, _ verdict: String, _ name: String, _ host: HostEvidence) {
            self.check = "TW-\(check)"
            self.verdict = verdict
            self.name = name
            self.host = host
        }

        var testDescription: String { "\(check) \(name): \(verdict)" }
    }
}
