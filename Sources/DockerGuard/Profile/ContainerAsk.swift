internal import Dialects

/// A container as it is asked for or as it stands, in the form of a create's body.
struct ContainerAsk {
    /// Where the body comes from, and so what the absence of a value means.
    enum Origin: Equatable {
        /// A client asks for it; what it leaves out the daemon fills in.
        case request
        /// The daemon's inspection of a container that is there; what it shows is what the container has.
        case inspection
        /// A Swarm service's template, turned into a create's body.
        case service
    }

    var body: CanonicalValue
    var origin: Origin
    /// What stands before places in it: `container web: `.
    var prefix = ""
    /// The name and id that it is known by, where it is there.
    var name: String?
    var labels: [String: String] = [:]
    /// Whether it is a part of a configuration, given to a container that is there.
    var isUpdate = false
    /// The same as rules' records are read from; nil for what is not there yet.
    var inspected: InspectedContainer?
    /// Where fields of the configuration stand in a body that was translated, by Docker's names for them.
    var places: [String: String] = [:]
    /// What such a body asks for beside it.
    var wishes: [Wish] = []
    /// Paths of the host that the engine itself reads or writes for the container.
    var hostPaths: [HostPathUse] = []

    /// Paths of the host that the engine uses, with that of a log, which Podman takes on Docker's route as well.
    var usedPaths: [HostPathUse] {
        let options = host["LogConfig"]?["Config"]?.members ?? []
        return hostPaths
            + options.compactMap { option in
                guard option.name.lowercased() == "path", let path = option.value.string, !path.isEmpty else {
                    return nil
                }
                return HostPathUse(path: path, place: place("LogConfig.Config.\(option.name)"))
            }
    }

    var host: CanonicalValue { body["HostConfig"] ?? .object([]) }

    /// The place of something in the host's configuration.
    func place(_ field: String) -> String {
        if isUpdate { return field }
        if let place = translated(field) { return prefix + place }
        guard origin == .service else { return prefix + "HostConfig.\(field)" }
        let name = Self.serviceFields.first { field.hasPrefix($0.key) }
        return prefix + (name.map { $0.value + field.dropFirst($0.key.count) } ?? "TaskTemplate.\(field)")
    }

    /// The place of a field, or of the nearest that holds it.
    private func translated(_ field: String) -> String? {
        guard !places.isEmpty else { return nil }
        if let place = places[field] { return place }
        for (index, character) in zip(field.indices, field).reversed() where character == "[" || character == "." {
            if let place = places[String(field[..<index])] { return place + field[index...] }
        }
        return nil
    }

    /// What a service's specification calls them.
    private static let serviceFields = [
        "Mounts": "TaskTemplate.ContainerSpec.Mounts", "CapAdd": "TaskTemplate.ContainerSpec.CapabilityAdd",
        "Sysctls": "TaskTemplate.ContainerSpec.Sysctls", "SecurityOpt": "TaskTemplate.ContainerSpec.Privileges",
        "LogConfig": "TaskTemplate.LogDriver", "NetworkMode": "Networks", "Runtime": "TaskTemplate.Runtime",
    ]
}
