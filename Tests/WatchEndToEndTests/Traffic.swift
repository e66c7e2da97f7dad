import Foundation

/// Half an hour of one place's logs: an API server's audit log, a Docker daemon's, and an access log before Docker engines.
///
/// Most records are no deployments. Among the others are dangerous ones, deployments that two logs tell of, and
/// sequences that are complete only rounds after they began. The same for the same start.
struct Traffic {
    /// What each log gains in half a minute, in the order of time.
    struct Round {
        var audit: String
        var daemon: String
        var access: String
        var records: Int
    }

    private static let seconds = 30

    /// When the first record is, in whole seconds.
    let start: Date
    var rounds = 60
    /// Records of a round that are no deployments, by their log.
    var noise = (audit: 300, daemon: 15_900, access: 420)
    /// Pods that are made in a round, beside the dangerous ones.
    var pods = 40

    /// Traffic of which the last record is of a while ago.
    init(rounds: Int = 60) {
        start = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 - 7_200).rounded())
        self.rounds = rounds
    }

    /// A few minutes, with little between the deployments.
    static func short(rounds: Int = 8, pods: Int = 20) -> Traffic {
        var traffic = Traffic(rounds: rounds)
        // The daemon's deployments are told once 512 more lines have come.
        traffic.noise = (audit: 60, daemon: 1_800, access: 120)
        traffic.pods = pods
        return traffic
    }

    /// The rule that the last records of all complete: once it has found them, all before them is correlated.
    static let last = (user: "last", rule: "473c6ac8-977a-4372-a129-82c2392912ea")

    func round(_ number: Int) -> Round {
        var lines = Lines(start: start.addingTimeInterval(Double(number * Self.seconds)), number: number)
        noise(&lines)
        for index in 0..<pods {
            lines.pod("user-\(index % 7)", "web-\(number)-\(index)", "shop-\(index % 3)", index, .plain)
        }
        for index in 0..<6 { lines.pod("user-\(index)", "bad-\(number)-\(index)", "shop", 41 + index, .privileged) }
        for index in 0..<8 {
            lines.container("c-\(number)-\(index)", at: 3 + index, isPrivileged: index % 4 == 0)
        }
        // The proxy tells of it a round later.
        for index in 0..<3 { lines.container("pair-\(number)-\(index)", at: 12 + index, isPrivileged: index == 0) }
        if number > 0 {
            for index in 0..<3 { lines.request("pair-\(number - 1)-\(index)", "198.51.100.\(number)", 201, at: index) }
        }
        sequences(number, &lines)
        if number == rounds - 1 {
            for index in 0..<10 { lines.pod(Self.last.user, "last-\(index)", "ns-\(index)", 100 + index, .plain) }
        }
        return lines.round
    }

    private func noise(_ lines: inout Lines) {
        for second in 0..<Self.seconds {
            lines.idle(noise.audit / Self.seconds, noise.daemon / Self.seconds, noise.access / Self.seconds, second)
        }
    }

    /// What begins in a round and goes on in the next ones.
    private func sequences(_ number: Int, _ lines: inout Lines) {
        for (age, first) in [(0, number), (1, number - 1), (2, number - 2), (3, number - 3)] where first >= 0 {
            // Ten namespaces within ten minutes.
            if first % 5 == 0, age < 3 {
                for index in (age * 4)..<min(10, age * 4 + 4) {
                    lines.pod("spread-\(first)", "s-\(index)", "ns-\(index)", 50 + index, .plain)
                }
            }
            // Refused in four namespaces, then not.
            if first % 6 == 0, age < 3 {
                for index in 0..<(age == 2 ? 0 : 2) {
                    lines.pod("tries-\(first)", "t", "ns-\(2 * age + index)", 62 + index, .refused)
                }
                if age == 2 { lines.pod("tries-\(first)", "t", "ns-9", 64, .plain) }
            }
            // Looked over, created, entered.
            if first % 7 == 0, age < 3 {
                let user = "looks-\(first)"
                if age == 0 {
                    for (index, kind) in ["secrets", "nodes", "namespaces", "roles"].enumerated() {
                        lines.list(kind, user, 66 + index)
                    }
                }
                if age == 1 { lines.pod(user, "l-\(first)", "web", 70, .plain) }
                if age == 2 { lines.exec(user, "l-\(first)", "web", 71) }
            }
            // Pods that can write a node, and are removed soon.
            if first % 8 == 0, age < 3 {
                lines.pod("brief-\(first)", "b-\(age)", "web", 72, .hostWriting)
                lines.remove("brief-\(first)", "b-\(age)", "web", 90)
            }
            // Refused ten times by an engine, then not; and ten containers of one address.
            if first % 4 == 0 {
                let address = "203.0.113.\(first + 1)"
                for index in 0..<(age < 2 ? 5 : 0) {
                    lines.request("r-\(first)-\(age)-\(index)", address, 403, at: 6 + index)
                }
                for index in 0..<(age > 1 ? 5 : 0) {
                    lines.request("m-\(first)-\(age)-\(index)", address, 201, at: 14 + index)
                }
            }
        }
    }
}

/// The lines of a round as they are gathered, each log's by their seconds.
private struct Lines {
    enum Kind { case plain, privileged, hostWriting, refused }

    let start: Date
    let number: Int
    private var audit: [(place: Int, text: String)] = []
    private var daemon: [(place: Int, text: String)] = []
    private var access: [(place: Int, text: String)] = []
    private var records = 0

    init(start: Date, number: Int) {
        self.start = start
        self.number = number
    }

    var round: Traffic.Round {
        Traffic.Round(audit: Self.text(audit), daemon: Self.text(daemon), access: Self.text(access), records: records)
    }

    private static func text(_ lines: [(place: Int, text: String)]) -> String {
        // In the order of time, and lines of one time as they were made.
        let order = lines.indices.sorted { (lines[$0].place, $0) < (lines[$1].place, $1) }
        return order.map { lines[$0].text }.joined()
    }

    /// `2026-11-24T10:00:00`, so many seconds into the round.
    private func time(_ second: Int) -> String {
        start.addingTimeInterval(Double(second)).formatted(.iso8601.timeZoneSeparator(.omitted)).replacing(
            "Z",
            with: ""
        )
    }

    /// As in an access log: `24/Nov/2026:10:00:00 +0000`.
    private func logTime(_ second: Int) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = time(second).split { "-T".contains($0) }
        return "\(parts[2])/\(months[(Int(parts[1]) ?? 1) - 1])/\(parts[0]):\(parts[3]) +0000"
    }

    // MARK: What is no deployment

    mutating func idle(_ audits: Int, _ daemons: Int, _ accesses: Int, _ second: Int) {
        let (time, logTime) = (time(second), logTime(second))
        let event = """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"n-\(number)-\(second)-ID",\
            "stage":"ResponseComplete","requestURI":"/healthz","verb":"get","user":{"username":"system:apiserver"},\
            "responseStatus":{"code":200},"stageTimestamp":"\(time).000000Z"}

            """
        for index in 0..<audits { audit.append((1_000 * second, event.replacing("ID", with: String(index)))) }
        let called = "time=\"\(time).000000000Z\" level=debug msg=\"Calling GET /_ping\"\n"
        daemon.append((1_000 * second, String(repeating: called, count: daemons)))
        let asked = "192.0.2.10 - - [\(logTime)] \"GET /a HTTP/1.1\" 200 5 \"-\" \"-\"\n"
        access.append((1_000 * second, String(repeating: asked, count: accesses)))
        records += audits + daemons + accesses
    }

    // MARK: Kubernetes

    /// Each at a millisecond of its own.
    private mutating func event(_ user: String, _ index: Int, _ code: Int, _ verb: String, _ more: String) {
        // 250 places of 120 milliseconds.
        let place = index % 250 * 120 + Int(user.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }) % 119
        let stamp = "\(time(place / 1_000)).\(String(1_000 + place % 1_000).dropFirst())\(100 + index)Z"
        audit.append(
            (
                place,
                """
                {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"\(user)-\(number)-\(index)-\(verb)",\
                "stage":"ResponseComplete","verb":"\(verb)","user":{"username":"\(user)"},"sourceIPs":["192.0.2.7"],\
                "responseStatus":{"code":\(code)},"requestReceivedTimestamp":"\(stamp)","stageTimestamp":"\(stamp)",\(more)}

                """
            )
        )
        records += 1
    }

    mutating func pod(_ user: String, _ name: String, _ namespace: String, _ index: Int, _ kind: Kind) {
        let container =
            switch kind {
            case .privileged: #","securityContext":{"privileged":true}"#
            case .hostWriting: #","volumeMounts":[{"name":"h","mountPath":"/h"}]"#
            case .plain, .refused: ""
            }
        let volumes = kind == .hostWriting ? #","volumes":[{"name":"h","hostPath":{"path":"/"}}]"# : ""
        event(
            user,
            index,
            kind == .refused ? 403 : 201,
            "create",
            """
            "requestURI":"/api/v1/namespaces/\(namespace)/pods",\
            "objectRef":{"resource":"pods","namespace":"\(namespace)","name":"\(name)","apiVersion":"v1"},\
            "requestObject":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"\(name)"},"spec":{"containers":[\
            {"name":"web","image":"nginx:1.27"\(container)}]\(volumes)}}
            """
        )
    }

    mutating func list(_ kind: String, _ user: String, _ index: Int) {
        event(
            user,
            index,
            200,
            "list",
            #""requestURI":"/api/v1/\#(kind)","objectRef":{"resource":"\#(kind)","apiVersion":"v1"}"#
        )
    }

    mutating func exec(_ user: String, _ name: String, _ namespace: String, _ index: Int) {
        event(
            user,
            index,
            101,
            "create",
            """
            "requestURI":"/api/v1/namespaces/\(namespace)/pods/\(name)/exec?command=sh&container=web",\
            "objectRef":{"resource":"pods","namespace":"\(namespace)","name":"\(name)","apiVersion":"v1","subresource":"exec"}
            """
        )
    }

    mutating func remove(_ user: String, _ name: String, _ namespace: String, _ index: Int) {
        event(
            user,
            index,
            200,
            "delete",
            """
            "requestURI":"/api/v1/namespaces/\(namespace)/pods/\(name)",\
            "objectRef":{"resource":"pods","namespace":"\(namespace)","name":"\(name)","apiVersion":"v1"}
            """
        )
    }

    // MARK: Docker

    /// A container that the daemon's log tells of at debug level.
    mutating func container(_ name: String, at second: Int, isPrivileged: Bool) {
        let stamp = "\(time(second)).\(100_000_000 + number * 1_000 + second)Z"
        let id = String(
            repeating: String(name.utf8.reduce(UInt64(7)) { $0 &* 1_099_511_628_211 ^ UInt64($1) }, radix: 16),
            count: 8
        )
        .prefix(64)
        daemon.append(
            (
                1_000 * second + 500,
                """
                time="\(stamp)" level=debug msg="Calling POST /v1.41/containers/create?name=\(name)"
                time="\(stamp)" level=debug msg="form data: {\\"Cmd\\":[\\"sleep\\",\\"9\\"],\\"HostConfig\\":\
                {\\"Privileged\\":\(isPrivileged)},\\"Image\\":\\"busybox:1.36\\"}"
                time="\(stamp)" level=debug msg="container mounted via layerStore: &{/d/\(name) 0x1 0x1}" container=\(id)

                """
            )
        )
        records += 3
    }

    /// The same, or another engine's, as a proxy before it tells.
    mutating func request(_ name: String, _ address: String, _ code: Int, at second: Int) {
        let line =
            "\(address) - - [\(logTime(second))] \"POST /v1.41/containers/create?name=\(name) HTTP/1.1\" \(code) 88 \"-\" \"-\"\n"
        access.append((1_000 * second + 500, line))
        records += 1
    }
}
