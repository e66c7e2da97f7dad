import Testing

@testable import KubernetesGuard

/// The part of Helm's language that the chart uses; that Helm gives the same of the chart itself is tried in EndToEndTests.
@Suite struct ChartTemplateTests {
    private static let root = ChartValue.map([
        "Values": .map([
            "name": .text("web"), "count": .integer(2), "zero": .integer(0), "on": .flag(true), "off": .flag(false),
            "empty": .text(""), "nothing": .null, "names": .list([.text("a"), .text("b")]), "none": .list([]),
            "limits": .map(["memory": .text("64Mi"), "cpu": .integer(1)]),
        ])
    ])

    private func render(_ text: String) throws(ChartError) -> String {
        try ChartTemplateParser.parse(text, name: "t.yaml").rendered(Self.root)
    }

    @Test(arguments: [
        ("a: {{ .Values.name }}\n", "a: web\n"),
        ("{{.Values.count}}{{ $.Values.on }}", "2true"),
        ("a {{- .Values.name -}}\n\n  b", "awebb"),
        ("{{ .Values.name | quote }}", "\"web\""),
        ("{{ quote .Values.name }}", "\"web\""),
        ("{{ default \"x\" .Values.empty }}{{ .Values.name | default \"x\" }}", "xweb"),
        ("l:\n  {{- toYaml .Values.limits | nindent 2 }}\n", "l:\n  cpu: 1\n  memory: 64Mi\n"),
        ("{{ toYaml .Values.names | nindent 1 }}", "\n - a\n - b"),
        ("{{ range .Values.names }}<{{ . }}{{ $.Values.count }}>{{ end }}", "<a2><b2>"),
        ("{{ range .Values.none }}x{{ end }}", ""),
        ("{{ if .Values.on }}yes{{ else }}no{{ end }}", "yes"),
        ("{{ if and .Values.on (not .Values.empty) }}{{ if .Values.zero }}a{{ end }}b{{ end }}", "b"),
        ("{{ if not .Values.names }}yes{{ else }}no{{ end }}", "no"),
        ("plain }} text", "plain }} text"),
    ])
    func `a template gives what Helm gives`(text: String, wanted: String) throws {
        #expect(try render(text) == wanted)
    }

    @Test(arguments: ["off", "zero", "empty", "nothing", "none"])
    func `what is empty, zero or false is no`(name: String) throws {
        #expect(try render("{{ if .Values.\(name) }}yes{{ else }}no{{ end }}") == "no")
    }

    @Test(arguments: [
        ("a\n{{ .Values.missing }}", "t.yaml:2: there is no '.Values.missing'"),
        ("{{ .Values.names }}", "t.yaml:1: a list, a map or nothing cannot be printed"),
        ("{{ range .Values.name }}{{ end }}", "t.yaml:1: 'range' goes over a list"),
        ("{{ lookup .Values.name }}", "t.yaml:1: the function 'lookup' is not known"),
        ("{{ quote }}", "t.yaml:1: 'quote' does not take these arguments"),
        ("{{ toYaml .Values.limits | nindent 900 }}", "t.yaml:1: 'nindent' does not take these arguments"),
        ("{{ .Values.name | .Values.on }}", "t.yaml:1: after '|' stands a function"),
        ("{{ .Values.name extra }}", "t.yaml:1: 'extra ' is not understood"),
        ("{{ quote \"a\\n\" }}", "t.yaml:1: a text has neither escapes nor an open end"),
        ("{{ (.Values.name }}", "t.yaml:1: a ')' is missing"),
        ("{{ }}", "t.yaml:1: a value is missing"),
        ("{{ .Values.name", "t.yaml:1: '{{' is not closed"),
        ("\n{{ if .Values.on }}", "t.yaml:2: a block is not closed with '{{ end }}'"),
        ("{{ end }}", "t.yaml:1: 'end' closes nothing"),
        ("{{ else }}", "t.yaml:1: 'else' stands alone, once, in an 'if'"),
        ("{{ if .Values.on }}{{ else if .Values.off }}{{ end }}", "t.yaml:1: 'else' stands alone, once, in an 'if'"),
    ])
    func `what the chart has no need of is an error with its place`(text: String, wanted: String) {
        let error = #expect(throws: ChartError.self) { try render(text) }
        #expect(error?.description == wanted)
    }

    @Test func `blocks do not stand in each other without end`() {
        let text = String(repeating: "{{ if .Values.on }}", count: 100_000)
        #expect(throws: ChartError("t.yaml:1", "blocks are nested too deep")) { try render(text) }
        let inner = String(repeating: "(", count: 100_000)
        #expect(throws: ChartError("t.yaml:1", "an expression is nested too deep")) { try render("{{ \(inner) }}") }
    }

    @Test(arguments: [
        (ChartValue.text("kube-system"), "kube-system"), (.text("true"), "\"true\""), (.text("No"), "\"No\""),
        (.text("1.5"), "\"1.5\""), (.text("64Mi"), "64Mi"), (.text("1e3"), "\"1e3\""), (.text("0x1F"), "\"0x1F\""),
        (.text("2026-11-30"), "\"2026-11-30\""), (.text(""), "\"\""), (.text("a: b"), "\"a: b\""),
        (.text("- a"), "\"- a\""),
        (.text("a\"b"), "\"a\\\"b\""), (.integer(-1), "-1"), (.flag(false), "false"), (.null, "null"),
        (.list([]), "[]"), (.map([:]), "{}"), (.list([.list([.integer(1), .integer(2)])]), "- - 1\n  - 2"),
        (.map(["b": .list([.map(["d": .integer(2), "c": .map([:])])]), "a": .null]), "a: null\nb:\n- c: {}\n  d: 2"),
    ])
    func `values are written so that they are read as what they are`(value: ChartValue, wanted: String) {
        #expect(value.yaml == wanted)
    }
}
