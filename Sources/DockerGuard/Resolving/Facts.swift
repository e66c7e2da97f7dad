internal import Deployments
internal import Dialects

/// What the daemon and the host said of the things that a request refers to.
struct Facts {
    /// Networks by the reference that was asked about: a name, an id, a prefix of one.
    var networks: [String: Fact<NetworkFact>] = [:]
    var volumes: [String: Fact<VolumeFact>] = [:]
    var containers: [String: Fact<ContainerAsk>] = [:]
    /// Where paths of the host lead.
    var paths: [String: Result<HostPath, Unresolvable>] = [:]
    var daemon: DaemonFact?
    /// The engine's and the guard's own things, where they are; nil before anything is mounted.
    var engine: [ResolvedPlace]?
    /// What could not be found out, and so refuses.
    var unresolved: [Unresolved] = []
}

/// An answer to a question about one thing.
enum Fact<Value> {
    /// There is no such thing: the daemon will say so itself, or make it anew.
    case absent
    case found(Value)

    var value: Value? { if case .found(let value) = self { value } else { nil } }
}

/// A pod of Podman's that is there.
struct PodFact: Equatable {
    /// The container that holds its namespaces; nil for none.
    var infra: String?
    var shared: Set<String>
    /// The ids of its containers, with that one.
    var containers: [String]
}

/// A network that is there.
struct NetworkFact: Equatable {
    var name: String
    var driver: String
    var isIngress = false
}

/// A volume that is there.
struct VolumeFact: Equatable {
    var driver: String
    var options: VolumeOptions
}

/// What a daemon gives a container that asks for nothing.
struct DaemonFact: Equatable {
    var defaultRuntime: String
    var logDriver: String
    /// With version 1, containers have the host's control group namespace by default.
    var cgroupVersion: String
    /// Where it keeps images, volumes and containers.
    var dataRoot: String?
}

/// A question without an answer.
struct Unresolved: Equatable {
    var place: String
    var message: String
}
