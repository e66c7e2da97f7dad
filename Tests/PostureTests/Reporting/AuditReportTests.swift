@testable import Posture
import Sigma
import Testing

@Suite struct AuditReportTests {
    private static func check(_ id: String, _ level: Level, _ results: [CheckResult]) -> Check {
        Check(
            id: id,
            title: "T",
            mitigation: .accounts,
            level: level,
            reads: "r",
            passes: "p",
            remedy: "m",
            references: ["x"],
            judge: { _ in results },
            fix: { _ in [Fix("f", [.steps(["s"])])] }
        )
    }

    private static func result(_ outcome: CheckResult.Outcome, _ subject: String = "s") -> CheckResult {
        CheckResult(outcome, subject: subject, "because")
    }

    /// 2026-12-01, noon.
    private static let time = 1_796_126_400.0

    private static func report(
        _ checks: [Check],
        exceptions: [AuditException] = [],
        baseline: AuditBaseline? = nil
    ) -> AuditReport {
        AuditReport(
            of: Evidence(),
            by: checks,
            at: time,
            exceptions: AuditExceptions(exceptions),
            baseline: baseline
        )
    }

    @Test(arguments: [
        ([CheckResult.Outcome.pass, .fail], CheckResult.Outcome.fail), ([.pass, .unknown, .warn], .unknown),
        ([.pass, .warn], .warn), ([.notApplicable, .pass], .pass), ([.notApplicable], .notApplicable), ([], .unknown),
    ])
    func `a check is as its worst answer is, and one without an answer is unknown`(
        _ outcomes: [CheckResult.Outcome],
        _ worst: CheckResult.Outcome
    ) {
        let report = Self.report([Self.check("TW-M1018-001", .high, outcomes.map { Self.result($0) })])
        #expect(report.entries.map(\.outcome) == [worst])
        #expect(report.entries[0].fixes.isEmpty == !outcomes.contains { $0 == .fail || $0 == .warn })
    }

    @Test func `a mitigation's score weighs checks by their level, and what nobody could look at is not in place`() {
        let report = Self.report([
            Self.check("TW-M1018-001", .critical, [Self.result(.pass)]),
            Self.check("TW-M1018-002", .high, [Self.result(.warn)]),
            Self.check("TW-M1018-003", .medium, [Self.result(.unknown)]),
            Self.check("TW-M1018-004", .low, [Self.result(.fail)]),
            Self.check("TW-M1018-005", .critical, [Self.result(.notApplicable)]),
        ])
        let score = report.scores.first { $0.mitigation == .accounts }
        // (10 + 2.5) of 18.
        #expect(score?.percent == 69)
        #expect(
            [score?.passed, score?.warned, score?.unknown, score?.failed, score?.notApplicable] == [1, 1, 1, 1, 1]
        )
        #expect(report.scores.first { $0.mitigation == .segmentation }?.percent == nil)
        #expect(report.worstFailure() == .low)
    }

    @Test func `what is accepted passes until the day it expires on, and then fails and says so`() {
        let checks = [
            Self.check("TW-M1018-001", .high, [Self.result(.fail, "a/b"), Self.result(.fail, "c")]),
            Self.check("TW-M1018-002", .low, [Self.result(.pass)]),
        ]
        let accepted = AuditException(check: "TW-M1018-001", subject: "a/*", reason: "r", expires: "2026-12-01")
        let ended = AuditException(check: "TW-*", subject: "c", reason: "r", expires: "2026-11-30", place: "a.yml:3:1")
        let idle = AuditException(check: "TW-M1018-002", reason: "r", expires: "2027-01-01")
        let report = Self.report(checks, exceptions: [accepted, ended, idle])
        #expect(report.entries[0].results.map(\.outcome) == [.pass, .fail])
        #expect(report.entries[0].results[0].exception == accepted)
        #expect(
            report.remarks == [
                "a.yml:3:1: the exception of TW-* for c ended on 2026-11-30; renew it, or mend what fails",
                "the exception of TW-M1018-002 covers nothing that fails; remove it",
            ]
        )
    }

    @Test func `an earlier report tells what is new, and what is gone`() throws {
        let earlier = """
            {"tidewaiter": "0.1.0", "checks": [
              {"id": "TW-M1018-001", "results": [{"outcome": "fail", "subject": "a"}, {"outcome": "fail", "subject": "b"}]},
              {"id": "TW-M1018-002", "results": [{"outcome": "fail", "subject": "x"}]},
              {"id": "TW-M1018-009", "results": [{"outcome": "fail", "subject": "never asked now"}]}]}
            """
        let baseline = try AuditBaseline(json: Array(earlier.utf8))
        let report = Self.report(
            [
                Self.check("TW-M1018-001", .high, [Self.result(.fail, "b"), Self.result(.fail, "c")]),
                Self.check("TW-M1018-002", .high, [Self.result(.unknown, "")]),
            ],
            baseline: baseline
        )
        #expect(report.entries[0].results.map(\.isNew) == [false, true])
        #expect(report.gone == [AuditBaseline.Key(check: "TW-M1018-001", subject: "a")])
        #expect(report.worstFailure(newOnly: true) == .high)
    }

    @Test(arguments: ["{}", "[]", "x", #"{"checks": []}"#])
    func `what is no report is no baseline`(_ text: String) {
        #expect(throws: DocumentError.self) { try AuditBaseline(json: Array(text.utf8)) }
    }
}
