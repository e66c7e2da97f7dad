import Deployments
import Dialects
import Foundation
import Testing

@testable import Judge

/// Data of other projects that stands beside this one.
enum Peers {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")

    static var isHere: Bool { FileManager.default.fileExists(atPath: root.path) }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func lines(_ path: String) throws -> [String] { try text(path).split(separator: "\n").map(String.init) }

    static func names(_ folder: String) -> [String] {
        guard isHere else { return [] }
        return (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path))?.sorted() ?? []
    }

    /// SigmaHQ's rules on Kubernetes audit logs.
    static func sigmaHQ() throws -> RuleLibrary {
        var library = RuleLibrary()
        for name in names(folder) { library.add(try text("\(folder)/\(name)"), file: name) }
        return library
    }

    private static let folder = "detection/sigma-rules/rules/application/kubernetes/audit"

    /// What the audit dialect reads of some records.
    static func deployments(_ records: [String]) -> [ContainerDeployment] {
        var dialect = KubernetesAuditDialect()
        var reading = Reading()
        for (number, record) in records.enumerated() {
            let bytes = Array(record.utf8) + [UInt8](repeating: 0, count: 64)
            unsafe bytes.withUnsafeBytes { buffer in
                let record = unsafe RawRecord(
                    bytes: UnsafeRawBufferPointer(rebasing: buffer[..<(bytes.count - 64)]),
                    position: .init(path: "test", offset: number)
                )
                dialect.read(record, into: &reading)
            }
        }
        dialect.finish(into: &reading)
        return reading.deployments
    }
}

/// One of Panther's examples.
struct PantherExample {
    var rule: String
    var test: String
    var isExpected: Bool
    /// The event as the API server wrote it; nil for rows of other systems.
    var auditEvent: String?

    static func all() throws -> [PantherExample] {
        try Peers.lines("detection/panther/events.jsonl").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            let isAudit = object["format"] as? String == "k8s-audit"
            let event = isAudit ? object["event"] : object["k8s_audit_event"]
            var text: String?
            if let event = event as? [String: Any] {
                text = String(decoding: try JSONSerialization.data(withJSONObject: event), as: UTF8.self)
            }
            return PantherExample(
                rule: object["rule"] as? String ?? "",
                test: object["test"] as? String ?? "",
                isExpected: object["expect"] as? Bool ?? false,
                auditEvent: text
            )
        }
    }
}

/// One of Falco's traced tests.
struct FalcoTest {
    var name: String
    var trace: String
    /// The rules that alert.
    var alerts: [String]

    static func all() throws -> [FalcoTest] {
        let text = Data(try Peers.text("detection/falco/labels.json").utf8)
        let labels = try JSONSerialization.jsonObject(with: text) as? [String: Any] ?? [:]
        return (labels["go_tests"] as? [[String: Any]] ?? []).map { test in
            FalcoTest(
                name: test["test"] as? String ?? "",
                trace: test["trace"] as? String ?? "",
                alerts: (test["expect_counts"] as? [String: Int] ?? [:]).filter { $0.value > 0 }.keys.sorted()
            )
        }
    }
}
