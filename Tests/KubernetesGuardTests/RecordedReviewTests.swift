import Deployments
import Dialects
import Foundation
import Judge
import Sigma
import Testing

/// The reviews that a real kube-apiserver 1.36 sent, with what each operation was.
@Suite(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
struct RecordedReviewTests {
    /// A recorded review and what its operation was.
    private struct Row {
        var operation: String
        var label: String
        var role: String
        var auditID: String
        var resource: String
        var json: String

        init(_ object: [String: Any]) throws {
            let review = object["review"] as? [String: Any] ?? [:]
            let request = review["request"] as? [String: Any] ?? [:]
            let part = (request["subResource"] as? String).map { "/\($0)" } ?? ""
            operation = object["op"] as? String ?? ""
            label = object["label"] as? String ?? ""
            role = object["role"] as? String ?? ""
            auditID = object["auditID"] as? String ?? ""
            resource = ((request["resource"] as? [String: Any])?["resource"] as? String ?? "") + part
            json = String(decoding: try JSONSerialization.data(withJSONObject: review), as: UTF8.self)
        }
    }

    private static func rows() throws -> [Row] {
        let rows = try SharedData.objects("kubernetes/admissionreviews.jsonl").map(Row.init)
        try #require(rows.count == 396)
        return rows
    }

    @Test func `no benign request is refused, unless it rolls out what an attacker had patched in before`() async throws
    {
        let webhook = try WebhookUnderTest()
        var refused: Set<String> = []
        for row in try Self.rows() where row.label == "benign" {
            if try await !webhook.answer(row.json).isAllowed { refused.insert("\(row.operation) \(row.resource)") }
        }
        // Nobody stopped the patch when this was recorded; the labelled image change made pods of the patched template.
        let rolledOut = ["OP-0055", "OP-0106", "OP-0279"].flatMap { ["\($0) replicasets", "\($0) pods"] }
        #expect(refused == Set(rolledOut))
    }

    /// A power alone, which many a node agent asks for: warned of, and refused with `refuse-at: medium` or `low`.
    private static let warned = [
        "OP-0036", "OP-0037", "OP-0042", "OP-0053", "OP-0080", "OP-0081", "OP-0090", "OP-0102", "OP-0105", "OP-0112",
        "OP-0130", "OP-0131", "OP-0132", "OP-0158", "OP-0160", "OP-0177", "OP-0178", "OP-0183", "OP-0186", "OP-0187",
        "OP-0199", "OP-0208 pods/binding", "OP-0211", "OP-0214", "OP-0215", "OP-0217", "OP-0227",
    ]
    /// Images that only a policy's list can tell from others, and what no rule speaks of: a sysctl, a split argument, a
    /// copy by exec, a pod whose sidecar is put in on its way.
    private static let silent = [
        "OP-0092", "OP-0124", "OP-0125", "OP-0185", "OP-0208 pods", "OP-0219", "OP-0236", "OP-0241", "OP-0262",
        "OP-0280",
    ]
    /// What deploys nothing: roles, tokens, nodes, a scale, a deletion, a look through a node's proxy.
    private static let others = [
        "OP-0115", "OP-0162", "OP-0166", "OP-0208 nodes", "OP-0209", "OP-0239", "OP-0259",
    ]

    @Test func `attacks are refused at high, but for powers alone, which warn, and images, which want a list`()
        async throws
    {
        let webhook = try WebhookUnderTest()
        var found: [String: Set<String>] = [:]
        var refused = 0
        for row in try Self.rows() where row.label == "attack" && row.role == "primary" {
            let known = webhook.decisions.verdicts.count
            let answer = try await webhook.answer(row.json)
            let isJudged = webhook.decisions.verdicts.count > known || answer.annotations["dry-run"] != nil
            let name = row.operation == "OP-0208" ? "\(row.operation) \(row.resource)" : row.operation
            guard answer.isAllowed else {
                refused += 1
                continue
            }
            let kind = !isJudged ? "others" : answer.warnings.isEmpty ? "silent" : "warned"
            found[kind, default: []].insert(name)
        }
        #expect(found["warned"] == Set(Self.warned))
        #expect(found["silent"] == Set(Self.silent))
        #expect(found["others"] == Set(Self.others))
        #expect(refused == 36)
    }

    @Test func `what a review asks for is what the audit log says of it`() throws {
        let lines = try String(contentsOf: SharedData.root.appending(path: "kubernetes/audit.jsonl"), encoding: .utf8)
        var told: [String: [ContainerDeployment]] = [:]
        for line in lines.split(separator: "\n") {
            // Each event by itself: the log tells what a controller makes with its owner, and not again.
            for one in Self.deployments(inAuditEvent: String(line)) { told[one.event.id, default: []].append(one) }
        }
        let reader = AdmissionReader(maximumBytes: 8 << 20)
        var compared = 0
        var differences: [String] = []
        for row in try Self.rows() {
            guard let logged = told[row.auditID] else { continue }
            let asked = try reader.read(Array(row.json.utf8), at: nil) { $0.containers.map(\.record) }
            for one in asked {
                compared += 1
                if !logged.contains(where: { Self.essence($0) == Self.essence(one) }) {
                    differences.append("\(row.operation) \(row.resource) \(one.container.name ?? "")")
                }
            }
        }
        #expect(compared > 150)
        // The command stands in the query of what goes through a node's proxy, which a webhook is not shown.
        #expect(differences == ["OP-0209 nodes/proxy toolbox"])
    }

    /// What counts of a container, without what the API server fills in before a webhook is asked.
    private static func essence(_ record: ContainerDeployment) -> [String] {
        [
            record.event.action.rawValue, record.placement.namespace ?? "", record.container.name ?? "",
            record.container.imageText ?? "", record.container.role?.rawValue ?? "",
            record.process.args.joined(separator: "\u{0}"), "\(record.process.hooks)",
            "\(record.security.privileged ?? false)", "\(record.security.capabilitiesAdded)",
            "\(record.host.namespaces.map(\.rawValue).sorted())", "\(record.host.devices)", "\(record.host.ports)",
            "\(record.host.mounts.map(\.source.path))", record.actor.userName ?? "",
        ]
    }

    private static func deployments(inAuditEvent line: String) -> [ContainerDeployment] {
        var dialect = KubernetesAuditDialect()
        var reading = Reading()
        let bytes = Array(line.utf8) + [UInt8](repeating: 0, count: 64)
        unsafe bytes.withUnsafeBytes { bytes in
            let text = unsafe UnsafeRawBufferPointer(rebasing: bytes.dropLast(64))
            unsafe dialect.read(RawRecord(bytes: text, position: .init(path: "audit.log", offset: 0)), into: &reading)
        }
        dialect.finish(into: &reading)
        return reading.deployments
    }
}
