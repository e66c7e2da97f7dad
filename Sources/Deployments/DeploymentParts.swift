/// The parts of a ``ContainerDeployment``, which its copies share until one of them is changed.
///
/// A record is large, and a copy of it counts nearly sixty references up and down; most copies are only read.
// Shared between tasks: changed by a record alone that nobody shares (`isKnownUniquelyReferenced`), as in an array.
@usableFromInline
final class DeploymentParts: @unchecked Sendable {
    /// The parts themselves.
    @usableFromInline
    struct Kept: Sendable, Equatable {
        @usableFromInline var event: ContainerDeployment.Event
        @usableFromInline var log: ContainerDeployment.LogPosition?
        @usableFromInline var actor: ContainerDeployment.Actor
        @usableFromInline var http: ContainerDeployment.HTTPRequest?
        @usableFromInline var route: Route
        @usableFromInline var placement: ContainerDeployment.Placement
        @usableFromInline var container: ContainerDeployment.Container
        @usableFromInline var process: ContainerDeployment.Process
        @usableFromInline var host: HostAccess
        @usableFromInline var volumes: [ContainerDeployment.NamedVolume]
        @usableFromInline var security: Security
        @usableFromInline var firstSeen: Set<FirstSeen>
        @usableFromInline var visibility: Visibility
        @usableFromInline var defects: Set<RecordDefect>

        init(event: ContainerDeployment.Event, route: Route) {
            self.event = event
            self.log = nil
            self.actor = ContainerDeployment.Actor()
            self.http = nil
            self.route = route
            self.placement = ContainerDeployment.Placement()
            self.container = ContainerDeployment.Container()
            self.process = ContainerDeployment.Process()
            self.host = HostAccess()
            self.volumes = []
            self.security = Security()
            self.firstSeen = []
            self.visibility = .full
            self.defects = []
        }
    }

    // A record is a value: whoever changes it has it to itself, which the compiler sees to.
    @exclusivity(unchecked) @usableFromInline var kept: Kept

    @usableFromInline
    init(_ kept: Kept) { unsafe self.kept = kept }
}

extension ContainerDeployment: CustomReflectable {
    /// Shows the parts themselves, as if they stood in the record.
    public var customMirror: Mirror { unsafe Mirror(reflecting: parts.kept) }
}
