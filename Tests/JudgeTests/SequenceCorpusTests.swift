import Deployments
import Dialects
import Foundation
import Judge
import Testing

/// The built-in sequences on recorded logs: nothing in a day's work, and what the procedures show of them.
@Suite(.enabled(if: SharedData.isPresent, "recorded corpora are not beside the project"))
struct SequenceCorpusTests {
    @Test func `nothing that is benign is told, each record by itself or all at one moment`() throws {
        let all = try SequenceScan()
        var told: [String] = []
        for object in try SharedData.objects("threat/benign.jsonl") {
            let scan = try SequenceScan()
            scan.take(try ThreatRecord(object, onRawEvent: scan.rawEvent).deployments)
            told += scan.sequences().map { "\(object["id"] ?? ""): \($0)" }
            all.take(try ThreatRecord(object, onRawEvent: all.rawEvent).deployments)
        }
        #expect(told == [])
        // All that the corpus' administrator does in months, at one moment: no day is like that, and it is told once.
        #expect(all.sequences() == ["Cluster Looked Over, Pod Created And Entered By A Person"])
    }

    @Test(arguments: [
        "kubernetes/audit.jsonl", "kubernetes/audit-allstages.jsonl", "kubernetes/audit-metadata-level.jsonl",
    ])
    func `a recorded cluster shows no sequence`(path: String) throws {
        let scan = try SequenceScan()
        scan.read(KubernetesAuditDialect(), try SharedData.lines(path))
        #expect(scan.sequences() == [])
    }

    @Test func `a recorded engine shows no sequence`() throws {
        let scan = try SequenceScan()
        scan.read(DockerLogDialect(), try SharedData.lines("docker/recorded/daemon.log"), path: "daemon.log")
        scan.read(DockerEventsDialect(), try SharedData.lines("docker/recorded/events.jsonl"), path: "events")
        scan.read(HTTPRequestsDialect(), try SharedData.lines("docker/recorded/requests.jsonl"), path: "requests")
        #expect(scan.sequences() == [])
    }

    @Test func `procedures that are sequences are told`() throws {
        var told: [String: [String]] = [:]
        for object in try SharedData.objects("threat/procedures.jsonl") {
            let scan = try SequenceScan()
            scan.take(try ThreatRecord(object, onRawEvent: scan.rawEvent).deployments)
            let sequences = scan.sequences()
            if !sequences.isEmpty { told[object["id"] as? String ?? ""] = sequences }
        }
        #expect(
            told == [
                "perfctl-01": ["Engine Looked Over, Container Created And Entered Without Login"],
                "storm1977-01": ["One Image Deployed As Many Workloads"],
                "xorddos-01": ["One Address Enters Many Containers Without Login"],
            ]
        )
    }
}
