import Foundation
@testable import Posture
import Testing

/// What the guide says of docker-bench-security and kube-bench: both tools' own conditions and our checks over the recordings.
@Suite(.enabled(if: Oracle.isPresent, "needs ../shared/data: peers' conditions are NOT compared"))
struct PeerComparisonTests {
    /// The tables of the guide's section, one behind the other, as they stand there.
    private static func tables() throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Docs/audit.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let section = text.components(separatedBy: "\n## ").filter { $0.hasPrefix("Beside docker-bench-security") }
        try #require(section.count == 1)
        let lines = section[0].split(separator: "\n", omittingEmptySubsequences: false)
        return lines.filter { $0.hasPrefix("|") }.joined(separator: "\n")
    }

    @Test func `the guide's tables say what was computed, and nothing else`() throws {
        let computed = try [
            PeerComparison.table("docker-bench-security", DockerBenchComparisons().all()),
            PeerComparison.table("kube-bench", KubeBenchComparisons.all()),
        ]
        .joined(separator: "\n")
        #expect(try Self.tables() == computed, "the tables have to be:\n\(computed)")
    }

    @Test func `docker-bench's own function said of each recorded engine what its condition says here`() throws {
        let recorded = try RecordedTransport.all()
        #expect(recorded.count == 21)
        for one in recorded {
            let said = one.docker_bench_2_7.replacing("      * ", with: " ")
            #expect(try DockerBenchComparisons.bench(one.variant).transport == said, "\(one.variant)")
        }
    }
}
