internal import Deployments
internal import Judge
internal import Sigma

/// What rules refused while it was learned: of each who asked for which image, the narrowest Sigma filter.
///
/// https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-filters-specification.md
struct LearnedExceptions: Sendable {
    /// What an exception is bound to beside its rules.
    private struct Subject: Hashable, Comparable {
        var image: String
        /// Nil where the connection proves nobody.
        var user: String?

        static func < (left: Subject, right: Subject) -> Bool {
            (left.image, left.user ?? "") < (right.image, right.user ?? "")
        }
    }

    /// Titles by what filters call the rule.
    private var rules: [Subject: [String: String]] = [:]

    /// Names are chosen by clients: no more of them are kept than a reader takes in.
    private static let limit = 256

    var isEmpty: Bool { rules.isEmpty }

    /// Takes in what a rule found; false where no filter can be written that speaks of it alone.
    mutating func add(_ finding: Finding) -> Bool {
        guard case .deployment(let event) = finding.subject, let image = event.deployment.container.image?.name,
            let subject = Self.subject(image, event.deployment.actor.userName),
            rules[subject] != nil || rules.count < Self.limit
        else { return false }
        rules[subject, default: [:]][finding.rule.id ?? finding.rule.title] = finding.rule.title
        return true
    }

    /// Nil for texts in which a letter would stand for others.
    private static func subject(_ image: String, _ user: String?) -> Subject? {
        let isPlain = [image, user ?? "-"].allSatisfy { text in
            !text.isEmpty && !text.unicodeScalars.contains { $0 == "*" || $0 == "?" || $0 == "\\" }
        }
        return isPlain ? Subject(image: image, user: user) : nil
    }

    private static func user(_ name: String?) -> String {
        let field = Field.userName.rawValue
        return name.map { "\(field)|\(Modifier.cased.rawValue): \(YAMLText.quoted($0))" } ?? "\(field): null"
    }

    /// The filters, a document each: sorted, the same for the same requests in any order.
    var text: String {
        let documents = rules.sorted { $0.key < $1.key }.map { subject, rules in
            let names = rules.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map { name, title in
                "        - \(YAMLText.quoted(name))  # \(YAMLText.quoted(title))"
            }
            return """
                title: \(YAMLText.quoted("Learned for \(subject.image)"))
                logsource:
                    category: container_deployment
                filter:
                    rules:
                \(names.joined(separator: "\n"))
                    learned:
                        \(Field.imageName.rawValue): \(YAMLText.quoted(subject.image))
                        \(Self.user(subject.user))
                    condition: not learned

                """
        }
        let head = """
            # What rules refused while the policy beside it was learned. Each exception lets this image do, for whoever
            # is named, whatever these rules find: read it before you use it.

            """
        return head + documents.joined(separator: "---\n")
    }
}
