import Deployments
import Dialects
import Testing

/// What YAML and those who write it do to a manifest.
@Suite struct ManifestTrapTests {
    @Test func `a manifest that stands as text is read in YAML's flow style, too`() {
        let job = #"{"kind": Job, spec: {template: {spec: {containers: [{name: a, image: evil}]}}}}"#
        let text =
            "{apiVersion: argoproj.io/v1alpha1, kind: Workflow, spec: {templates: [{resource: {manifest: '\(job)'}}]}}"
        let reading = readings(of: KubernetesManifestDialect(), [text])
        #expect(reading.problems == [])
        #expect(reading.deployments.map(\.container.imageText) == ["evil"])
    }

    static func reading(_ text: String) -> Reading { readings(of: KubernetesManifestDialect(), [text]) }

    static func pod(_ container: String, _ spec: String = "") -> String {
        "kind: Pod\nspec:\n  containers:\n  - {name: c, image: a, \(container)}\n\(spec)"
    }

    @Test(
        arguments: [
            ("yes", true), ("on", true), ("True", true), ("y", true), ("no", false), ("Off", false), ("n", false),
            ("~", nil), ("null", nil), ("!!bool yes", true),
        ] as [(String, Bool?)]
    )
    func `booleans are those of the API server's tools`(text: String, value: Bool?) {
        let found = Self.reading(Self.pod("securityContext: {privileged: \(text)}")).deployments
        #expect(found.map(\.security.privileged) == [value])
        #expect(found.map(\.defects) == [[]])
    }

    @Test(arguments: ["'yes'", "\"true\"", "!!str true"])
    func `text where a boolean belongs is refused by the server and told`(text: String) {
        let found = Self.reading(Self.pod("securityContext: {privileged: \(text)}")).deployments
        #expect(found.map(\.security.privileged) == [nil])
        #expect(found.map(\.defects) == [[.wrongType]])
    }

    @Test(
        arguments: [
            ("0", "0"), ("00", "0"), ("0o17", "15"), ("017", "15"), ("0x1F", "31"), ("1_000", "1000"), ("1e3", "1000"),
            ("09", "9"), ("1:30", nil), ("2024-01-01", nil), ("-1", "-1"), ("'0'", nil), ("!!int \"0\"", "0"),
        ] as [(String, String?)]
    )
    func `numbers are those of the API server's tools`(text: String, value: String?) {
        let found = Self.reading(Self.pod("securityContext: {runAsUser: \(text)}")).deployments
        #expect(found.map(\.security.runAsUser) == [value])
    }

    @Test func `text that looks like a number or a time stays text where it is one`() {
        let found = Self.reading(
            Self.pod("env: [{name: A, value: 1:30}, {name: B, value: '08'}, {name: C, value: 2024-01-01}]")
        )
        #expect(found.deployments.map(\.process.environment) == [["A=1:30", "B=08", "C=2024-01-01"]])
    }

    @Test func `anchors, aliases and merge keys are what they stand for`() throws {
        let found = Self.reading(
            """
            kind: Pod
            metadata:
              x: &rights {securityContext: {privileged: true}, image: base}
              y: &more {image: other, workingDir: /w}
            spec:
              hostPID: &on true
              hostNetwork: *on
              containers:
              - {<<: *rights, name: a}
              - {<<: [*rights, *more], name: b}
              - {<<: *rights, name: c, image: own}
            """
        )
        #expect(found.problems == [])
        #expect(
            found.deployments.map(\.container.imageText) == ["base", "base", "own"]
        )
        #expect(found.deployments.map(\.security.privileged) == [true, true, true])
        #expect(found.deployments.map(\.process.workingDirectory) == [nil, "/w", nil])
        #expect(found.deployments.allSatisfy { $0.host.namespaces == [.pid, .network] && $0.defects == [] })
    }

    @Test func `a key written twice is told, and the last counts`() {
        for text in [
            Self.pod("securityContext: {privileged: false, privileged: true}"),
            #"{"kind":"Pod","spec":{"containers":[{"name":"c","image":"a","securityContext":{"privileged":false,"privileged":true}}]}}"#,
        ] {
            let found = Self.reading(text).deployments
            #expect(found.map(\.security.privileged) == [true])
            #expect(found.map(\.defects) == [[.duplicateKeys]])
        }
    }

    @Test(arguments: [
        "a: &a [x, x, x, x, x, x, x, x, x, x]", "a: &a {k: v, l: v, m: v, n: v, o: v, p: v, q: v, r: v}",
    ])
    func `alias bombs are refused in no time`(first: String) {
        var yaml = first + "\n"
        var last = "a"
        for level in 0..<30 {
            yaml += "b\(level): &b\(level) [" + Array(repeating: "*\(last)", count: 10).joined(separator: ", ") + "]\n"
            last = "b\(level)"
        }
        let clock = ContinuousClock()
        for bomb in [yaml, yaml + "? *\(last)\n: x\n", yaml + "<<: *\(last)\n"] {
            var reading = Reading()
            let time = clock.measure { reading = Self.reading(bomb + "---\n" + Self.pod("tty: true")) }
            #expect(reading.deployments.count == 1)
            #expect(reading.problems.count == 1)
            #expect(time < .seconds(5))
        }
    }

    @Test func `merges are bounded as aliases are`() {
        let keys = (0..<20_000).map { "k\($0): v" }.joined(separator: ", ")
        let merges = String(repeating: "  <<: *a\n", count: 50_000)
        var reading = Reading()
        let time = ContinuousClock().measure {
            reading = Self.reading("a: &a {\(keys)}\nb:\n\(merges)---\n" + Self.pod("tty: true"))
        }
        #expect(reading.deployments.count == 1)
        #expect(reading.problems.count == 1)
        #expect(time < .seconds(60))
    }

    /// Work that grew with the square of the size would take hours here.
    @Test(
        .timeLimit(.minutes(10)),
        arguments: [
            "a: b\n", "- a\n", "[a, b],", "{a: b},", "a ", "---\n", "{{ a }}\n---\n", "\"a\" ", "# a\n", "- - ",
        ]
    )
    func `a manifest of very many odd pieces is read to its end`(piece: String) {
        let reading = Self.reading("x: " + String(repeating: piece, count: 200_000))
        #expect(reading.deployments.isEmpty)
    }

    @Test func `a template costs one document and says on which line it is one`() {
        let reading = Self.reading(
            "kind: Pod\nspec: {containers: [{name: a, image: a}]}\n---\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n{{- if .Values.x }}\n---\n"
                + Self.pod("tty: true")
        )
        #expect(reading.deployments.map(\.container.name) == ["a", "c"])
        #expect(reading.problems.map(\.position.offset) == [52])
        #expect(reading.problems.first?.message.hasPrefix("line 6: ") == true)
        #expect(reading.problems.first?.message.contains("helm template") == true)
    }

    @Test func `a tab that indents and a mark in the middle cost one document`() {
        let reading = Self.reading("kind: Pod\nspec:\n\tcontainers: []\n---\n" + Self.pod("tty: true"))
        #expect(reading.deployments.map(\.container.name) == ["c"])
        #expect(reading.problems.map(\.position.offset) == [0])
        #expect(reading.problems.first?.message.hasPrefix("line 3: ") == true)
    }

    @Test func `documents end at dots, begin with directives and hide in block text`() {
        let reading = Self.reading(
            "%YAML 1.1\n# first\n---\n" + Self.pod("tty: true") + "...\n" + Self.pod("tty: true")
                + "--- # third\n" + Self.pod("tty: true")
                + "---\nkind: ConfigMap\ndata:\n  x: |\n    ---\n    kind: Pod\n    spec: {containers: [{name: no, image: no}]}\n"
        )
        #expect(reading.problems == [])
        #expect(reading.deployments.map(\.container.name) == ["c", "c", "c"])
    }

    @Test func `JSON values may follow each other, and a broken one costs itself`() {
        let pod = #"{"kind":"Pod","spec":{"containers":[{"name":"a","image":"a"}]}}"#
        let reading = Self.reading("\(pod)\n{\"kind\":\"Pod\",,}\n\(pod)\n")
        #expect(reading.deployments.count == 2)
        #expect(reading.problems.count == 1)
        #expect(Self.reading("\u{FEFF}\(pod)").deployments.count == 1)
        #expect(Self.reading("[\(pod),\(pod)]").deployments.map(\.event.id) == ["test#0/0", "test#0/1"])
        let flow = Self.reading(#"{"kind": Pod, "spec": {"containers": [{"name": a, "image": a}]}}"#)
        #expect(flow.deployments.count == 1)
        #expect(flow.problems == [])
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "&a [", "{\"a\":["])
    func `depth is bounded`(piece: String) {
        let reading = Self.reading(String(repeating: piece, count: 10_000) + "\n---\n" + Self.pod("tty: true"))
        #expect(reading.problems.count == 1)
        #expect(reading.deployments.count == 1)
    }

    @Test(arguments: [[0xff], [0xc0, 0x80], [0x00], [0x07]] as [[UInt8]])
    func `bytes that are no text cost one document`(bytes: [UInt8]) {
        var dialect = KubernetesManifestDialect()
        let text = Array("kind: Pod\nmetadata: {name: ".utf8) + bytes + Array("}\n---\n\(Self.pod("tty: true"))".utf8)
        let reading = readings(of: &dialect, [text])
        #expect(reading.deployments.count == 1)
        #expect(reading.problems.map(\.position.offset) == [0])
    }
}
