import Deployments
import Judge
import Testing

/// What is one deployment, and what is several.
@Suite struct JoinerTests {
    /// Records, and which of them are one deployment, by their places.
    typealias Sample = (name: String, records: [ContainerDeployment], groups: [[Int]])

    @Test(arguments: one.indices)
    func `records that speak of one container are one deployment`(index: Int) {
        let sample = Self.one[index]
        #expect(Told.groups(sample.records) == sample.groups, "\(sample.name)")
        let reversed = Array(sample.records.reversed())
        #expect(Told.groups(reversed) == sample.groups, "\(sample.name), the other way round")
    }

    @Test(arguments: several.indices)
    func `records that may speak of several stay several`(index: Int) {
        let sample = Self.several[index]
        #expect(Told.groups(sample.records) == sample.groups, "\(sample.name)")
    }

    @Test func `the same line in two files is one record, and the same words twice in a file are two`() {
        func line(_ path: String, _ offset: Int, at seconds: Double = 0.000123) -> ContainerDeployment {
            Told.record(.dockerAPI, at: seconds, path: path, offset: offset) {
                $0.http = Told.request("/containers/create", nil, status: 201)
            }
        }
        // A time of whole seconds says little: a copy of a file has its lines at the same places.
        #expect(Told.groups([line("a", 100, at: 0), line("b", 100, at: 0)]) == [[0, 1]])
        #expect(Told.groups([line("a", 100, at: 0), line("b", 200, at: 0)]) == [[0], [1]])
        #expect(Told.groups([line("a", 0, at: 0), line("b", 0, at: 0)]) == [[0], [1]])
        #expect(Told.groups([line("a", 0), line("b", 0)]) == [[0, 1]])
        #expect(Told.groups([line("a", 0), line("b", 700)]) == [[0, 1]])
        #expect(Told.groups([line("a", 0), line("a", 100)]) == [[0], [1]])
        #expect(Told.groups([line("a", 0), line("a", 100), line("b", 0), line("b", 100)]) == [[0, 2], [1, 3]])
        #expect(Told.groups([line("a", 0), line("b", 0), line("a", 100), line("b", 100)]) == [[0, 1], [2, 3]])
        // Read again from the same place.
        #expect(Told.groups([line("a", 0), line("a", 100), line("a", 0), line("a", 100)]) == [[0, 2], [1, 3]])
    }

    @Test func `an audit event that comes from the log and from the webhook is one, and shows what either does`() {
        var logged = Told.audit("web")
        logged.visibility = .auditLevelMetadata
        logged.container.image = nil
        logged.container.imageText = nil
        var sent = Told.audit("web")
        sent.log = .init(path: "webhook", offset: 0)
        sent.event.id = logged.event.id
        var joiner = Joiner()
        let first = joiner.take(logged)
        let second = joiner.take(sent)
        #expect(second.id == first.id)
        #expect(!second.isFirst && second.isImproved)
        #expect(second.deployment.container.imageText == "nginx")
        let third = joiner.take(logged)
        #expect(third.id == first.id && !third.isFirst && !third.isImproved)
    }

    @Test func `a file that was changed in its place is another deployment, and is found again as that`() {
        func file(_ image: String) -> ContainerDeployment {
            Told.object(.kubernetesManifest, "web", .podCreate, "c", at: 0, nil, image) {
                $0.event.timestamp = nil
                $0.event.id = "web.yaml#0"
            }
        }
        var joiner = Joiner()
        let first = joiner.take(file("nginx"))
        let second = joiner.take(file("evil"))
        #expect(first.isFirst && second.isFirst)
        #expect(first.id != second.id)
        #expect(first.identity != second.identity)
        #expect(joiner.take(file("nginx")).id == first.id)
        #expect(joiner.take(file("evil")).id == second.id)
    }

    @Test func `what turns out to be one deployment keeps the id of the one told first`() {
        var joiner = Joiner()
        let asked = joiner.take(Told.asked(nil) { $0.actor.sourceIP = "203.0.113.7" })
        let made = joiner.take(Told.event("happy_noether", at: 1))
        #expect(asked.isFirst && made.isFirst && asked.id != made.id)
        let logged = joiner.take(Told.daemon(nil, id: Told.id, at: 0.5))
        #expect(logged.id == asked.id)
        #expect(logged.absorbed == [made.id])
        #expect(logged.identity == asked.identity)
        #expect(!logged.isFirst && logged.isImproved)
        #expect(logged.deployment.container.name == "happy_noether")
        #expect(logged.deployment.container.id == Told.id)
        #expect(logged.deployment.actor.sourceIP == "203.0.113.7")
        #expect(joiner.count == 1)
    }

    @Test func `the oldest make room`() {
        var joiner = Joiner(capacity: 2)
        #expect(joiner.take(Told.daemon("a")).isFirst)
        #expect(joiner.take(Told.daemon("b", at: 1)).isFirst)
        #expect(joiner.take(Told.daemon("c", at: 2)).isFirst)
        #expect(joiner.count == 2)
        #expect(joiner.take(Told.event("a")).isFirst)
        #expect(!joiner.take(Told.event("c", id: Self.other, at: 2)).isFirst)
    }

    @Test func `times beyond all bounds are not added up`() {
        var joiner = Joiner(window: .seconds(Int64.max))
        for microseconds in [Int64.min, .max, 0, .min, .max] {
            _ = joiner.take(Told.daemon("web") { $0.event.timestamp = Timestamp(microseconds: microseconds) })
            _ = joiner.take(Told.event("web") { $0.event.timestamp = Timestamp(microseconds: microseconds) })
        }
        #expect(joiner.count > 0)
    }
}
