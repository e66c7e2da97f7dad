import Deployments
import Dialects
import Foundation
import Judge
import PodSecurity
import Sigma
import Testing

/// Kubernetes' own fixtures, as a file and as a review, and what a real API server said of each.
@Suite(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
struct PodSecurityAgreementTests {
    @Test func `file, webhook and API server agree on every fixture`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fixtures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        let archive = SharedData.root.appending(path: "kubernetes/psa/fixtures.tar.gz").path
        tar.arguments = ["tar", "xzf", archive, "-C", folder.path]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
        var webhooks: [PodSecurityPolicy: WebhookUnderTest] = [:]
        var count = 0
        var wrong: [String] = []
        for line in try SharedData.objects("kubernetes/psa/oracle.jsonl") {
            let fixture = try #require(line["fixture"] as? String)
            let policy = PodSecurityPolicy(
                try PodSecurityLevel(parsing: try #require(line["level"] as? String)),
                try PodSecurityVersion(parsing: try #require(line["version"] as? String))
            )
            let isAllowed = try #require(line["allowed"] as? Bool)
            let wanted = line["violations"] as? String ?? ""
            let text = try String(contentsOf: folder.appending(path: fixture), encoding: .utf8)
            let file = try FixtureFile.verdict(text, policy)
            // Rules would refuse for reasons of their own.
            let webhook =
                try webhooks[policy] ?? WebhookUnderTest("podSecurity: {enforce: '\(policy)'}", rules: RuleLibrary())
            webhooks[policy] = webhook
            let answer = try await webhook.answer(Review(object: try FixtureFile.json(text)))
            let recorded = webhook.decisions.verdicts.last?.violations ?? []
            let message = isAllowed ? "" : "violates PodSecurity \"\(policy)\": \(wanted); "
            if file.detail != wanted || file.isAllowed != isAllowed { wrong.append("\(fixture): file \(file.detail)") }
            if answer.isAllowed != isAllowed || recorded.map(\.message) != file.violations.map(\.message)
                || recorded.map(\.remedy) != file.violations.map(\.control.remedy)
                || (isAllowed ? !answer.message.isEmpty : !answer.message.contains(message))
            {
                wrong.append("\(fixture): webhook \(answer.message) in place of \(wanted)")
            }
            count += 1
        }
        #expect(wrong == [])
        #expect(count == 3_266)
    }
}

/// A pod's manifest, as `scan` and as the API server read it.
enum FixtureFile {
    static func verdict(_ text: String, _ policy: PodSecurityPolicy) throws -> PodSecurityVerdict {
        var reading = Reading()
        var dialect = KubernetesManifestDialect(readingInto: .pods)
        var bytes = Array(text.utf8)
        let count = bytes.count
        bytes += [UInt8](repeating: 0, count: 64)
        unsafe bytes.withUnsafeBytes { buffer in
            let text = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
            dialect.read(unsafe RawRecord(bytes: text, position: .init(path: "test", offset: 0)), into: &reading)
        }
        dialect.finish(into: &reading)
        try #require(reading.problems == [] && reading.pods.count == 1)
        return PodSecurityVerdict(of: reading.pods[0].pod, by: policy)
    }

    /// What a client sends for it.
    static func json(_ text: String) throws -> String {
        let yaml = YAMLDocuments(reading: text, file: "fixture.yaml")
        try #require(yaml.diagnostics.isEmpty && yaml.documents.count == 1)
        let data = try JSONSerialization.data(withJSONObject: value(yaml.documents[0]), options: .fragmentsAllowed)
        return String(decoding: data, as: UTF8.self)
    }

    private static func value(_ attribute: Attribute) -> Any {
        switch attribute.content {
        case .text(let text): text
        case .integer(let number): number
        case .number(let number): number
        case .boolean(let flag): flag
        case .null: NSNull()
        case .list(let list): list.map(value)
        case .map(let members):
            Dictionary(members.map { ($0.key, value($0.value)) }, uniquingKeysWith: { first, _ in first })
        }
    }
}
