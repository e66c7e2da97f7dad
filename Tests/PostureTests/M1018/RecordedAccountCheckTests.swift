import Foundation
@testable import Posture
import Testing

/// The labelled cases of the recorded cluster's applications, accounts, namespaces and webhooks.
@Suite(.enabled(if: Oracle.isPresent, "needs ../shared/data: the recorded cluster's cases are NOT compared"))
struct RecordedAccountCheckTests {
    private static let checks = ["016", "018", "019", "020", "021", "023", "024", "025", "026"]

    static let cases: [RecordedClusterTests.Case] = {
        let path = Oracle.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "cases.jsonl")
        let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(RecordedClusterTests.Case.self, from: Data($0.utf8))
        }
        .filter { one in checks.contains { one.check == "TW-M1018-\($0)" } }
    }()

    @Test func `the labelled cases are there`() { #expect(Self.cases.count == 11) }

    @Test(arguments: cases)
    func `each labelled object gets the verdict that it has`(_ one: RecordedClusterTests.Case) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        var evidence = Evidence()
        evidence.cluster = .known(try RecordedCluster.all())
        let results = check.results(on: evidence)
        let failed = results.filter { $0.outcome == .fail }.map(\.subject)
        let parts = (one.evidence ?? "").split(separator: "#")
        guard parts.count == 2 else {
            #expect(failed.isEmpty == (one.expected == "pass"), "\(results)")
            return
        }
        // Bindings are told as the server does, the name first.
        let names = parts[1].split(separator: "/")
        let subjects = [parts[1], Substring(names.reversed().joined(separator: "/"))].map { "\"\($0)\"" }
        let isFailed = failed.contains { subject in subjects.contains { subject.hasSuffix($0) } }
        #expect(isFailed == (one.expected == "fail"), "\(results)")
    }

    @Test(arguments: checks)
    func `once all its changes are made each check has nothing left to change exactly`(_ number: String) throws {
        let check = try #require(Check.all.first { $0.id == "TW-M1018-\(number)" })
        var evidence = Evidence()
        evidence.cluster = .known(try RecordedCluster.all())
        let before = check.results(on: evidence)
        let fixes = check.fixes(on: evidence)
        let exact = fixes.filter { ![$0].isBeyondEvidence }
        let after = check.results(on: evidence.applying(exact))
        let left = after.filter { $0.outcome == .fail }
        let isSteps = fixes.count > exact.count
        #expect(left.isEmpty || isSteps, "\(before)\n\(after)")
        if !exact.isEmpty { #expect(after != before) }
    }

    @Test func `a cluster as it is made fails nothing that is asked of accounts`() throws {
        var evidence = Evidence()
        evidence.cluster = .known(try RecordedCluster.fresh())
        let failed = Check.all.filter { $0.mitigation == .accounts }.flatMap { check in
            check.results(on: evidence).filter { $0.outcome == .fail || $0.outcome == .warn }.map {
                "\(check.id) \($0.reason)"
            }
        }
        #expect(failed == [])
    }
}
