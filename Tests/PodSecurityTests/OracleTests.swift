import Foundation
import PodSecurity
import Testing

/// Kubernetes' own fixtures, and what a real API server said of each.
@Suite(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
struct OracleTests {
    @Test func `verdict and message of every fixture are the API server's`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fixtures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "xzf", SharedData.root.appending(path: "psa/fixtures.tar.gz").path, "-C", folder.path]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
        var count = 0
        var wrong: [String] = []
        for line in try SharedData.objects("psa/oracle.jsonl") {
            let fixture = try #require(line["fixture"] as? String)
            let level = try PodSecurityLevel(parsing: try #require(line["level"] as? String))
            let version = try PodSecurityVersion(parsing: try #require(line["version"] as? String))
            let pod = try Pods.only(try String(contentsOf: folder.appending(path: fixture), encoding: .utf8))
            let verdict = PodSecurityVerdict(of: pod, by: PodSecurityPolicy(level, version))
            let wanted = line["violations"] as? String ?? ""
            if verdict.detail != wanted || verdict.isAllowed != (line["allowed"] as? Bool) {
                wrong.append("\(fixture): \(verdict.detail) in place of \(wanted)")
            }
            count += 1
        }
        #expect(wrong == [])
        #expect(count == 3_266)
    }
}
