/// The parts of a ``ContainerDeployment``.
@usableFromInline
struct DeploymentParts: Sendable, Equatable {
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

extension ContainerDeployment: CustomReflectable {
    /// Shows the parts themselves, as if they stood in the record.
    public var customMirror: Mirror { Mirror(reflecting: shared[0]) }
}
