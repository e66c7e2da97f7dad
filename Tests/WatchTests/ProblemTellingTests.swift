import Deployments
import Dialects
import Testing

@testable import Watch

@Suite struct ProblemTellingTests {
    private let start: Int64 = 1_795_000_000

    private func told(_ telling: inout ProblemTelling, at second: Int64) -> String? {
        let problem = ReadingProblem(at: .init(path: "a.log", offset: 7), "the line is no JSON")
        return telling.tell(problem, Timestamp(microseconds: (start + second) * 1_000_000))
    }

    @Test func `the first record that cannot be read is told with its place`() {
        var telling = ProblemTelling(source: "audit")
        #expect(told(&telling, at: 0) == "audit: a.log:7: the line is no JSON")
    }

    @Test func `ten a minute are told, whatever the clock does`() {
        var telling = ProblemTelling(source: "audit")
        func count(at second: Int64) -> Int { (0..<15).count { _ in told(&telling, at: second) != nil } }
        #expect(count(at: 0) == 10)
        #expect(count(at: 59) == 0)
        #expect(count(at: 60) == 10)
        #expect(count(at: -9_000) == 10)
    }
}
