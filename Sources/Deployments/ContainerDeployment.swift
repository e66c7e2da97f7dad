/// A container about to run, running, or refused: what is asked for, by whom, by which route.
///
/// One record per container, whichever system spoke of it: a pod with three containers is three records that share the
/// pod's fields. A value that its source does not show is absent (`nil`, or an empty list for lists), never a default;
/// ``visibility`` says what the source could not show at all. Field names for rules and output: ``Field``.
public struct ContainerDeployment: Sendable, Equatable {
    /// The parts, in an array of one: copies of the record share them until one of them is changed.
    ///
    /// A record is large, and a copy of it would count nearly sixty references up and down; most copies are only read.
    @usableFromInline var shared: [DeploymentParts]

    /// What happened, when, and in whose words.
    public var event: Event {
        @inlinable _read { yield shared[0].event }
        @inlinable _modify { yield &shared[0].event }
    }
    /// Where the raw record stands.
    public var log: LogPosition? {
        @inlinable _read { yield shared[0].log }
        @inlinable _modify { yield &shared[0].log }
    }
    /// Who asked.
    public var actor: Actor {
        @inlinable _read { yield shared[0].actor }
        @inlinable _modify { yield &shared[0].actor }
    }
    /// The request that asked, where there was one.
    public var http: HTTPRequest? {
        @inlinable _read { yield shared[0].http }
        @inlinable _modify { yield &shared[0].http }
    }
    /// The way it came in.
    public var route: Route {
        @inlinable _read { yield shared[0].route }
        @inlinable _modify { yield &shared[0].route }
    }
    /// Where it lands.
    public var placement: Placement {
        @inlinable _read { yield shared[0].placement }
        @inlinable _modify { yield &shared[0].placement }
    }
    /// The container itself.
    public var container: Container {
        @inlinable _read { yield shared[0].container }
        @inlinable _modify { yield &shared[0].container }
    }
    /// What it runs.
    public var process: Process {
        @inlinable _read { yield shared[0].process }
        @inlinable _modify { yield &shared[0].process }
    }
    /// What of the host it is given.
    public var host: HostAccess {
        @inlinable _read { yield shared[0].host }
        @inlinable _modify { yield &shared[0].host }
    }
    /// Volumes mounted by name; what they hold is known only where their making is.
    public var volumes: [NamedVolume] {
        @inlinable _read { yield shared[0].volumes }
        @inlinable _modify { yield &shared[0].volumes }
    }
    /// Its privileges and confinement.
    public var security: Security {
        @inlinable _read { yield shared[0].security }
        @inlinable _modify { yield &shared[0].security }
    }
    /// What of it was never seen before; empty where nobody remembers.
    public var firstSeen: Set<FirstSeen> {
        @inlinable _read { yield shared[0].firstSeen }
        @inlinable _modify { yield &shared[0].firstSeen }
    }
    /// What the source could not show.
    public var visibility: Visibility {
        @inlinable _read { yield shared[0].visibility }
        @inlinable _modify { yield &shared[0].visibility }
    }
    /// What is wrong with the record itself; hiding there is the point of some attacks.
    public var defects: Set<RecordDefect> {
        @inlinable _read { yield shared[0].defects }
        @inlinable _modify { yield &shared[0].defects }
    }

    /// A deployment of which nothing but the event and the route is known yet.
    public init(event: Event, route: Route) {
        shared = [DeploymentParts(event: event, route: route)]
    }
}
