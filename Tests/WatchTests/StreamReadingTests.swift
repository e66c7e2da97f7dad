import Deployments
import Dialects
import Ledger
import LiveIntake
import Testing

@testable import Watch

/// What is stored of a source that cannot give its records again.
@Suite struct StreamReadingTests {
    private func event(_ verb: String, _ name: String) -> String {
        let pod =
            #"{"kind":"Pod","metadata":{"name":"\#(name)"},"spec":{"containers":[{"name":"c","image":"\#(name):1"}]}}"#
        return """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"\(verb)-\(name)",\
            "stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods","verb":"\(verb)",\
            "user":{"username":"bob"},"objectRef":{"resource":"pods","namespace":"shop","name":"\(name)",\
            "apiVersion":"v1"},"responseStatus":{"code":201}\(verb == "create" ? ",\"requestObject\":\(pod)" : "")}
            """
    }

    private func batch(_ number: Int, _ text: String) -> LiveBatch {
        let record = LiveRecord(bytes: Array(text.utf8), position: .init(path: "s", offset: number))
        return LiveBatch(stream: "s", records: [record], cursor: String(number))
    }

    /// Reads a batch; what is to be stored, and how many deployments it told.
    private func read(
        _ stream: inout StreamReading,
        _ number: Int,
        _ text: String
    ) throws -> (entry: StreamEntry, deployments: Int) {
        var reading = Reading()
        var count = 0
        let batch = batch(number, text)
        stream.read(batch, into: &reading) { reading, _, isKnown in
            if !isKnown { count += reading.deployments.count }
            reading.removeAll()
        }
        return (try #require(try stream.entry(batch, of: "source", now: .now)), count)
    }

    @Test func `a batch stores what it changes, and one that changes nothing stores nothing`() throws {
        var stream = StreamReading(KubernetesAuditDialect(), isReplayable: false, now: .now)
        let first = try read(&stream, 1, event("create", "a"))
        #expect(first.entry.checkpoint != nil && first.entry.changes.isEmpty)
        let second = try read(&stream, 2, event("create", "b"))
        #expect(second.entry.checkpoint == nil && second.deployments == 1)
        #expect((1..<256).contains(second.entry.changes.count))
        let third = try read(&stream, 3, event("get", "b"))
        #expect(third.entry.checkpoint == nil && third.entry.changes.isEmpty)
        #expect(third.entry.cursor == "3" && third.entry.recordsSince == 0)
        // After a restart all of it is known: nothing is told again.
        let checkpoint = StreamEntry.Checkpoint(
            cursor: "1",
            memory: try #require(first.entry.checkpoint).memory,
            changes: [second.entry.changes]
        )
        var again = try StreamReading(
            KubernetesAuditDialect(),
            isReplayable: false,
            goingOnWith: StreamEntry(source: "source", stream: "s", cursor: "3", checkpoint: checkpoint),
            now: .now
        )
        for name in ["a", "b"] { #expect(try read(&again, 4, event("create", name)).deployments == 0) }
        let news = try read(&again, 5, event("create", "c"))
        #expect(news.deployments == 1 && news.entry.checkpoint == nil && !news.entry.changes.isEmpty)
    }

    @Test func `a state that cannot say what has changed is stored when it is another`() throws {
        let line = #"{"method":"POST","target":"/containers/create?name=\#("a")","body":{"Image":"x"}}"#
        var stream = StreamReading(HTTPRequestsDialect(), isReplayable: false, now: .now)
        #expect(try read(&stream, 1, line).entry.checkpoint != nil)
        #expect(try read(&stream, 2, #"{"method":"GET","target":"/info"}"#).entry.checkpoint == nil)
        let other = try read(&stream, 3, line.replacing("name=a", with: "name=b"))
        #expect(other.entry.checkpoint?.cursor == "3")
    }
}
