import Foundation
@testable import Posture
import Testing

/// The labelled cases of a real cluster's roles and bindings, good and bad ones.
@Suite(.enabled(if: Oracle.isPresent, "needs ../shared/data: the recorded cluster's cases are NOT compared"))
struct RecordedClusterTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        var `case`: String
        var check: String
        var expected: String
        var evidence: String?

        var testDescription: String { "\(self.case) \(check) \(evidence ?? "") \(expected)" }
    }

    static let rightsChecks = RightsCheckTests.rightsChecks

    static let cases: [Case] = {
        let path = Oracle.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "cases.jsonl")
        let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
        let all = text.split(separator: "\n").compactMap { try? JSONDecoder().decode(Case.self, from: Data($0.utf8)) }
        return all.filter { one in
            one.expected != "oracle" && (one.evidence?.contains("kube/objects/") ?? false)
                && rightsChecks.contains(one.check)
        }
    }()

    @Test func `the labelled cases are there`() { #expect(Self.cases.count == 14) }

    @Test(arguments: cases)
    func `each labelled object gets the verdict that it has`(_ one: Case) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        let parts = (one.evidence ?? "").split(separator: "#")
        let file = parts[0].split(separator: "/").last.map(String.init) ?? ""
        // Those of a cluster as it is made are judged without what was added later.
        let isDefault = file.hasPrefix("default-")
        var evidence = Evidence()
        evidence.cluster = .known(ClusterEvidence(access: try Self.access(isDefault ? "default-" : "")))
        let failed = check.results(on: evidence).filter { $0.outcome == .fail }.map(\.subject)
        guard parts.count == 2 else {
            #expect(failed.isEmpty == (one.expected == "pass"))
            return
        }
        // `#name`, or `#namespace/name` as the server tells it the other way round.
        let names = parts[1].split(separator: "/")
        let name = names.count == 2 ? "\"\(names[1])/\(names[0])\"" : "\"\(parts[1])\""
        let kind =
            ["clusterroles": "ClusterRole", "rolebindings": "RoleBinding"][file.dropLast(5)] ?? "ClusterRoleBinding"
        #expect(failed.contains("\(kind) \(name)") == (one.expected == "fail"), "\(failed)")
    }

    private static func access(_ prefix: String) throws -> Reading<ClusterAccess> {
        var reader = RightsReader()
        for name in ["roles", "clusterroles", "rolebindings", "clusterrolebindings"] {
            let bytes = try Data(contentsOf: Oracle.folder.appending(path: "\(prefix)\(name).json"))
            reader.read(Array(bytes), from: "\(prefix)\(name).json")
        }
        return ClusterAccess.reading(reader)
    }
}
