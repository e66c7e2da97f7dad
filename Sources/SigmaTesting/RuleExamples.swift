public import Sigma

/// An event that a rule is meant to match, or not to match.
public struct RuleExample: Sendable, Hashable {
    /// What the example shows.
    public var name: String
    /// The event.
    public var event: FieldMap
    /// Whether the rule is meant to match it.
    public var isPositive: Bool
    /// Where it stands.
    public var place: Place
}

extension Rule {
    /// The examples under the rule's key `tests`, and what is wrong with them.
    ///
    /// ```yaml
    /// tests:
    ///     positive:
    ///         - name: a root mount
    ///           event: {deployment.host.paths: /, user.name: mallory}
    ///     negative:
    ///         - event: {deployment.host.paths: [/srv/data]}
    /// ```
    public var examples: (examples: [RuleExample], diagnostics: [Diagnostic]) {
        guard let tests = attribute("tests") else { return ([], []) }
        guard case .map(let groups) = tests.content else {
            return (
                [], [Diagnostic(.error, "'tests' must be a map of positive and negative examples", at: tests.place)]
            )
        }
        var reading = ExampleReading()
        for group in groups { reading.read(group) }
        return (reading.examples, reading.diagnostics)
    }
}

/// Examples as they are read.
private struct ExampleReading {
    var examples: [RuleExample] = []
    var diagnostics: [Diagnostic] = []

    mutating func read(_ group: Attribute.Member) {
        guard group.key == "positive" || group.key == "negative" else {
            diagnostics.append(
                Diagnostic(
                    .error,
                    "'\(group.key)' is no kind of example",
                    at: group.place,
                    hint: "positive or negative"
                )
            )
            return
        }
        guard case .list(let list) = group.value.content else {
            if case .null = group.value.content { return }
            diagnostics.append(Diagnostic(.error, "'\(group.key)' must be a list of examples", at: group.value.place))
            return
        }
        for (index, element) in list.enumerated() {
            guard let event = element["event"], case .object(let fields) = FieldMap.Value(event) else {
                diagnostics.append(
                    Diagnostic(.error, "an example needs an 'event' with fields", at: element.place)
                )
                continue
            }
            let name = element["name"]?.text ?? "\(group.key) \(index + 1)"
            examples.append(
                RuleExample(
                    name: name,
                    event: FieldMap(fields),
                    isPositive: group.key == "positive",
                    place: element.place
                )
            )
        }
    }
}
