/// A container about to run, running, or refused: what is asked for, by whom, by which route.
///
/// One record per container, whichever system spoke of it: a pod with three containers is three records that share the
/// pod's fields. A value that its source does not show is absent (`nil`, or an empty list for lists), never a default;
/// ``visibility`` says what the source could not show at all. Field names for rules and output: ``Field``.
public struct ContainerDeployment: Sendable, Equatable {
    /// What happened, when, and in whose words.
    public var event: Event
    /// Where the raw record stands.
    public var log: LogPosition?
    /// Who asked.
    public var actor: Actor
    /// The request that asked, where there was one.
    public var http: HTTPRequest?
    /// The way it came in.
    public var route: Route
    /// Where it lands.
    public var placement: Placement
    /// The container itself.
    public var container: Container
    /// What it runs.
    public var process: Process
    /// What of the host it is given.
    public var host: HostAccess
    /// Volumes mounted by name; what they hold is known only where their making is.
    public var volumes: [NamedVolume]
    /// Its privileges and confinement.
    public var security: Security
    /// What of it was never seen before; empty where nobody remembers.
    public var firstSeen: Set<FirstSeen>
    /// What the source could not show.
    public var visibility: Visibility
    /// What is wrong with the record itself; hiding there is the point of some attacks.
    public var defects: Set<RecordDefect>

    /// A deployment of which nothing but the event and the route is known yet.
    public init(event: Event, route: Route) {
        self.event = event
        self.log = nil
        self.actor = Actor()
        self.http = nil
        self.route = route
        self.placement = Placement()
        self.container = Container()
        self.process = Process()
        self.host = HostAccess()
        self.volumes = []
        self.security = Security()
        self.firstSeen = []
        self.visibility = .full
        self.defects = []
    }
}

extension ContainerDeployment {
    /// What happened (ECS `event.*`).
    public struct Event: Sendable, Equatable {
        /// When, as microseconds since 1970 UTC; nil where the source does not say.
        public var timestamp: Timestamp?
        /// The source's own id of the record (Kubernetes `auditID`, a log offset…), unique within its source.
        public var id: String
        /// What was done.
        public var action: Action
        /// Whether it was done.
        public var outcome: Outcome
        /// Which kind of record says so.
        public var dataset: Dataset
        /// The raw record; empty until a finding needs it.
        public var original: String?
        /// Why it was refused or failed, in the source's words.
        public var reason: String?

        /// An event; what is not given is unknown.
        public init(
            timestamp: Timestamp? = nil,
            id: String = "",
            action: Action,
            outcome: Outcome = .unknown,
            dataset: Dataset
        ) {
            self.timestamp = timestamp
            self.id = id
            self.action = action
            self.outcome = outcome
            self.dataset = dataset
            self.original = nil
            self.reason = nil
        }
    }

    /// A volume mounted by its name.
    public struct NamedVolume: Sendable, Equatable {
        /// The volume's name.
        public var name: String
        /// Where it appears in the container.
        public var target: String
        /// Whether the container cannot write to it.
        public var isReadOnly: Bool

        /// The volume `name` at `target`.
        public init(name: String, target: String, isReadOnly: Bool) {
            self.name = name
            self.target = target
            self.isReadOnly = isReadOnly
        }
    }

    /// Where a raw record stands.
    public struct LogPosition: Sendable, Equatable {
        /// The file, as it was named; `-` for standard input.
        public var path: String
        /// The record's first byte, counted from the start of the (decompressed) file.
        public var offset: Int

        /// A place in a log.
        public init(path: String, offset: Int) {
            self.path = path
            self.offset = offset
        }
    }

    /// Who asked (ECS `user.*`, `source.*`, `user_agent.*`, `tls.client.*`).
    public struct Actor: Sendable, Equatable {
        /// The name the server knew the requester by.
        public var userName: String?
        /// The groups it was in.
        public var groups: [String] = []
        /// Whom it acted as (Kubernetes impersonation).
        public var effectiveName: String?
        /// The client program, in its own words.
        public var userAgent: String?
        /// The address it came from.
        ///
        /// Kubernetes lets clients prepend to the list: the last entry is the peer.
        public var sourceIP: String?
        /// Subject of the client certificate.
        public var tlsClientSubject: String?

        /// Namespace of the Kubernetes service account that the requester is; nil for anybody else.
        public var serviceAccountNamespace: String? {
            guard let userName, userName.hasPrefix("system:serviceaccount:") else { return nil }
            let parts = userName.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            return parts.count == 4 ? String(Substring(parts[2])) : nil
        }

        /// An unknown requester.
        public init() {}
    }

    /// The request, where there was one (ECS `http.*`, `url.*`).
    public struct HTTPRequest: Sendable, Equatable {
        /// The method, upper case.
        public var method: String?
        /// The host that was asked (`Host`, `:authority`), as it was sent.
        public var host: String?
        /// Path, percent-decoded as the server decodes it.
        public var path: String?
        /// Query as sent, without `?`.
        public var query: String?
        /// Status the server answered.
        public var statusCode: Int?

        /// A request of which nothing is known.
        public init() {}
    }

    /// Where the container lands (ECS `host.*`, `orchestrator.*`).
    public struct Placement: Sendable, Equatable {
        /// Name of the host.
        public var hostName: String?
        /// The orchestrator: `kubernetes`, `swarm`.
        public var orchestratorType: String?
        /// Name of the cluster.
        public var clusterName: String?
        /// Namespace within the orchestrator.
        public var namespace: String?
        /// Kind of the object that was created or changed, lower-case singular (`pod`, `daemonset`, `notebook`).
        public var resourceType: String?
        /// Name of that object.
        public var resourceName: String?
        /// API group of that object; empty for the core group.
        public var resourceGroup: String?
        /// Kind and name of the object that owns it (`replicaset`).
        public var parentType: String?
        /// Name of the object that owns it.
        public var parentName: String?
        /// The node it must run on.
        public var nodeName: String?
        /// Node labels asked for, as `key=value`.
        public var nodeSelector: [String] = []
        /// Tolerations, as `key=value:effect`; `*` alone tolerates everything.
        public var tolerations: [String] = []
        /// How many copies are asked for.
        public var replicas: Int?
        /// When it is started again, as written.
        public var restartPolicy: String?
        /// When it runs, for scheduled work (cron syntax).
        public var schedule: String?

        /// An unknown place.
        public init() {}
    }

    /// The container and its image (ECS `container.*`).
    public struct Container: Sendable, Equatable {
        /// Id that the runtime gave it.
        public var id: String?
        /// Its name.
        public var name: String?
        /// The container runtime.
        public var runtime: String?
        /// Labels as `key=value`.
        public var labels: [String] = []
        /// The image reference as it was written.
        public var imageText: String?
        /// The same, parsed; nil when it is malformed or a bare image id.
        public var image: ImageReference?
        /// Image ids and digests, as `sha256:…`.
        public var imageHashes: [String] = []
        /// Its place in its pod.
        public var role: Role?
        /// Other containers whose namespaces or volumes it joins; for a swarm, the managers' addresses.
        public var joins: [String] = []

        /// An unknown container.
        public init() {}
    }

    /// What runs in it (ECS `process.*`).
    public struct Process: Sendable, Equatable {
        /// Entrypoint and command, as they will run.
        public var args: [String] = []
        /// Every other command that the deployment makes the container or the host run: life-cycle hooks, health
        /// checks, probes, the instructions of a build.
        public var hooks: [[String]] = []
        /// Where it runs.
        public var workingDirectory: String?
        /// Environment as `NAME=value`; values of secret-looking names masked.
        public var environment: [String] = []

        /// Nothing known to run.
        public init() {}
    }
}
