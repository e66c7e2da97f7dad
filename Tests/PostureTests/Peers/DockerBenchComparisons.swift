import Foundation
@testable import Posture

/// docker-bench-security and ours over the recorded engines.
///
/// The recorder's paths stand for the usual ones: its daemon.json for `/etc/docker/daemon.json`, its socket for
/// `/var/run/docker.sock`, or docker-bench would find neither.
struct DockerBenchComparisons {
    /// The recorded engines that got as far as to run.
    let engines: [String]

    init() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: RecordedHost.folder.path).sorted()
        engines = try folders.filter { try RecordedHost.named($0).cmdline != nil }
    }

    func all() throws -> [PeerComparison] {
        try [
            groupMembers(), bridge(), packetFilter(), transport(), authorization(), keys(), socketOwners(),
            socketModes(),
            ports(), mounts(), swarm(),
        ]
    }

    /// docker-bench before the program and the file of a recording.
    static func bench(_ name: String) throws -> DockerBench {
        let path = RecordedHost.folder.appending(path: "\(name)/daemon.json")
        return DockerBench(
            arguments: try RecordedHost.named(name).cmdline ?? [],
            configuration: try String(contentsOf: path, encoding: .utf8)
        )
    }

    /// The evidence that is judged of a recording, or of what was tried with it after its start.
    private static func evidence(_ name: String, _ part: String? = nil) throws -> Evidence {
        let path = "docker/\(name)/evidence.json" + (part.map { "#.after['\($0)']" } ?? "")
        return try RecordedHostTests.host(RecordedCase(of: path)).evidence
    }

    /// Without the sockets of published ports, which the recorder did not ask.
    private static func ofEngineAlone(_ name: String) throws -> Evidence {
        var host = try RecordedHostTests.host(RecordedCase(of: "docker/\(name)/evidence.json"))
        let engine = try RecordedHost.named(name).pid ?? 0
        host.listeners = host.listeners.map { $0.filter { $0.processes == [engine] } }
        return host.evidence
    }

    // MARK: Section 1

    private func groupMembers() throws -> PeerComparison {
        // One by the group that its socket was given to; one by a user's primary group.
        let cases = RecordedCase.of(["TW-M1018-001"])
        let systems = try cases.map { one in
            let host = try RecordedHostTests.host(one)
            let doubtful = DockerBench.doubtful(in: host.groups.value ?? [], trusted: "root")
            return PeerComparison.System(
                name: one.case,
                isWrong: one.expected == "fail",
                theirs: .init(raised: !doubtful.isEmpty),
                ours: .init(Check.results(["M1018-001"], on: host.evidence))
            )
        }
        return PeerComparison(
            theirs: ["1.1.2"],
            asks: "who is in the group",
            ours: ["M1018-001"],
            unit: "hosts",
            systems: systems,
            why: "knows who is listed in `docker`: not whose primary group it is, nor which group has the socket"
        )
    }

    // MARK: Section 2

    /// The recordings in which the engine's network and rules were written down.
    private static let networked = ["v27-published-ports-netns", "v28-iptables-false-netns"]

    private func bridge() throws -> PeerComparison {
        let systems = try Self.networked.map { name in
            var host = try RecordedHost.evidence(name)
            RecordedSegmentationTests.addNetworks(to: &host, name)
            let options = try RecordedHost.named(name).after?["docker_network_bridge_options"]
            return PeerComparison.System(
                name: name,
                isWrong: options?["com.docker.network.bridge.enable_icc"]?.text == "true",
                theirs: .init(raised: try Self.bench(name).warnsOfBridge),
                ours: .init(Check.results(["M1030-015"], on: host.evidence))
            )
        }
        return PeerComparison(
            theirs: ["2.2"],
            asks: "icc",
            ours: ["M1030-015"],
            unit: "engines",
            systems: systems,
            why: "ours is unknown: it asks who is in that network, which was not recorded"
        )
    }

    private func packetFilter() throws -> PeerComparison {
        let systems = try Self.networked.map { name in
            let path = RecordedHost.folder.appending(path: "\(name)/iptables-save.txt")
            let rules = try String(contentsOf: path, encoding: .utf8)
            return PeerComparison.System(
                name: name,
                // Both had a container with port 9000 published.
                isWrong: !rules.contains("--dport 9000"),
                theirs: .init(raised: try Self.bench(name).warnsOfPacketFilter),
                ours: .init(Check.results(["M1030-004"], on: try Self.evidence(name)))
            )
        }
        return PeerComparison(theirs: ["2.4"], asks: "iptables", ours: ["M1030-004"], unit: "engines", systems: systems)
    }

    private func transport() throws -> PeerComparison {
        let systems = try RecordedTransport.all().map { one in
            PeerComparison.System(
                name: one.variant,
                isWrong: one.truth_by_probe.hasPrefix("open"),
                theirs: .init(raised: try Self.bench(one.variant).transport.hasPrefix("WARN")),
                ours: .init(Check.results(["M1035-001", "M1035-002"], on: try Self.ofEngineAlone(one.variant)))
            )
        }
        return PeerComparison(
            theirs: ["2.7"],
            asks: "TLS",
            ours: ["M1035-001", "M1035-002"],
            unit: "engines",
            systems: systems,
            why: "a no-break space in its condition has it look at no argument"
        )
    }

    private func authorization() throws -> PeerComparison {
        let systems = try engines.compactMap { name -> PeerComparison.System? in
            // One answers nobody, as its plugin is not there: what it asks is not known.
            guard let plugins = try RecordedHost.named(name).info?["Plugins"] else { return nil }
            return PeerComparison.System(
                name: name,
                isWrong: plugins["Authorization"]?.elements.isEmpty ?? true,
                theirs: .init(raised: try Self.bench(name).warnsOfAuthorization),
                ours: .init(Check.results(["M1018-005"], on: try Self.evidence(name)))
            )
        }
        return PeerComparison(
            theirs: ["2.12"],
            asks: "authorization",
            ours: ["M1018-005"],
            unit: "engines",
            systems: systems
        )
    }

    // MARK: Section 3

    private func keys() throws -> PeerComparison {
        let path = "\(RecordedHostTests.labKeys)/server-key.pem"
        var systems = try engines.compactMap { name -> PeerComparison.System? in
            guard try RecordedHost.evidence(name).dockerDaemons.value?.first?.settings.value?.speaksTLS ?? false else {
                return nil
            }
            return try keySystem(name, RecordedCase(of: "docker/\(name)/evidence.json"), isWrong: false, path)
        }
        // The authority's key beside that of the first, as it was left there.
        for one in RecordedCase.of(["TW-M1035-009"]) where one.expected == "fail" {
            systems.append(try keySystem("v05-tlsverify-flag", one, isWrong: true, path))
        }
        return PeerComparison(
            theirs: ["3.13", "3.14"],
            asks: "TLS key",
            ours: ["M1035-009"],
            unit: "hosts",
            systems: systems,
            why:
                "600 is wrong to it, as only 400 is right; it does not look for the authority's key"
        )
    }

    private func keySystem(
        _ name: String,
        _ one: RecordedCase,
        isWrong: Bool,
        _ path: String
    ) throws -> PeerComparison.System {
        let host = try RecordedHostTests.host(one)
        let key = host.files[try Self.bench(name).keyPath]
        return PeerComparison.System(
            name: one.case.isEmpty ? name : one.case,
            isWrong: isWrong,
            theirs: .init(raised: key.map(DockerBench.warns(ofKey:)) ?? false),
            ours: .init(
                Check.results(["M1035-009"], on: host.evidence) {
                    $0.subject == path || KeyNames.isAuthoritysKey($0.subject)
                }
            )
        )
    }

    private func socketOwners() throws -> PeerComparison {
        let systems = try engines.map { name in
            let stat = try RecordedHost.named(name).socket?.stat ?? ""
            let owners = stat.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            return PeerComparison.System(
                name: name,
                // `users` is everybody who may log in.
                isWrong: owners != "root:docker",
                theirs: .init(raised: DockerBench.warns(ofSocketOwners: owners)),
                ours: .init(Check.results(["M1018-001", "M1018-002"], on: try Self.evidence(name)))
            )
        }
        return PeerComparison(
            theirs: ["3.15"],
            asks: "socket's group",
            ours: ["M1018-001", "M1018-002"],
            unit: "sockets",
            systems: systems
        )
    }

    private func socketModes() throws -> PeerComparison {
        let name = "v18-socket-modes"
        let after = try RecordedHost.named(name).after?.members ?? []
        let systems = try after.map { part in
            PeerComparison.System(
                name: part.name,
                isWrong: part.value["ping_as_nobody"]?.text == "OK",
                theirs: .init(
                    raised: UInt16(part.name.prefix(4), radix: 8).map(DockerBench.warns(ofSocketMode:)) ?? false
                ),
                ours: .init(Check.results(["M1018-002"], on: try Self.evidence(name, part.name)))
            )
        }
        return PeerComparison(
            theirs: ["3.16"],
            asks: "socket's mode",
            ours: ["M1018-002"],
            unit: "modes, tried as `nobody`",
            systems: systems,
            why: "takes modes for decimal numbers: 646 is less than 660; sees no access control list"
        )
    }
}

extension RecordedCase {
    /// What has no case of its own.
    init(of evidence: String) { self.init(case: "", check: "", expected: "", evidence: evidence, inline: nil) }
}
