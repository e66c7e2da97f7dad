internal import Judge
internal import Synchronization

/// Collects what was asked for and would have been refused, and writes the narrowest policy that would have allowed it.
package final class PolicyLearner: Sendable {
    private struct Learned {
        var allowances = Allowances()
        /// What no policy opens, told so that nobody waits for it: the parts, and how often.
        var unopenable: [String: Int] = [:]
        /// Rules that refused, by title.
        var rules: [String: Int] = [:]
    }

    private let learned = Mutex(Learned())
    private let profile: Profile

    /// - Parameter profile: the profile that the policy starts from.
    package init(profile: Profile = .strict) { self.profile = profile }

    func learn(_ judging: Judging) {
        learned.withLock { learned in
            var opened: Set<String> = []
            for objection in judging.objections where Self.isOpenable(objection) {
                opened.insert(objection.part.rawValue)
                if let value = objection.value, objection.part.matching != .whole {
                    learned.allowances.open(objection.part, for: [value])
                } else {
                    learned.allowances.open(objection.part)
                }
            }
            for violation in judging.violations where !opened.contains(violation.part) {
                count(violation.part, in: &learned.unopenable)
            }
            for rule in judging.refusingRules { count(rule, in: &learned.rules) }
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
    package var policy: String { learned.withLock { Self.text(of: $0, profile) } }

    private static func text(of learned: Learned, _ profile: Profile) -> String {
        var lines = [
            "# What was asked for and would have been refused. Read it before you use it: an attacker's requests are",
            "# learned like any other.",
            "profile: \(profile.rawValue)",
        ]
        let openings = learned.allowances.openings.sorted { $0.key.rawValue < $1.key.rawValue }
        if !openings.isEmpty { lines.append("allow:") }
        for (part, opening) in openings {
            lines.append("  # \(part.title)")
            switch opening {
            case .wholly: lines.append("  \(part.rawValue): true")
            case .values(let values):
                lines.append("  \(part.rawValue):")
                lines += narrowest(values, part).map { "    - \(quoted($0))" }
            }
        }
        for (rule, count) in learned.rules.sorted(by: { $0.key < $1.key }) {
            lines.append("# The rule \(quoted(rule)) refused \(count) times; an exception is a Sigma filter.")
        }
        for (part, count) in learned.unopenable.sorted(by: { $0.key < $1.key }) {
            lines.append("# \(count) requests were refused by '\(part)', which no policy opens.")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Without values that others of them mean already.
    private static func narrowest(_ values: Set<String>, _ part: ProfilePart) -> [String] {
        values.filter { value in !values.contains { $0 != value && part.matches($0, value) && !part.matches(value, $0) }
        }
        .sorted()
    }

    /// A YAML text in double quotes, which is JSON's.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            default:
                if scalar.value < 32 || (127...159).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
                    || scalar.value == 0xFEFF
                {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
