internal import Deployments

/// Containers that were created and not started yet.
///
/// What one client made and another starts is told twice: the second is a deployment of its own.
struct AwaitedStarts {
    private struct Waiting {
        var container: ContainerDeployment.Container
        var actor: ContainerDeployment.Actor
        var route: Route

        func isMeant(by start: ContainerDeployment) -> Bool { route == start.route && actor == start.actor }
    }

    private var waiting: [Waiting] = []

    mutating func expect(_ create: ContainerDeployment) {
        waiting.append(Waiting(container: create.container, actor: create.actor, route: create.route))
        if waiting.count > 1_024 { waiting.removeFirst() }
    }

    /// The name of the create that a start of `subject` follows, empty where it has none or several are meant; nil where
    /// the start is a deployment of its own.
    mutating func take(_ subject: String, by start: ContainerDeployment, isKnown: Bool) -> String? {
        let own = waiting.indices.filter { waiting[$0].isMeant(by: start) }
        if let index = own.last(where: { Self.isNamed(subject, waiting[$0].container) }) {
            return waiting.remove(at: index).container.name ?? subject
        }
        // A request shows no id that the daemon gave: an unknown one is that of a container just made.
        guard !isKnown, Self.isID(subject) else { return nil }
        let anonymous = own.filter { waiting[$0].container.id == nil }
        guard let last = anonymous.last else { return nil }
        let name = waiting.remove(at: last).container.name
        return anonymous.count == 1 ? name ?? "" : ""
    }

    /// Whether a container may be one that was created and not started yet.
    func isAwaited(_ subject: String, by request: ContainerDeployment, isKnown: Bool) -> Bool {
        waiting.contains {
            $0.isMeant(by: request)
                && (Self.isNamed(subject, $0.container) || (!isKnown && Self.isID(subject) && $0.container.id == nil))
        }
    }

    private static func isNamed(_ subject: String, _ container: ContainerDeployment.Container) -> Bool {
        container.name == subject || container.id == subject
    }

    private static func isID(_ subject: String) -> Bool {
        subject.utf8.count >= 12 && subject.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
