@testable import Posture

/// docker-bench-security and ours over what the recorded engines ran.
extension DockerBenchComparisons {
    func ports() throws -> PeerComparison {
        // A published port as it is, the same with a rule of the owner's before it, and one on loopback.
        let cases = RecordedCase.of(["TW-M1030-003"])
        let systems = try cases.map { one in
            let container = one.part == "9443" ? "ui-loop" : "ui-any"
            let published = try RecordedHost.named(one.recording ?? "").after?.at(container, "Ports") ?? .null
            let results = Check.results(["M1030-003"], on: try RecordedSegmentationTests.host(one))
            return PeerComparison.System(
                name: one.case,
                isWrong: one.expected == "fail",
                theirs: .init(raised: DockerBench.warns(ofPorts: published)),
                ours: .init(RecordedSegmentationTests.those(at: one.part, among: results))
            )
        }
        return PeerComparison(
            theirs: ["5.14"],
            asks: "published ports",
            ours: ["M1030-003"],
            unit: "ports",
            systems: systems,
            why: "looks at the address alone, not at what the packet filter lets through to it"
        )
    }

    func mounts() throws -> PeerComparison {
        let name = "v25-socket-mounted-in-container"
        let after = try RecordedHost.named(name).after?.members ?? []
        let systems = try after.compactMap { part -> PeerComparison.System? in
            // One container was not made: what it names was not there.
            guard let mounts = part.value["Mounts"]?.elements else { return nil }
            let one = RecordedCase(of: "docker/\(name)/evidence.json#.after['\(part.name)']")
            return PeerComparison.System(
                name: part.name,
                // All but the last have a runtime's socket, or a folder that it is in.
                isWrong: part.name != "none",
                theirs: .init(raised: DockerBench.warns(ofFolders: mounts) || DockerBench.warns(ofSocket: mounts)),
                ours: .init(Check.results(["M1018-004"], on: try RecordedHostTests.host(one).evidence))
            )
        }
        return PeerComparison(
            theirs: ["5.6", "5.32"],
            asks: "mounts",
            ours: ["M1018-004"],
            unit: "containers",
            systems: systems,
            why: "knows the name `docker.sock` and eight folders to be written: neither containerd's socket nor `/run`"
        )
    }

    func swarm() throws -> PeerComparison {
        let systems = try engines.compactMap { name -> PeerComparison.System? in
            guard let info = try RecordedHost.named(name).info, info["Swarm"]?["LocalNodeState"] != nil else {
                return nil
            }
            let host = try RecordedHost.evidence(name)
            return PeerComparison.System(
                name: name,
                isWrong: info.at("Swarm", "LocalNodeState")?.text == "active",
                theirs: .init(raised: DockerBench.warns(ofSwarm: info, listeners: host.listeners.value ?? [])),
                ours: .init(Check.results(["M1030-013"], on: host.evidence))
            )
        }
        return PeerComparison(theirs: ["7.2"], asks: "swarm", ours: ["M1030-013"], unit: "engines", systems: systems)
    }
}
