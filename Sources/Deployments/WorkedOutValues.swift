/// The values of a deployment that are worked out of what it says, kept for all who ask for them.
///
/// Rules ask for each of them on every deployment, and lines tell them again.
public struct WorkedOutValues: Sendable {
    private let commands: CommandReadings?
    private let commandLine: String?
    private let imageName: String?
    private let publisher: String?
    private let resembledPublisher: String?
    private let exposed: [SensitivePlace]
    private let exposedWritable: [SensitivePlace]

    /// Works them out.
    public init(of deployment: ContainerDeployment) {
        let args = deployment.process.args
        let commandLine = args.isEmpty ? nil : args.joined(separator: " ")
        self.commandLine = commandLine
        commands = CommandReadings(of: deployment, commandLine: commandLine)
        imageName = deployment.container.image?.name
        publisher = deployment.container.image?.publisher
        resembledPublisher = deployment.container.image?.resembledPublisher
        exposed = deployment.host.exposes(onlyWritable: false)
        exposedWritable = deployment.host.exposes(onlyWritable: true)
    }

    /// Calls `visit` with each value of `field`, in order; false, without a call, for a field that the deployment tells
    /// itself.
    public func visitValues(of field: Field, _ visit: (FieldValue) -> Void) -> Bool {
        switch field {
        case .normalizedCommands, .hookCommands, .hostCommands, .commandWrites:
            commands?.visitValues(of: field, visit)
        case .commandLine: if let commandLine { visit(.text(commandLine)) }
        case .imageName: if let imageName { visit(.text(imageName)) }
        case .imagePublisher: if let publisher { visit(.text(publisher)) }
        case .imageResembles: if let resembledPublisher { visit(.text(resembledPublisher)) }
        case .hostExposes: for place in exposed { visit(.text(place.rawValue)) }
        case .hostWritableExposes: for place in exposedWritable { visit(.text(place.rawValue)) }
        default: return false
        }
        return true
    }
}
