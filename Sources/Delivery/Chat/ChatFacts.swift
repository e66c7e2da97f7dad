internal import Deployments
internal import Sigma

/// What a person in a chat is told of an alert, in short texts that are harmless to look at.
struct ChatFacts {
    var title: String
    var sentence: String
    /// Named values.
    var facts: [(name: String, value: String)]

    init(_ alert: Alert) {
        title = AlertText.visible("\(alert.level.rawValue.uppercased()): \(alert.title)", bytes: 140)
        // A text that is empty is refused.
        sentence = AlertText.visible(alert.sentence.isEmpty ? "-" : alert.sentence, bytes: 1_200)
        func fact(_ name: String, _ value: String?) -> (name: String, value: String)? {
            value.map { (name, AlertText.visible($0, bytes: 200)) }
        }
        let object = [alert.value(of: "orchestrator.resource.type"), alert.value(of: "orchestrator.resource.name")]
            .compactMap { $0 }.joined(separator: "/")
        facts = [
            fact("Time", alert.time.map { "\($0.description.prefix(19))Z" }),
            fact("Repeated", AlertText.repeats(alert)),
            fact("User", alert.value(of: "user.name")),
            fact("Source address", alert.value(of: "source.ip")),
            fact("Namespace", alert.value(of: "orchestrator.namespace")),
            fact("Object", object.isEmpty ? nil : object),
            fact("Container", alert.value(of: "container.name")),
            fact("Image", alert.value(of: "deployment.image.reference") ?? alert.value(of: "container.image.name")),
            fact("Host", alert.value(of: "host.name")),
            fact("Finding", "\(alert.id)"),
        ].compactMap { $0 }
    }
}
