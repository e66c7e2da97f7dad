import Deployments
import Foundation
import Testing

@testable import Dialects

/// A state and what has changed of it is the state that there is now.
@Suite struct DialectChangesTests {
    /// Reads records in pieces; after each, what was stored, with the changes on top, is what the dialect knows.
    ///
    /// - Returns: how many bytes were stored as a whole, and as changes.
    @discardableResult
    private func read(
        _ records: [[UInt8]],
        inPiecesOf size: Int,
        _ makeDialect: () -> any JournalingDialect
    ) throws -> (whole: Int, changes: Int) {
        var dialect: any RememberingDialect = makeDialect()
        var stored = makeDialect()
        var sizes = (whole: 0, changes: 0)
        var offset = 0
        for start in stride(from: 0, to: records.count, by: size) {
            var reading = Reading()
            for record in records[start..<min(start + size, records.count)] {
                DialectMemoryTests.read(record, at: offset, with: &dialect, into: &reading)
                offset += record.count + 1
            }
            var journaling = try #require(dialect as? any JournalingDialect)
            let changes = journaling.takeChanges()
            dialect = journaling
            let memory = try dialect.memory()
            if let changes {
                try stored.recall(changes: changes)
                sizes.changes += changes.count
            } else {
                stored = makeDialect()
                try stored.recall(memory)
                sizes.whole += memory.count
            }
            let isSame = try stored.memory() == memory
            try #require(isSame, "after record \(start)")
        }
        return sizes
    }

    private func watch(_ type: String, _ name: String, image: String) -> [UInt8] {
        Array(
            """
            {"type":"\(type)","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"\(name)","namespace":"shop"},\
            "spec":{"containers":[{"name":"c","image":"\(image)"}]}}}
            """.utf8
        )
    }

    @Test(arguments: [1, 3]) func `of a cluster's watch it is the containers that were told`(size: Int) throws {
        let records = (0..<40).map { watch($0 % 3 == 0 ? "MODIFIED" : "ADDED", "p\($0 % 7)", image: "a:\($0 % 5)") }
        let sizes = try read(records, inPiecesOf: size) { KubernetesWatchDialect() }
        #expect(sizes.whole == 0 && sizes.changes > 0)
        // What was told before changes nothing.
        #expect(
            try read(Array(repeating: records[0], count: 2), inPiecesOf: 2) { KubernetesWatchDialect() }.changes > 0
        )
        var dialect = KubernetesWatchDialect()
        try dialect.recall(Array("a\n".utf8))
        #expect(dialect.takeChanges() == [])
    }

    @Test(arguments: [1, 7]) func `of an audit log it is small, whatever is remembered already`(size: Int) throws {
        let pod = KubernetesAuditTests.pod
        let records = (0..<200).map { number in
            let asked = pod.replacing(#""image":"a""#, with: #""image":"a-\(number)""#)
            return Array(KubernetesAuditTests.event(id: "\(number)", request: asked).utf8)
        }
        let sizes = try read(records, inPiecesOf: size) { KubernetesAuditDialect() }
        #expect(sizes.changes > 0 && sizes.changes < 100 * 200, "\(sizes)")
        // Nothing of it had to be stored as a whole.
        #expect(sizes.whole == 0)
    }

    @Test(
        .enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"),
        arguments: ["audit.jsonl", "audit-allstages.jsonl", "audit-eventlists.jsonl", "audit-metadata-level.jsonl"]
    )
    func `of a recorded audit log it is the same state`(name: String) throws {
        let bytes = [UInt8](try Data(contentsOf: SharedData.root.appending(path: "kubernetes/\(name)")))
        let records = bytes.split(separator: 10).map(Array.init)
        let sizes = try read(records, inPiecesOf: max(1, records.count / 50)) { KubernetesAuditDialect() }
        #expect(sizes.changes > 0 || sizes.whole > 0)
    }

    @Test func `lines that wait for their rest are stored as a whole`() throws {
        let event = KubernetesAuditTests.event(request: KubernetesAuditTests.pod)
        let parts = [
            "2026-11-24T00:00:00.000000000Z stdout P " + event.prefix(100),
            "2026-11-24T00:00:00.000000000Z stdout F " + event.dropFirst(100),
        ]
        #expect(try read(parts.map { Array($0.utf8) }, inPiecesOf: 1) { KubernetesAuditDialect() }.whole > 0)
    }

    @Test func `changes that are none are refused`() throws {
        for bytes in [[UInt8]]([[1], [1, 0, 0, 0, 0, 0, 0, 0], [1, 9, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]]) {
            var dialect = KubernetesAuditDialect()
            #expect(throws: DialectMemoryError.self) { try dialect.recall(changes: bytes) }
        }
        var unknown = KubernetesAuditDialect()
        #expect(throws: DialectMemoryError.self) {
            try unknown.recall(changes: [77] + [UInt8](repeating: 0, count: 15))
        }
        var watch = KubernetesWatchDialect()
        #expect(throws: DialectMemoryError.self) { try watch.recall(changes: Array("cut".utf8)) }
    }

    @Test func `what changes for long without being asked is a whole`() throws {
        var changes = MemoryChanges()
        for key in 0..<20_000 { changes.note(1, UInt64(key)) }
        #expect(changes.take() == nil)
        #expect(changes.take() == [])
        changes.note(2, 7, [8, 9])
        #expect(
            try MemoryChanges.changes(in: changes.take() ?? []) == [.init(part: 2, key: 7, others: [8, 9])]
        )
    }
}
