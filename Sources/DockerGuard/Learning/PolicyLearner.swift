internal import Judge
package import Sigma
internal import Synchronization

/// Collects what was asked for and would have been refused, and writes the narrowest policy that would have allowed it.
package final class PolicyLearner: Sendable {
    private struct Learned {
        var allowances = Allowances()
        /// Values that others do not stand for, though they lie above them.
        var byLetter: Set<String> = []
        /// What no policy opens, told so that nobody waits for it: the parts, and how often.
        var unopenable: [String: Int] = [:]
        /// What rules refused.
        var exceptions = LearnedExceptions()
        /// Rules that refused what no exception could be written for, by title.
        var rules: [String: Int] = [:]
    }

    private let learned = Mutex(Learned())
    private let profile: Profile
    private let refuseAt: Level
    private let exceptionsFile: String

    /// - Parameters:
    ///   - profile: the profile that the policy starts from.
    ///   - refuseAt: from which level on rules refuse.
    ///   - exceptionsFile: where ``exceptions`` will stand, for the policy to name it.
    package init(profile: Profile = .strict, refuseAt: Level = .high, exceptionsFile: String = "exceptions.yml") {
        self.profile = profile
        self.refuseAt = refuseAt
        self.exceptionsFile = exceptionsFile
    }

    func learn(_ judging: Judging) {
        learned.withLock { learned in
            var opened: Set<String> = []
            for objection in judging.objections where Self.isOpenable(objection) {
                opened.insert(objection.part.rawValue)
                if let value = objection.value, objection.part.matching != .whole {
                    if objection.isOpenedByLetter { learned.byLetter.insert(value) }
                    learned.allowances.open(objection.part, for: [value])
                } else {
                    learned.allowances.open(objection.part)
                }
            }
            for violation in judging.violations where !opened.contains(violation.part) {
                count(violation.part, in: &learned.unopenable)
            }
            for finding in judging.refusing where !learned.exceptions.add(finding) {
                count(finding.rule.title, in: &learned.rules)
            }
        }
    }

    /// Whether a policy can open it without opening anything else: a value in which `*` is a letter cannot be written,
    /// and one that is not known would open the whole.
    private static func isOpenable(_ objection: Objection) -> Bool {
        guard objection.part.matching != .whole else { return true }
        guard let value = objection.value, !value.isEmpty else { return false }
        return objection.part.matching != .pattern || !value.contains("*")
    }

    /// Names are chosen by clients: no more of them are kept than a reader takes in.
    private func count(_ name: String, in counts: inout [String: Int]) {
        guard counts[name] != nil || counts.count < 256 else { return }
        counts[name, default: 0] += 1
    }

    /// The policy, as YAML: merged, sorted, the same for the same requests in any order.
    package var policy: String { learned.withLock { text(of: $0) } }

    /// The Sigma filters that the policy names as its exceptions, as YAML; nil where no rule refused anything.
    package var exceptions: String? { learned.withLock { $0.exceptions.isEmpty ? nil : $0.exceptions.text } }

    private func text(of learned: Learned) -> String {
        var lines = [
            "# What was asked for and would have been refused. Read it before you use it: an attacker's requests are",
            "# learned like any other.",
            "profile: \(profile.rawValue)",
        ]
        if refuseAt != .high { lines.append("refuse-at: \(refuseAt.rawValue)") }
        if !learned.exceptions.isEmpty {
            lines.append("# What rules refused: read this file, too.")
            lines.append("exceptions: \(YAMLText.quoted(exceptionsFile))")
        }
        let openings = learned.allowances.openings.sorted { $0.key.rawValue < $1.key.rawValue }
        if !openings.isEmpty { lines.append("allow:") }
        for (part, opening) in openings {
            lines.append("  # \(part.title)")
            switch opening {
            case .wholly: lines.append("  \(part.rawValue): true")
            case .values(let values):
                lines.append("  \(part.rawValue):")
                lines += Self.narrowest(values, part, keeping: learned.byLetter).map { "    - \(YAMLText.quoted($0))" }
            }
        }
        for (rule, count) in learned.rules.sorted(by: { $0.key < $1.key }) {
            // Without an image, or with a name that would stand for others.
            lines.append("# The rule \(YAMLText.quoted(rule)) refused \(count) times; no exception was learned.")
        }
        for (part, count) in learned.unopenable.sorted(by: { $0.key < $1.key }) {
            lines.append("# \(count) requests were refused by '\(part)', which no policy opens.")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Without values that others of them mean already.
    private static func narrowest(
        _ values: Set<String>,
        _ part: ProfilePart,
        keeping byLetter: Set<String>
    ) -> [String] {
        values.filter { value in
            byLetter.contains(value)
                || !values.contains { $0 != value && part.matches($0, value) && !part.matches(value, $0) }
        }
        .sorted()
    }
}
