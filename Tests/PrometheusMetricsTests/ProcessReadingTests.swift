import Foundation
import Testing

@testable import PrometheusMetrics

@Suite struct ProcessReadingTests {
    private static let stat =
        "7 (a) (b c) S 1 7 7 0 -1 4194560 201 0 0 0 31 12 0 0 20 0 4 0 500 104857600 2560 18446744073709551615 1 1\n"

    @Test func `the program's name may hold what separates fields`() {
        let reading = ProcessReading(stat: Self.stat, bootTime: 1_000, ticks: 100, pageSize: 4_096)
        #expect(reading.virtualBytes == 104_857_600)
        #expect(reading.residentBytes == 10_485_760)
        #expect(reading.startTime == 1_005)
    }

    @Test(arguments: ["", "7", "7 (a", "7 (a)", "7 (a) S 1 x"])
    func `what is not said is not known`(stat: String) {
        let reading = ProcessReading(stat: stat, bootTime: 1_000, ticks: 100, pageSize: 4_096)
        #expect(reading.virtualBytes == nil && reading.residentBytes == nil && reading.startTime == nil)
        #expect(ProcessReading.bootTime(stat: "cpu 1 2\nbtime x\n") == nil)
    }

    @Test func `this process is read`() throws {
        let reading = ProcessReading.current()
        let resident = try #require(reading.residentBytes)
        #expect(resident > 0x1p20)
        #expect(try #require(reading.virtualBytes) > resident)
        let age = Date.now.timeIntervalSince1970 - (try #require(reading.startTime))
        #expect((-2..<86_400).contains(age), "\(age)")
        #expect(try #require(ProcessReading.processorSeconds()) > 0)
        #expect(try #require(ProcessReading.openDescriptors()) >= 3)
    }

    @Test func `the names are those that are agreed on`() {
        let registry = MetricRegistry()
        registry.observeProcess()
        registry.observeBuild(version: "1.2.3")
        let text = String(decoding: registry.text, as: UTF8.self)
        for name in ["cpu_seconds_total", "open_fds", "resident_memory_bytes", "start_time_seconds"] {
            #expect(text.contains("\nprocess_\(name) "), "\(name)")
        }
        #expect(text.hasSuffix("tidewaiter_build_info{version=\"1.2.3\"} 1\n"))
    }
}
