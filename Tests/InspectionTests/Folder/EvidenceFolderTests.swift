import Foundation
@testable import Inspection
import Posture
import Testing

@Suite struct EvidenceFolderTests {
    private static func folder(_ files: [String: String]) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "evidence-\(UUID())")
        for (name, text) in files {
            let url = path.appending(path: name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
        return path.path
    }

    @Test func `what kubectl writes is evidence of a cluster`() throws {
        let path = try Self.folder([
            "cluster/pods.json": #"{"kind":"List","items":[{"kind":"Pod","metadata":{"name":"a","namespace":"n"}}]}"#,
            "cluster/networkpolicies.yaml": "kind: List\nitems: []\n", "cluster/notes.txt": "x",
            "cluster/services.json": "{",
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let evidence = try EvidenceFolder(path).read()
        guard case .absent = evidence.host else {
            Issue.record("there is no host in it")
            return
        }
        let cluster = try #require(evidence.cluster.value)
        #expect(cluster.objects("Pod").value?.map(\.name) == ["a"])
        #expect(cluster.objects("NetworkPolicy") == .known([]))
        guard case .unreadable(let reason) = cluster.objects("Service") else {
            Issue.record("half a list is none")
            return
        }
        #expect(reason.hasPrefix("services.json: "))
    }

    @Test func `a host's evidence that is broken is unreadable, with its place`() throws {
        let path = try Self.folder([
            "host.json": #"{"name": "h", "collectedAt": 1, "processes": {"known": [{"id": "x"}]}}"#
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        guard case .unreadable(let reason) = try EvidenceFolder(path).read().host else {
            Issue.record("it was read")
            return
        }
        #expect(reason == "\(path)/host.json: processes.known[0].id: this is no value of its kind")
    }

    @Test func `a folder without evidence is an error that says what to do`() throws {
        let path = try Self.folder(["x": ""])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: EvidenceFolder.Failure.self) { try EvidenceFolder(path).read() }
        #expect(
            error?.description
                == "\(path): it holds neither host.json nor cluster/; make such a folder with 'tidewaiter audit collect'"
        )
        #expect(throws: EvidenceFolder.Failure.self) { try EvidenceFolder("\(path)/none").read() }
        #expect(throws: EvidenceFolder.Failure.self) { try EvidenceFolder(path).write(Evidence()) }
    }
}
