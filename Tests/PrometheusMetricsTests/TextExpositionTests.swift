import Foundation
import PrometheusMetrics
import Testing

/// The text format 0.0.4, by its specification:
/// https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details.
@Suite struct TextExpositionTests {
    private func text(_ registry: MetricRegistry) -> String { String(decoding: registry.text, as: UTF8.self) }

    @Test func `a name's lines stand together behind its help and its type, in the order of registration`() {
        let registry = MetricRegistry()
        registry.counter("b_total", "What comes first.").increment(by: 3)
        registry.gauge("a_bytes", "What comes second.").set(-2.5)
        #expect(
            text(registry) == """
                # HELP b_total What comes first.
                # TYPE b_total counter
                b_total 3
                # HELP a_bytes What comes second.
                # TYPE a_bytes gauge
                a_bytes -2.5

                """
        )
    }

    @Test func `help and label values are escaped, each in its way`() {
        let registry = MetricRegistry()
        let family = registry.counters("a_total", "A \"quoted\" \\ and\na line", labels: ["x", "y"], limit: 9)
        family.member("\"\\\n", "ü\t").increment()
        #expect(
            text(registry) == #"""
                # HELP a_total A "quoted" \\ and\na line
                # TYPE a_total counter
                a_total{x="\"\\\n",y="ü	"} 1

                """#
        )
    }

    @Test func `series stand in the order of their labels, whenever they were made`() {
        let registry = MetricRegistry()
        let family = registry.counters("a_total", "A.", labels: ["x", "y"], limit: 9)
        for values in [("b", "a"), ("a", "b"), ("a", "a")] { family.member(values.0, values.1).increment() }
        let lines = text(registry).split(separator: "\n").dropFirst(2)
        #expect(lines == [#"a_total{x="a",y="a"} 1"#, #"a_total{x="a",y="b"} 1"#, #"a_total{x="b",y="a"} 1"#])
    }

    @Test func `buckets sum up, the last holds everything, and the sum is of what was observed`() {
        let registry = MetricRegistry()
        let histogram = registry.histogram("a_seconds", "A.", bounds: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 7, .nan] { histogram.observe(value) }
        histogram.observe(nanoseconds: 250_000_000)
        let lines = text(registry).split(separator: "\n").dropFirst()
        #expect(
            lines == [
                "# TYPE a_seconds histogram", #"a_seconds_bucket{le="0.1"} 2"#, #"a_seconds_bucket{le="1"} 4"#,
                #"a_seconds_bucket{le="+Inf"} 5"#, "a_seconds_sum 7.9", "a_seconds_count 5",
            ]
        )
    }

    @Test(arguments: [
        (0, "0"), (-0.0, "0"), (1, "1"), (-12, "-12"), (0.1, "0.1"), (1e-9, "1e-09"), (1_796_005_023, "1796005023"),
        (0x1p53, "9007199254740992.0"), (1e300, "1e+300"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
    ])
    func `numbers are written as Go reads them`(number: Double, text wanted: String) {
        let registry = MetricRegistry()
        registry.gauge("a", "A.").set(number)
        #expect(text(registry).split(separator: "\n").last == "a \(wanted)")
    }

    @Test func `what is not known is left out`() {
        let registry = MetricRegistry()
        registry.observe("a", .gauge, "A.") { [] }
        registry.observe("b", .gauge, "B.", labels: ["of"]) { [(["x"], 1), (["y"], 2)] }
        _ = registry.counters("c_total", "C.", labels: ["x"], limit: 1)
        #expect(text(registry).split(separator: "\n").dropFirst(2) == [#"b{of="x"} 1"#, #"b{of="y"} 2"#])
    }

    @Test(arguments: ["", "1a", "a-b", "a b", "ä", "a\n"])
    func `what is no name is told`(text: String) {
        #expect(MetricName(parsing: text) == nil)
        #expect(LabelName(parsing: text) == nil)
    }

    @Test func `colons are for names, and Prometheus keeps some labels to itself`() {
        #expect(MetricName(parsing: "a:b_1") != nil && LabelName(parsing: "a:b_1") == nil)
        #expect(LabelName(parsing: "_a1") != nil && LabelName(parsing: "__a") == nil)
    }
}
