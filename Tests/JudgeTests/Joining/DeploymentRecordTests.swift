import Deployments
import Judge
import Testing

/// Deployments as the ledger keeps them.
@Suite struct DeploymentRecordTests {
    @Test func `a record is read again as it was written`() throws {
        var joiner = Joiner()
        _ = joiner.take(Told.daemon("web", id: Told.id))
        let joined = joiner.take(Told.event("web"))
        let record = try DeploymentRecord(decoding: joined.record)
        #expect(record.deployment == joined.deployment)
        #expect(record.identity == joined.identity)
        #expect(record.keys == joined.keys)
        #expect(record.encoded() == joined.record)
    }

    @Test(arguments: [
        ("", "the record is no JSON of its form"),
        ("{}", "the record has no v"),
        (#"{"v":2}"#, "the record's v has a value that is not known"),
        (#"{"v":"1"}"#, "the record's v is of another type"),
        (#"{"v":1}"#, "the record has no deployment"),
        (#"{"v":1,"deployment":{"v":9}}"#, "the record's deployment.v has a value that is not known"),
    ])
    func `bytes that are no record are an error that says why`(text: String, message: String) {
        #expect {
            try DeploymentRecord(decoding: Array(text.utf8))
        } throws: {
            "\($0)" == message
        }
    }

    @Test func `whatever becomes of a record's bytes, it is refused or read`() {
        let bytes = DeploymentRecord(first: Told.daemon("web")).encoded()
        var random = JoinerPropertyTests.Generator(seed: 3)
        var refused = 0
        for _ in 0..<2_000 {
            var broken = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: broken.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: broken[place] = .random(in: 0...255, using: &random)
                case 1: broken.removeSubrange(place..<min(broken.count, place + 9))
                default: broken.insert(contentsOf: "99999999999999999999".utf8, at: place)
                }
            }
            guard let record = try? DeploymentRecord(decoding: broken) else {
                refused += 1
                continue
            }
            var joiner = Joiner()
            joiner.recall(id: "a", record: record)
            _ = joiner.take(Told.event("web"))
        }
        #expect(refused > 500)
    }
}
