import Deployments
import Judge
import Sigma

/// The rule sets that the corpus is held against.
enum CorpusRules {
    static var all: RuleLibrary { .builtIn }
    /// Without the rules that are lists of known-bad names.
    static var behaviour: RuleLibrary { all.filtered { !$0.tags.contains("tidewaiter.known-bad") } }
}

/// The findings on each record of a corpus.
struct Scores {
    var records: [(id: String, findings: [(level: Level, title: String)])] = []

    init(_ path: String, _ library: RuleLibrary, where isIncluded: (String?) -> Bool = { _ in true }) throws {
        let judge = Judge(try Judge.Bench(library))
        for record in try ThreatRecord.records(path) where isIncluded(record.kind) {
            var findings: [(level: Level, title: String)] = []
            for deployment in record.deployments {
                judge.judge(DeploymentEvent(deployment)) { finding in
                    let level = finding.rule.level ?? .informational
                    if !findings.contains(where: { $0.title == finding.rule.title }) {
                        findings.append((level, finding.rule.title))
                    }
                }
            }
            records.append((record.id, findings))
        }
    }

    func ids(atLeast level: Level) -> [String] {
        records.filter { $0.findings.contains { $0.level >= level } }.map(\.id)
    }

    func ids(below level: Level) -> [String] {
        records.filter { !$0.findings.contains { $0.level >= level } }.map(\.id)
    }

    /// The findings of these records, for a failure's message.
    func table(of ids: [String]) -> String {
        records.filter { ids.contains($0.id) }.map { record in
            "\n\(record.id): " + record.findings.map { "\($0.level) \($0.title)" }.joined(separator: "; ")
        }.joined()
    }
}
