import Deployments
import Dialects
import Testing

/// Whatever becomes of an event or a manifest, it costs itself alone.
@Suite struct KubernetesMutationTests {
    typealias Audit = KubernetesAuditTests

    /// A generator whose numbers are the same in every run (SplitMix64).
    struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
            return value ^ (value >> 31)
        }

        /// A few random changes: bytes flipped, cut out, put in, doubled.
        mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
            let pieces = [
                "\"", "{", "}", "[", "]", ",", ":", "\\", "\n", "\r", "\t", "\0", "\u{FEFF}", "---\n", "...\n", "&a ",
                "*a ", "<<: ", "!!int ", "{{", "- ", "? ", "|\n", "'", "#", "%", "\"verb\":\"create\",", "\"items\":[",
                "{\"log\":\"", "\"MESSAGE\":[1,2,", "2026-11-24T00:00:00Z stdout P ", "1e999", "-", "0x", "null",
                String(repeating: "[", count: 600), String(repeating: "{\"a\":", count: 600),
            ].map { Array($0.utf8) }
            var bytes = bytes
            for _ in 0...Int.random(in: 0..<4, using: &self) {
                let place = Int.random(in: 0...bytes.count, using: &self)
                switch Int.random(in: 0..<6, using: &self) {
                case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
                case 1 where place < bytes.count: bytes[place] = .random(in: 0...255, using: &self)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + .random(in: 1...40, using: &self)))
                case 3: bytes.removeSubrange(place...)
                case 4:
                    let other = Int.random(in: 0...bytes.count, using: &self)
                    bytes.insert(contentsOf: bytes[min(place, other)..<max(place, other)].prefix(200), at: place)
                default: bytes.insert(contentsOf: pieces.randomElement(using: &self) ?? [], at: place)
                }
            }
            return bytes
        }
    }

    static let request =
        #"{"kind":"Deployment","metadata":{"name":"x"},"spec":{"template":{"spec":{"hostPID":true,"volumes":[{"name":"h","hostPath":{"path":"/"}}],"containers":[{"name":"c","image":"a:1","args":["x"],"volumeMounts":[{"name":"h","mountPath":"/h"}]}]}}}}"#
    static let victims: [String] = {
        let events = [
            Audit.event(request: Audit.pod),
            Audit.event("create", "deployments", request: request),
            Audit.event("patch", "deployments", code: 200, request: request),
            Audit.event(
                "patch",
                "deployments",
                code: 200,
                request: #"[{"op":"add","path":"/spec/template/spec/containers/0/image","value":"b"}]"#
            ),
            Audit.event("get", code: 101, extra: #","subresource":"exec""#),
        ]
        return events + AuditEnvelopes.all.prefix(9).flatMap { $0.wrap(events[1]) }
            + [#"{"kind":"EventList","items":["# + events.joined(separator: ",") + "]}"]
    }()
    static let before = Audit.event(user: "before", request: Audit.pod.replacing("\"x\"", with: "\"p\""))
        .replacing("shop", with: "first")
    static let after = Audit.event(id: "9", user: "after", request: Audit.pod.replacing("\"x\"", with: "\"q\""))
        .replacing("shop", with: "last")

    @Test func `a mutated event never touches another`() {
        let wanted = ["before", "after"].map(Optional.some)
        let clock = ContinuousClock()
        var slowest = Duration.zero
        for seed in 0..<3_000 {
            var random = Seeded(state: UInt64(seed))
            let victim = Self.victims[seed % Self.victims.count]
            let mutant = random.mutate(Array(victim.utf8))
            // Where a line end was put in, there are two lines, as intake cuts them.
            let lines = mutant.split(separator: 10).map(Array.init)
            var dialect = KubernetesAuditDialect()
            var reading = Reading()
            let time = clock.measure {
                reading = readings(of: &dialect, [Array(Self.before.utf8)] + lines + [Array(Self.after.utf8)])
            }
            slowest = max(slowest, time)
            let told = reading.deployments.filter { ["before", "after"].contains($0.actor.userName) }
            let isWhole = told.allSatisfy { $0.defects == [] && $0.container.imageText == "a" }
            let others = reading.deployments.filter { !["before", "after"].contains($0.actor.userName) }
            // Nothing of a neighbour may turn up in what is made of the mutant.
            let isApart = others.allSatisfy { one in
                !["first", "last"].contains(one.placement.namespace)
                    && !["p", "q"].contains(one.placement.resourceName)
            }
            #expect(told.map(\.actor.userName) == wanted && isWhole && isApart, "seed \(seed)")
        }
        #expect(slowest < .seconds(2))
    }

    @Test func `a mutated manifest never touches another`() {
        let manifests = [
            KubernetesPodTests.everything,
            ManifestTrapTests.pod("securityContext: {privileged: yes}", "  hostPID: on"),
            "apiVersion: v1\nkind: List\nitems:\n- &p {kind: Pod, spec: {containers: [{name: b, image: b}]}}\n- *p\n",
            "kind: Workflow\nspec: {templates: [{resource: {manifest: \"kind: Pod\\nspec: {containers: [{image: z}]}\"}}]}\n",
        ]
        let clock = ContinuousClock()
        var slowest = Duration.zero
        for seed in 0..<3_000 {
            var random = Seeded(state: UInt64(seed) | 1 << 32)
            let mutant = random.mutate(Array(manifests[seed % manifests.count].utf8))
            var dialect = KubernetesManifestDialect()
            let first = "kind: Pod\nspec: {containers: [{name: before, image: a}]}\n---\n"
            let last = "\n---\nkind: Pod\nspec: {containers: [{name: after, image: a}]}\n"
            var reading = Reading()
            let time = clock.measure {
                reading = readings(of: &dialect, [Array(first.utf8) + mutant + Array(last.utf8)])
            }
            slowest = max(slowest, time)
            let told = reading.deployments.compactMap(\.container.name).filter { ["before", "after"].contains($0) }
            #expect(told == ["before", "after"], "seed \(seed)")
        }
        #expect(slowest < .seconds(2))
    }

    @Test(arguments: [
        ("[", "]"), ("{\"a\":", "}"), ("\"", "\""), ("\\", ""), ("{\"items\":[", ""), ("{\"image\":\"a\",\"b\":", "1}"),
        ("{\"log\":\"", ""), ("{},", ""),
    ])
    func `work grows with the size and no faster`(open: String, close: String) {
        let time = { (count: Int) in
            let body = String(repeating: open, count: count) + String(repeating: close, count: count)
            let lines = [Audit.event("create", "workflows", request: body), body, "{" + body]
            return ContinuousClock().measure { _ = readings(of: KubernetesAuditDialect(), lines) }
        }
        _ = time(1_000)
        let small = time(4_000)
        let large = time(64_000)
        // Sixteen times the bytes; a square would be 256 times the work.
        #expect(large < small * 100 + .milliseconds(50), "\(small) \(large)")
    }
}
