import Deployments
import Dialects
import Judge
import Testing

/// What a real engine's log, its events and a proxy before it told of the same minute.
@Suite struct RecordedJoiningTests {
    static func deployments(_ text: String, path: String, _ dialect: some Dialect) -> [ContainerDeployment] {
        var dialect = dialect
        var reading = Reading()
        var offset = 0
        for line in text.split(separator: "\n") {
            let bytes = Array(line.utf8) + [UInt8](repeating: 0, count: 64)
            unsafe bytes.withUnsafeBytes { buffer in
                let record = unsafe RawRecord(
                    bytes: UnsafeRawBufferPointer(rebasing: buffer[..<line.utf8.count]),
                    position: .init(path: path, offset: offset)
                )
                dialect.read(record, into: &reading)
            }
            offset += line.utf8.count + 1
        }
        dialect.finish(into: &reading)
        #expect(reading.problems == [])
        return reading.deployments
    }

    static let log = deployments(RecordedEngine.log, path: "docker.log", DockerLogDialect())
    static let events = deployments(RecordedEngine.events, path: "events", DockerEventsDialect())
    static let requests = deployments(RecordedEngine.requests, path: "haproxy.log", HTTPRequestsDialect())

    /// Each deployment as a line: what was done with what, who told of it, and from where.
    static func told(_ records: [ContainerDeployment]) -> [String] {
        var joiner = Joiner()
        var known: [String: (ContainerDeployment, Set<String>)] = [:]
        for record in records {
            let joined = joiner.take(record)
            var sources: Set<String> = known[joined.id]?.1 ?? []
            for id in joined.absorbed { sources.formUnion(known.removeValue(forKey: id)?.1 ?? []) }
            sources.insert(record.event.dataset.rawValue)
            known[joined.id] = (joined.deployment, sources)
        }
        return known.values.map { deployment, sources in
            let rights = deployment.security.privileged == true ? " privileged" : ""
            let mounts = deployment.host.mounts.map { " \($0.source.path)" }.joined()
            let command = deployment.process.args.joined(separator: " ")
            return "\(deployment.event.action.rawValue) \(deployment.container.name ?? "-")"
                + " \(deployment.container.id?.prefix(12) ?? "-") [\(command)]\(rights)\(mounts)"
                + " from \(deployment.actor.sourceIP ?? "?") by \(sources.sorted().joined(separator: "+"))"
        }.sorted()
    }

    private static let proxied = "from 198.51.100.23 by docker.api"

    static let expected = [
        "container-create admiring_kilby edc102a5eb1f [true] \(proxied)+docker.daemon+docker.events",
        "container-create competent_babbage 90101206423a [sleep 1000] /srv/lab \(proxied)+docker.daemon+docker.events",
        "container-create missing - [true] \(proxied)+docker.daemon",
        "container-create web - [true] \(proxied)+docker.daemon",
        "container-create web 86085635707e [sleep 1000] \(proxied)+docker.daemon+docker.events",
        "container-create web a44065cbb9a1 [sleep 1000] privileged \(proxied)+docker.daemon+docker.events",
        "container-exec competent_babbage 90101206423a [id] \(proxied)+docker.daemon+docker.events",
        "container-exec web - [sh -c echo a] \(proxied)+docker.daemon",
        "container-start web - [] \(proxied)+docker.daemon",
        "container-update web - [] \(proxied)+docker.daemon",
        "image-pull - - [] \(proxied)+docker.daemon",
    ]

    @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
    func `three sources tell of each container once, in whatever order they come`(order: [Int]) {
        let sources = [Self.log, Self.events, Self.requests]
        #expect(Self.told(order.flatMap { sources[$0] }) == Self.expected)
    }

    @Test func `and so they do as they come`() {
        let records = (Self.log + Self.events + Self.requests).sorted {
            ($0.event.timestamp?.microseconds ?? 0) < ($1.event.timestamp?.microseconds ?? 0)
        }
        #expect(Self.told(records) == Self.expected)
    }
}
