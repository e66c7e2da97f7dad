package import Deployments
package import Sigma

/// A deployment as rules see it: the fields of ``Deployments/Field``, by their names.
///
/// One that is shared by all who speak of it, its findings and what is written of them, since the record is large.
package final class DeploymentEvent: SigmaEvent, Sendable {
    package let deployment: ContainerDeployment
    /// What names the record in its findings' ids, where that is not what the deployment says now.
    let identity: [String]?
    /// Worked out once, for the fields that rules ask for most.
    private let commands: CommandReadings?

    package convenience init(_ deployment: ContainerDeployment) { self.init(deployment, named: nil) }

    /// - Parameter identity: of what several sources told, what named the first record (``Joined/identity``).
    package convenience init(_ deployment: ContainerDeployment, identity: [String]) {
        self.init(deployment, named: identity)
    }

    private init(_ deployment: ContainerDeployment, named identity: [String]?) {
        self.deployment = deployment
        self.identity = identity
        commands = CommandReadings(of: deployment)
    }

    /// The field of that name; nil for a name that no deployment has, which is then always missing.
    package static func key(for field: String) -> Field? {
        Field(rawValue: field)
    }

    package func visitValues(of key: Field?, _ visit: (Sigma.FieldValue) -> Void) {
        guard let key else { return }
        values(of: key) { value in
            switch value {
            case .text(let text): visit(.text(text))
            case .integer(let integer): visit(.integer(integer))
            case .boolean(let boolean): visit(.boolean(boolean))
            }
        }
    }

    package func visitTexts(_ visit: (String) -> Void) {
        for field in Field.allCases {
            values(of: field) { value in
                switch value {
                case .text(let text): visit(text)
                case .integer(let integer): visit(String(integer))
                case .boolean(let boolean): visit(String(boolean))
                }
            }
        }
    }

    /// Calls `visit` with each value of `field`, in order.
    package func values(of field: Field, _ visit: (Deployments.FieldValue) -> Void) {
        if field.isOfCommands {
            commands?.visitValues(of: field, visit)
        } else {
            deployment.visitValues(of: field, visit)
        }
    }
}
