import Deployments
import Dialects
import Foundation
import Testing

/// Bytes that are no memory, or a wrong one, are an error and nothing worse.
@Suite struct DialectMemoryBadInputTests {
    typealias Case = DialectMemoryTests.Case

    /// What a dialect remembers of a log's first half.
    static func memory(of one: Case) throws -> [UInt8] {
        var dialect = one.makeDialect()
        var reading = Reading()
        let records = try one.load()
        for record in records.prefix(records.count * 3 / 4) {
            DialectMemoryTests.read(record, at: 0, with: &dialect, into: &reading)
        }
        return try dialect.memory()
    }

    static func error(recalling text: String, _ dialect: any RememberingDialect) -> String? {
        var dialect = dialect
        do throws(DialectMemoryError) {
            try dialect.recall(Array(text.utf8))
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        ("", "the state of docker.events cannot be read: it is no JSON of its form"),
        ("{", "the state of docker.events cannot be read: it is no JSON of its form"),
        ("[]", "the state of docker.events cannot be read: it is of another type"),
        (
            #"{"dialect":"docker.daemon","state":{},"version":1}"#,
            "the state is another dialect's, not that of docker.events"
        ),
        (
            #"{"dialect":"docker.events","state":{},"version":2}"#,
            "version 2 of docker.events's state is not known, only 1"
        ),
        (
            #"{"dialect":"docker.events","state":{},"version":1}"#,
            "the state of docker.events cannot be read: state has no capacity"
        ),
        (
            #"{"dialect":"docker.events","state":{"capacity":0,"order":[],"values":{}},"version":1}"#,
            "the state of docker.events cannot be read: state.capacity has a value that is not known"
        ),
        (
            #"{"dialect":"docker.events","state":{"capacity":9999999,"order":[],"values":{}},"version":1}"#,
            "the state of docker.events cannot be read: state.capacity has a value that is not known"
        ),
        (
            #"{"dialect":"docker.events","state":{"capacity":1,"order":["a","b"],"values":{}},"version":1}"#,
            "the state of docker.events cannot be read: state.order has a value that is not known"
        ),
        (
            #"{"dialect":"docker.events","state":{"capacity":2,"order":["a"],"values":{"b":true}},"version":1}"#,
            "the state of docker.events cannot be read: state.values has a value that is not known"
        ),
    ])
    func `the error says what is wrong`(text: String, message: String) {
        #expect(Self.error(recalling: text, DockerEventsDialect()) == message)
    }

    @Test func `a manifest has nothing to remember`() throws {
        #expect(try KubernetesManifestDialect().memory() == [])
        #expect(Self.error(recalling: "", KubernetesManifestDialect()) == nil)
        #expect(Self.error(recalling: "{}", KubernetesManifestDialect()) == "manifests are read without a state")
    }

    @Test func `an error does not tell what a container was given`() throws {
        let one = DialectMemoryTests.small[0]
        let memory = String(decoding: try Self.memory(of: one), as: UTF8.self)
        let broken = memory.replacing("\"action\":\"container-create\"", with: "\"action\":\"s3cret\"")
        let message = try #require(Self.error(recalling: broken, DockerLogDialect()))
        #expect(
            message
                == "the state of docker.daemon cannot be read: state.held.1.record.event.action has a value that is not known"
        )
    }

    @Test(arguments: DialectMemoryTests.small)
    func `numbers too large to be added to are an error`(one: Case) throws {
        let memory = String(decoding: try Self.memory(of: one), as: UTF8.self)
        for key in ["line", "lines", "offset", "nameless", "pendingExecs", "linesSinceBuild"] {
            for number in ["-1", "9223372036854775807", "1e300"] {
                let broken = memory.replacing(try Regex("\"\(key)\":[0-9]+"), with: "\"\(key)\":\(number)")
                guard broken != memory else { continue }
                #expect(Self.error(recalling: broken, one.makeDialect()) != nil, "\(key) \(number)")
            }
        }
    }

    @Test(arguments: DialectMemoryTests.small)
    func `whatever becomes of the bytes, they are refused or read on with`(one: Case) throws {
        let memory = try Self.memory(of: one)
        let records = try one.load()
        var random = KubernetesMutationTests.Seeded(state: 41)
        var refused = 0
        for _ in 0..<400 {
            var dialect = one.makeDialect()
            do throws(DialectMemoryError) {
                try dialect.recall(random.mutate(memory))
            } catch {
                refused += 1
                continue
            }
            var reading = Reading()
            for record in records { DialectMemoryTests.read(record, at: 0, with: &dialect, into: &reading) }
            dialect.finish(into: &reading)
        }
        #expect(refused > 200)
    }

    @Test func `deep bytes are refused`() {
        let deep = String(repeating: "[", count: 100_000)
        let text = #"{"dialect":"docker.events","version":1,"state":"# + deep
        #expect(Self.error(recalling: text, DockerEventsDialect()) != nil)
    }
}
