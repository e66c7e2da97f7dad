import Foundation

/// What docker-bench-security's check 2.7 said, run by its own function on the recorded arguments, and what was answered.
struct RecordedTransport: Decodable {
    var variant: String
    /// `open (plain)`, `client cert required`, `no TCP`.
    var truth_by_probe: String
    /// `INFO:      * Docker daemon not listening on TCP`.
    var docker_bench_2_7: String

    private struct File: Decodable { var cases: [RecordedTransport] }

    /// Those of the recordings that are here: a part of them is kept elsewhere.
    static func all() throws -> [RecordedTransport] {
        let file = RecordedCase.folder.appending(path: "docker-bench-2.7-vs-probe.json")
        let all = try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
        return all.filter { one in (try? RecordedHost.named(one.variant)) != nil }
    }
}
