import Deployments
import Dialects
import Foundation
import Judge
import Sigma
import Testing

/// Holds the built-in rules against what was recorded of a real dockerd and a real kube-apiserver, by their labels.
@Suite(.enabled(if: SharedData.isPresent, "the recorded corpora are not beside the project"))
struct RecordedCorpusTests {
    /// What an operation was and the highest level at which anything of it was told.
    struct Verdict {
        var label: String
        var what: String
        var facets: [String]
        var level: Level?
    }

    /// Read once for all tests.
    static let docker = Result { try readDocker() }
    static let kubernetes = Result { try readKubernetes() }

    private static func readDocker() throws -> [Verdict] {
        var operations: [String: (label: String, lines: [String])] = [:]
        for line in try SharedData.lines("docker/recorded/requests.jsonl") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            guard let name = object?["op"] as? String, let label = object?["label"] as? String else { continue }
            operations[name, default: (label, [])].lines.append(line)
        }
        let judge = Judge(try #require(LookAlikeTests.bench))
        return operations.sorted { $0.key < $1.key }.map { name, operation in
            let found = readings(of: HTTPRequestsDialect(), operation.lines).deployments
            return Verdict(label: operation.label, what: name, facets: [], level: LookAlikeTests.level(found, judge))
        }
    }

    private static func readKubernetes() throws -> [Verdict] {
        let judge = Judge(try #require(LookAlikeTests.bench))
        var operationOfEvent: [String: String] = [:]
        for label in try SharedData.objects("kubernetes/audit-labels.jsonl") {
            guard let event = label["auditID"] as? String, let name = label["op"] as? String else { continue }
            operationOfEvent[event] = name
        }
        var deployments: [String: [ContainerDeployment]] = [:]
        let audit = readings(of: KubernetesAuditDialect(), try SharedData.lines("kubernetes/audit.jsonl"))
        for deployment in audit.deployments {
            guard let name = operationOfEvent[deployment.event.id] else { continue }
            deployments[name, default: []].append(deployment)
        }
        return try SharedData.objects("kubernetes/labels.jsonl").map { label in
            let name = label["op"] as? String ?? ""
            return Verdict(
                label: label["label"] as? String ?? "",
                what: "\(name) \(label["desc"] ?? "")",
                facets: label["facets"] as? [String] ?? [],
                level: LookAlikeTests.level(deployments[name] ?? [], judge)
            )
        }
    }

    @Test func `nothing ordinary in the recordings is told at level high`() throws {
        let verdicts = try Self.docker.get() + Self.kubernetes.get()
        let told = verdicts.filter { $0.label == "benign" && $0.level ?? .informational >= .high }
        #expect(told.map(\.what) == [])
        #expect(verdicts.count { $0.label == "benign" } > 50)
    }

    @Test func `every attack recorded of dockerd is told`() throws {
        let attacks = try Self.docker.get().filter { $0.label == "attack" }
        #expect(attacks.filter { $0.level == nil }.map(\.what) == [])
        #expect(attacks.count > 10)
    }

    @Test func `every deployed attack recorded of the API server is told at level medium`() throws {
        let facets: Set<String> = [
            "privileged", "host-root-mount", "host-path", "containerd-socket", "dangerous-capability", "host-ipc",
            "fetch-and-run", "encoded-command", "reverse-shell", "mining", "ld-preload", "node-pinning",
            "windows-host-process", "ip-registry", "token-theft", "nodes-proxy",
        ]
        let attacks = try Self.kubernetes.get().filter { $0.label == "attack" && !facets.isDisjoint(with: $0.facets) }
        #expect(attacks.filter { $0.level ?? .informational < .medium }.map(\.what) == [])
        #expect(attacks.count > 10)
    }
}
