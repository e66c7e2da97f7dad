import Deployments
import Dialects
import Testing

/// Hostile input: seeded mutations of good logs, and shuffles of what many clients ask at once.
@Suite struct DockerMutationTests {
    /// A small generator (SplitMix64), so that a failure can be seen again.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
            return value ^ (value >> 31)
        }
    }

    static let log: [String] = (0..<6).flatMap { index in
        [
            #"time="2026-11-24T00:00:0\#(index)Z" level=debug msg="Calling POST /v1.41/containers/create?name=c\#(index)""#,
            #"time="2026-11-24T00:00:0\#(index)Z" level=debug msg="form data: {\"Cmd\":[\"echo\"],\"HostConfig\":{\"Binds\":[\"/opt/c\#(index):/h\"]},\"Image\":\"i\#(index)\",\"Labels\":{\"who\":\"c\#(index)\"}}""#,
            #"time="2026-11-24T00:00:0\#(index)Z" level=debug msg="Calling POST /v1.41/containers/c\#(index)/start""#,
            #"{"MESSAGE":"time=\"2026-11-24T00:00:0\#(index)Z\" level=debug msg=\"handling POST request\" form-data=\"{\\\"Image\\\":\\\"j\#(index)\\\",\\\"Labels\\\":{\\\"who\\\":\\\"d\#(index)\\\"}}\" method=POST request-url=\"/v1.51/containers/create?name=d\#(index)\""}"#,
            #"{"time":"2026-11-24T00:00:0\#(index)Z","method":"POST","target":"/v1.41/containers/create?name=e\#(index)","body":{"Image":"k\#(index)","Labels":{"who":"e\#(index)"}}}"#,
        ]
    }

    /// Records that have a name and another's body.
    static func mismatches(_ found: [ContainerDeployment]) -> [String] {
        found.compactMap { one in
            guard let name = one.container.name, let label = one.container.labels.first(where: { $0.hasPrefix("who=") })
            else { return nil }
            return label == "who=\(name)" ? nil : "\(name) has the body of \(label)"
        }
    }

    static func mutate(_ bytes: inout [UInt8], _ random: inout Generator) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 3: bytes.removeSubrange(place...)
        case 4: bytes.insert(contentsOf: [0, 0xff, 0xc3], at: place)
        case 5: bytes.insert(contentsOf: Array("\"\\{[}]:,".utf8).shuffled(using: &random), at: place)
        case 6: bytes.insert(10, at: place)
        default: bytes.insert(contentsOf: [UInt8](repeating: UInt8(ascii: "["), count: 600), at: place)
        }
    }

    @Test(arguments: 0..<8)
    func `no mutation of a log is a crash`(seed: Int) {
        var random = Generator(state: UInt64(seed))
        let original = Array((Self.log.joined(separator: "\n") + "\n").utf8)
        for _ in 0..<150 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty { Self.mutate(&bytes, &random) }
            let found = [
                readings(of: DockerLogDialect(), lines: bytes), readings(of: HTTPRequestsDialect(), lines: bytes),
                readings(of: DockerEventsDialect(), lines: bytes),
            ]
            #expect(found[0].deployments.count <= 64)
            #expect(found.flatMap(\.problems).allSatisfy { (0...bytes.count).contains($0.position.offset) })
        }
    }

    /// Lines of clients that each ask for one container after the other, in any order that keeps each client's own.
    static func interleaved(_ random: inout Generator, isEachLogged: Bool) -> [String] {
        var clients = (0..<4).map { client in
            (0..<4).flatMap { index -> [String] in
                let name = "c\(client)x\(index)"
                let line = #"level=debug msg="Calling POST /v1.41/containers/create?name=\#(name)""#
                let body =
                    #"level=debug msg="form data: {\"Image\":\"i\",\"HostConfig\":{},\"Labels\":{\"who\":\"\#(name)\"}}""#
                let isLogged = isEachLogged || Int.random(in: 0..<3, using: &random) > 0
                let start = #"level=debug msg="Calling POST /v1.41/containers/\#(name)/start""#
                return isLogged ? [line, body, start] : [line, start]
            }
        }
        var lines: [String] = []
        while let client = clients.indices.filter({ !clients[$0].isEmpty }).randomElement(using: &random) {
            lines.append(clients[client].removeFirst())
        }
        return lines
    }

    @Test(arguments: [true, false])
    func `whatever the order of many clients' lines, none gets another's body`(isEachLogged: Bool) {
        var random = Generator(state: isEachLogged ? 1 : 2)
        var (named, nameless) = (0, 0)
        for _ in 0..<300 {
            let found = readings(of: DockerLogDialect(), Self.interleaved(&random, isEachLogged: isEachLogged))
                .deployments
            #expect(Self.mismatches(found) == [])
            let creates = found.filter { $0.event.action == .containerCreate }
            #expect(creates.count == 16)
            named += creates.count { $0.container.name != nil }
            nameless += creates.count { $0.container.name == nil }
            // Every body that the daemon wrote is told, by whosever name.
            if isEachLogged { #expect(creates.allSatisfy { !$0.container.labels.isEmpty }) }
        }
        #expect(named > 0 && nameless > 0)
    }

    @Test(arguments: ["[", "{\"a\":"])
    func `nesting without end is reported`(bracket: String) {
        let deep = String(repeating: bracket, count: 10_000)
        let line = #"{"method":"POST","target":"/containers/create","body":{"Image":"a","x":\#(deep)"#
        let reading = readings(of: HTTPRequestsDialect(), [line])
        #expect(reading.deployments.isEmpty)
        #expect(reading.problems.count == 1)
    }

    @Test func `a body as deep as the daemon takes is read`() {
        let deep = String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000)
        let body = #"{\"Image\":\"a\",\"HostConfig\":{\"Privileged\":true},\"x\":\#(deep)}"#
        let reading = readings(
            of: HTTPRequestsDialect(),
            [#"{"method":"POST","target":"/containers/create","body":"\#(body)"}"#]
        )
        #expect(reading.deployments.map(\.security.privileged) == [true])
        #expect(reading.problems == [])
    }

    @Test func `bytes that are no text are reported, and the request read as the daemon reads it`() {
        var bytes = Array(#"{"method":"POST","target":"/containers/create","body":{"Image":"a","Labels":{"x":""#.utf8)
        bytes += [0xff, 0xfe] + Array(#""},"HostConfig":{"Privileged":true}}}"#.utf8)
        let reading = readings(of: HTTPRequestsDialect(), lines: bytes)
        #expect(reading.deployments.map(\.security.privileged) == [true])
        #expect(reading.deployments.map(\.defects) == [[.invalidUTF8]])
        #expect(reading.problems.count == 1)
    }

    @Test func `an oversized record is a finding and a problem, and was not read`() {
        var dialect = HTTPRequestsDialect()
        var reading = Reading()
        let bytes = Array(Self.log[4].utf8)
        unsafe bytes.withUnsafeBytes {
            dialect.read(
                unsafe RawRecord(bytes: $0, position: .init(path: "x", offset: 7), defects: [.oversized]),
                into: &reading
            )
        }
        #expect(reading.deployments.map(\.defects) == [[.oversized]])
        #expect(reading.deployments.map(\.log?.offset) == [7])
        #expect(reading.problems.map(\.position.offset) == [7])
    }
}
