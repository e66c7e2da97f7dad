import Foundation
import PrometheusMetrics
import Testing

@Suite struct MetricTests {
    @Test func `labels beyond the limit are counted together`() {
        let registry = MetricRegistry()
        let family = registry.counters("a_total", "A.", labels: ["x", "y"], limit: 2)
        for index in 0..<1_000 { family.member("\(index)", "z").increment() }
        family.member("1", "z").increment()
        let lines = String(decoding: registry.text, as: UTF8.self).split(separator: "\n").dropFirst(2)
        #expect(
            lines == [#"a_total{x="0",y="z"} 1"#, #"a_total{x="1",y="z"} 2"#, #"a_total{x="other",y="other"} 998"#]
        )
    }

    @Test func `nothing is lost when many count at once`() async {
        let registry = MetricRegistry()
        let (counter, gauge) = (registry.counter("a_total", "A."), registry.gauge("b", "B."))
        let histogram = registry.histogram("c", "C.", bounds: [1])
        let family = registry.counters("d_total", "D.", labels: ["x"], limit: 4)
        await withTaskGroup(of: Void.self) { tasks in
            for index in 0..<8 {
                tasks.addTask {
                    for _ in 0..<10_000 {
                        counter.increment()
                        gauge.add(0.5)
                        histogram.observe(0.5)
                        family.member("\(index % 4)").increment()
                    }
                }
            }
        }
        #expect(counter.count == 80_000)
        #expect(gauge.value == 40_000)
        let text = String(decoding: registry.text, as: UTF8.self)
        #expect(text.contains("c_sum 40000\nc_count 80000\n"))
        for index in 0..<4 { #expect(text.contains("d_total{x=\"\(index)\"} 20000\n")) }
    }

    @Test func `a histogram agrees with itself while it is counted`() async {
        let registry = MetricRegistry()
        let histogram = registry.histogram("a", "A.", bounds: [1, 2])
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { for index in 0..<50_000 { histogram.observe(Double(index % 3) + 0.5) } }
            for _ in 0..<100 {
                let lines = String(decoding: registry.text, as: UTF8.self).split(separator: "\n").dropFirst(2)
                let counts = lines.filter { !$0.hasPrefix("a_sum") }.compactMap { Int($0.split(separator: " ")[1]) }
                #expect(counts.count == 4 && counts == counts.sorted() && counts[2] == counts[3], "\(lines)")
            }
        }
    }
}
