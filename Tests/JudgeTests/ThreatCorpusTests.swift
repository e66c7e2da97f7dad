import Foundation
import Judge
import Sigma
import Testing

/// Holds the built-in rules to their bar: attacks of named actors are told, ordinary work is not.
@Suite(.enabled(if: SharedData.isPresent, "the recorded corpora are not beside the project"))
struct ThreatCorpusTests {
    /// Procedures that show nothing at level high before several requests are seen together, and why.
    static let sequencesOnly: [String: String] = [:]

    @Test func `every procedure is found at level high`() throws {
        let scores = try Scores("threat/procedures.jsonl", CorpusRules.all)
        let missed = scores.ids(below: .high).filter { Self.sequencesOnly[$0] == nil }
        #expect(missed == [], "\(scores.table(of: missed))")
    }

    @Test func `nine of ten procedures are found by behaviour alone`() throws {
        let scores = try Scores("threat/procedures.jsonl", CorpusRules.behaviour)
        let missed = scores.ids(below: .high)
        // 115 of 129, in the same proportion whatever part of the set is here.
        #expect(Double(scores.records.count - missed.count) >= Double(scores.records.count) * 115 / 129, "\(missed)")
    }

    @Test func `ordinary work is not told at level medium`() throws {
        let scores = try Scores("threat/benign.jsonl", CorpusRules.all) { $0 == "benign" }
        let told = scores.ids(atLeast: .medium)
        #expect(told == [], "\(scores.table(of: told))")
    }

    @Test func `hardly any add-on or administrator is told at level high`() throws {
        let scores = try Scores("threat/benign.jsonl", CorpusRules.all) { $0 == "benign-policy" }
        let told = scores.ids(atLeast: .high)
        #expect(told.count <= 10, "\(scores.table(of: told))")
    }
}
