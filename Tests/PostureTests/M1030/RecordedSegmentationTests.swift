import Foundation
@testable import Posture
import Testing

/// The labelled cases of network segmentation: recorded engines, control planes and objects of a cluster.
@Suite(.enabled(if: Oracle.isPresent, "needs ../shared/data: the recorded segmentation cases are NOT compared"))
struct RecordedSegmentationTests {
    static let cases = RecordedCase.of((1...16).map { "TW-M1030-0" + ($0 < 10 ? "0\($0)" : "\($0)") })

    @Test func `the labelled cases are there`() { #expect(Self.cases.count == 25) }

    @Test(arguments: cases)
    func `each labelled case gets the verdict that it has`(_ one: RecordedCase) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        let path = one.evidence ?? ""
        let isOfCluster = path.hasPrefix("kube/objects/")
        let results = check.results(on: isOfCluster ? try Self.cluster() : try Self.host(one))
        let meant = isOfCluster ? try Self.those(of: one, among: results) : Self.those(at: one.part, among: results)
        #expect(meant.verdict == one.expected, "\(results)")
    }

    // MARK: Hosts

    static func host(_ one: RecordedCase) throws -> Evidence {
        var evidence = Evidence()
        guard let recording = one.recording else {
            let file = one.evidence?.split(separator: "/").last.map(String.init) ?? ""
            evidence.host = .known(try RecordedControlPlane.host(file))
            return evidence
        }
        var host = try RecordedHost.evidence(recording)
        host.addresses = ["127.0.0.1", "10.99.0.1"]
        let file = one.evidence?.split(separator: "#").first.map(String.init)?.split(separator: "/").last ?? ""
        host.firewall = try firewall(recording, String(file))
        // The recorder tells the helpers of published ports by their sockets alone.
        let recorded = Set(host.processes.value?.map(\.id) ?? [])
        let helpers = (host.listeners.value ?? []).flatMap(\.processes).filter { !recorded.contains($0) }
        host.processes = host.processes.map { processes in
            processes + helpers.map { HostProcess(id: $0, name: "docker-proxy", arguments: ["docker-proxy"]) }
        }
        // The rules are asked about the engine's ports, which nothing had open as they were recorded.
        if file.hasPrefix("nft-") {
            host.listeners = .known(
                [2375, 2376].map { Listener("::", $0, processes: [host.processes.value?.first?.id ?? 0]) }
            )
        }
        addNetworks(to: &host, recording)
        evidence.host = .known(host)
        return evidence
    }

    private static func firewall(_ recording: String, _ file: String) throws -> FirewallEvidence {
        var firewall = FirewallEvidence()
        let path = RecordedHost.folder.appending(path: "\(recording)/\(file)")
        if file.hasPrefix("nft-") { firewall.nft = .known(try String(contentsOf: path, encoding: .utf8)) }
        if file.hasPrefix("iptables-save") { firewall.iptables = .known(try String(contentsOf: path, encoding: .utf8)) }
        if file == "iptables-save-dockeruser.txt" || file == "iptables-save.txt" { firewall.ip6tables = .absent }
        return firewall
    }

    static func addNetworks(to host: inout HostEvidence, _ recording: String) {
        guard let recorded = try? RecordedHost.named(recording),
            let options = recorded.after?["docker_network_bridge_options"],
            case .known(var docker) = host.docker
        else { return }
        docker.networks = .known([["Name": "bridge", "Driver": "bridge", "Options": options]])
        host.docker = .known(docker)
    }

    /// `#9443`: the results of that port; without it those of ports that are not on loopback.
    static func those(at part: String?, among results: [CheckResult]) -> [CheckResult] {
        guard let port = part.flatMap({ Int($0) }) else {
            return results.filter { !$0.subject.hasPrefix("127.0.0.1:9443") }
        }
        return results.filter { $0.subject.hasSuffix(":\(port)") }
    }

    // MARK: The cluster

    private static func cluster() throws -> Evidence {
        var evidence = Evidence()
        evidence.cluster = .known(try RecordedCluster.all())
        return evidence
    }

    /// The results that a labelled object bears upon.
    private static func those(of one: RecordedCase, among results: [CheckResult]) throws -> [CheckResult] {
        let parts = (one.part ?? "").split(separator: "/").map(String.init)
        let namespace = parts.first ?? ""
        switch one.check {
        case "TW-M1030-005", "TW-M1030-006", "TW-M1030-007":
            return results.filter { $0.subject.contains("\"\(parts.joined(separator: "/"))\"") }
        case "TW-M1030-010": return results.filter { $0.subject == "Namespace \"\(namespace)\"" }
        default: return results.filter { $0.subject.contains("\"\(namespace)/") }
        }
    }
}
