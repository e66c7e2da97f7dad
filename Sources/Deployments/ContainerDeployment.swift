/// A container about to run, running, or refused: what is asked for, by whom, by which route.
///
/// One record per container, whichever system spoke of it: a pod with three containers is three records that share the
/// pod's fields. A value that its source does not show is absent (`nil`, or an empty list for lists), never a default;
/// ``visibility`` says what the source could not show at all. Field names for rules and output: ``Field``.
public struct ContainerDeployment: Sendable, Equatable {
    @usableFromInline var parts: DeploymentParts

    /// What happened, when, and in whose words.
    public var event: Event {
        @inlinable _read { yield unsafe parts.kept.event }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.event
        }
    }
    /// Where the raw record stands.
    public var log: LogPosition? {
        @inlinable _read { yield unsafe parts.kept.log }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.log
        }
    }
    /// Who asked.
    public var actor: Actor {
        @inlinable _read { yield unsafe parts.kept.actor }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.actor
        }
    }
    /// The request that asked, where there was one.
    public var http: HTTPRequest? {
        @inlinable _read { yield unsafe parts.kept.http }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.http
        }
    }
    /// The way it came in.
    public var route: Route {
        @inlinable _read { yield unsafe parts.kept.route }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.route
        }
    }
    /// Where it lands.
    public var placement: Placement {
        @inlinable _read { yield unsafe parts.kept.placement }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.placement
        }
    }
    /// The container itself.
    public var container: Container {
        @inlinable _read { yield unsafe parts.kept.container }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.container
        }
    }
    /// What it runs.
    public var process: Process {
        @inlinable _read { yield unsafe parts.kept.process }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.process
        }
    }
    /// What of the host it is given.
    public var host: HostAccess {
        @inlinable _read { yield unsafe parts.kept.host }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.host
        }
    }
    /// Volumes mounted by name; what they hold is known only where their making is.
    public var volumes: [NamedVolume] {
        @inlinable _read { yield unsafe parts.kept.volumes }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.volumes
        }
    }
    /// Its privileges and confinement.
    public var security: Security {
        @inlinable _read { yield unsafe parts.kept.security }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.security
        }
    }
    /// What of it was never seen before; empty where nobody remembers.
    public var firstSeen: Set<FirstSeen> {
        @inlinable _read { yield unsafe parts.kept.firstSeen }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.firstSeen
        }
    }
    /// What the source could not show.
    public var visibility: Visibility {
        @inlinable _read { yield unsafe parts.kept.visibility }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.visibility
        }
    }
    /// What is wrong with the record itself; hiding there is the point of some attacks.
    public var defects: Set<RecordDefect> {
        @inlinable _read { yield unsafe parts.kept.defects }
        @inlinable _modify {
            unshare()
            yield unsafe &parts.kept.defects
        }
    }

    /// A deployment of which nothing but the event and the route is known yet.
    public init(event: Event, route: Route) {
        parts = DeploymentParts(DeploymentParts.Kept(event: event, route: route))
    }

    /// Sees that nobody else has what is about to be changed.
    @inlinable @inline(__always)
    mutating func unshare() {
        if !isKnownUniquelyReferenced(&parts) { parts = unsafe DeploymentParts(parts.kept) }
    }

    /// Whether both say the same.
    public static func == (left: Self, right: Self) -> Bool {
        unsafe left.parts === right.parts || left.parts.kept == right.parts.kept
    }
}
