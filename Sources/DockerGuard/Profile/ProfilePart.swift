/// One part of a profile: something that a request must not ask for, under the name by which a policy file opens it.
///
/// The one definition behind the checks, the policy file's keys, the texts of refusals and the documentation.
package enum ProfilePart: String, Sendable, CaseIterable {
    case privileged
    case hostNamespaces = "host-namespaces"
    case containerNamespaces = "container-namespaces"
    case capabilities
    case securityOptions = "security-options"
    case maskedPaths = "masked-paths"
    case devices
    case deviceRules = "device-rules"
    case deviceRequests = "device-requests"
    case binds
    case volumeOptions = "volume-options"
    case volumeDrivers = "volume-drivers"
    case runtimes
    case cgroupParents = "cgroup-parents"
    case sysctls
    case logDrivers = "log-drivers"
    case networkDrivers = "network-drivers"
    case networkOptions = "network-options"
    case plugins
    case swarm
    case sessions
    case debug
    case attachWebSocket = "attach-websocket"
    case startConfiguration = "start-configuration"
    case checkpoints
    case buildNetworks = "build-networks"
    case buildContexts = "build-contexts"
    case buildOptions = "build-options"
    case images
    case imageLoads = "image-loads"
    case imageNames = "image-names"
    case podman

    /// How the values that open a part are compared with what a request asks for.
    package enum Matching: Sendable {
        /// It is opened whole, with `true`.
        case whole
        /// The same word, whatever its case.
        case word
        /// The same text.
        case text
        /// A path that is, or lies below, one of these.
        case directory
        /// A text with `*` for any run of characters.
        case pattern
    }

    /// How its values are compared; `true` opens any part whole.
    package var matching: Matching {
        switch self {
        case .privileged, .maskedPaths, .plugins, .swarm, .sessions, .debug, .attachWebSocket, .startConfiguration,
            .checkpoints, .imageLoads:
            .whole
        case .hostNamespaces, .capabilities, .volumeOptions: .word
        case .securityOptions, .deviceRules, .runtimes, .networkDrivers, .logDrivers, .buildOptions: .text
        case .devices, .binds: .directory
        case .containerNamespaces, .deviceRequests, .volumeDrivers, .cgroupParents, .sysctls, .networkOptions,
            .buildNetworks, .buildContexts, .images, .imageNames, .podman:
            .pattern
        }
    }

    /// The profiles that hold requests to it.
    package var profiles: Set<Profile> {
        switch self {
        case .privileged, .hostNamespaces, .capabilities, .securityOptions, .maskedPaths, .devices, .deviceRules,
            .deviceRequests, .binds, .volumeOptions, .sysctls, .plugins, .swarm, .debug, .startConfiguration,
            .checkpoints, .buildNetworks, .buildOptions, .podman:
            [.strict, .baseline]
        default: [.strict]
        }
    }

    /// What it is about, in one line.
    package var title: String {
        switch self {
        case .privileged: "containers and execs with every privilege"
        case .hostNamespaces: "the host's pid, network, ipc, uts, user or cgroup namespace, by whatever name"
        case .containerNamespaces: "another container's namespaces"
        case .capabilities: "capabilities outside Docker's default set"
        case .securityOptions: "options that lower seccomp, AppArmor or SELinux confinement, or unmask paths"
        case .maskedPaths: "fewer masked or read-only kernel paths than the default"
        case .devices: "device nodes of the host"
        case .deviceRules: "rules that let a container use devices which it makes itself"
        case .deviceRequests: "devices that a driver hands out, such as GPUs"
        case .binds: "directories and files of the host, by where they really lead"
        case .volumeOptions: "options of the local volume driver, which mounts whatever they say"
        case .volumeDrivers: "volume drivers other than the local one"
        case .runtimes: "runtimes other than the default"
        case .cgroupParents: "a control group to live in, past the limits of its own"
        case .sysctls: "kernel settings outside the safe set"
        case .logDrivers: "log drivers that connect to an address or a socket"
        case .networkDrivers: "networks on the host's own interfaces"
        case .networkOptions: "network options that take over an interface of the host"
        case .plugins: "plugins, which run with whatever power they ask for"
        case .swarm: "membership of a swarm, whose managers deploy without this API, and the tokens that lead there"
        case .sessions: "BuildKit's channels and builds, whose instructions nobody can read"
        case .debug: "the daemon's profiler"
        case .attachWebSocket: "a container's standard input over a web socket"
        case .startConfiguration: "a configuration given with a start, past the one that was created"
        case .checkpoints: "checkpoints of running containers"
        case .buildNetworks: "builds in the network of the host or of a container"
        case .buildContexts: "builds from an address that the daemon fetches"
        case .buildOptions: "builds with security options or a control group of their own"
        case .images: "images from registries or repositories that are not listed"
        case .imageLoads: "images from files: loaded or imported"
        case .imageNames: "names of images that are there already, given to others"
        case .podman: "Podman's own wishes that no other part speaks of, and its routes that are not read"
        }
    }

    /// What to change, for the client or for whoever writes the policy.
    package func remedy(_ value: String?) -> String {
        let opening = "a policy opens it with 'allow: {\(rawValue): \(opening(value))}'"
        return switch self {
        case .binds: "use a volume, or a directory that is allowed; \(opening)"
        case .capabilities: "leave it out; \(opening)"
        case .startConfiguration: "give the configuration when the container is created; \(opening)"
        case .imageNames: "choose another name; \(opening)"
        case .images: "use an image from a listed registry; \(opening)"
        default: "leave it out; \(opening)"
        }
    }

    private func opening(_ value: String?) -> String {
        guard matching != .whole, let value else { return "true" }
        return "[\(value)]"
    }
}
