internal import Dialects

/// Finds what a body of Podman's asks for that has no counterpart in a create of Docker's.
struct SpecGeneratorWishes {
    private let spec: CanonicalValue
    private let schema: BodySchema
    private(set) var wishes: [Wish] = []

    /// - Parameter schema: which of Podman's bodies it is.
    init(in spec: CanonicalValue, as schema: BodySchema) {
        self.spec = spec
        self.schema = schema
        find()
    }

    private mutating func find() {
        networks()
        groups()
        annotations()
        if spec["rootfs"]?.string?.isEmpty == false {
            wish(.imageLoads, nil, "rootfs", "the container runs a directory of the host, and no image")
        }
        if spec["env_host"]?.bool == true { podman("env_host", "the container gets Podman's own environment") }
        if let zone = spec["timezone"]?.string, zone.contains("..") {
            podman("timezone", "'\(zone)' leads out of the time zones' directory")
        }
        if let runtime = spec["oci_runtime"]?.string, runtime.contains("/") {
            podman("oci_runtime", "'\(runtime)' is a program of the host, and no name of a runtime")
        }
        if let mode = spec["rootfs_propagation"]?.string, !Self.keptPropagation.contains(mode) {
            podman("rootfs_propagation", "'\(mode)' lets mounts of the container reach the host")
        }
        for member in spec["storage_opts"]?.members ?? [] where !["size", "inodes"].contains(member.name) {
            podman("storage_opts", at: "storage_opts.\(member.name)", "'\(member.name)' is for the storage driver")
        }
        if spec["personality"]?["flags"]?.strings.isEmpty == false {
            podman("personality", "it changes what the kernel protects the program with")
        }
        if let others = spec["devices_from"]?.strings, !others.isEmpty {
            wish(.devices, nil, "devices_from", "it takes the devices of '\(others[0])'")
        }
        for key in schema.unknownKeys(in: spec) {
            podman(key, "no version of Podman up to 6.0 is known to have this key")
        }
    }

    private static let keptPropagation: Set<String> = ["", "private", "rprivate", "slave", "rslave", "unbindable"]

    private mutating func networks() {
        for member in spec["Networks"]?.members ?? [] {
            for option in member.value["options"]?.members ?? [] {
                wish(
                    .networkOptions,
                    option.name,
                    "Networks.\(member.name).options.\(option.name)",
                    "'\(option.name)' may change an interface of the host"
                )
            }
        }
        for member in spec["network_options"]?.members ?? [] {
            for option in member.value.strings where !NamespaceCheck.isHarmless(userNetworkOption: option) {
                wish(
                    .hostNamespaces,
                    "network",
                    "network_options.\(member.name)",
                    "'\(option)' may lead to the host's own network"
                )
            }
        }
    }

    /// Ways past the control group of its own.
    private mutating func groups() {
        if let mode = spec["cgroups_mode"]?.string, !["", "enabled"].contains(mode) {
            wish(.cgroupParents, mode, "cgroups_mode", "'\(mode)' lets it live without limits of its own")
        }
        if spec["intelRdt"] != nil {
            wish(.cgroupParents, "intelRdt", "intelRdt", "it takes a share of the processor's caches by name")
        }
        let resources = spec["resource_limits"]
        for (place, value) in [("unified", spec["unified"]), ("resource_limits.unified", resources?["unified"])] {
            for member in value?.members ?? [] {
                wish(
                    .cgroupParents,
                    member.name,
                    "\(place).\(member.name)",
                    "'\(member.name)' is written into the control group as it is"
                )
            }
        }
    }

    /// Annotations that Podman and its client set by themselves, and that tell and do nothing.
    private static let harmlessAnnotations = [
        "io.podman.annotations.", "io.kubernetes.cri-o.", "io.container.manager", "org.opencontainers.image.",
        "org.systemd.property.TimeoutStopUSec",
    ]
    /// Those that runtimes obey: crun's handlers, hooks and receivers, and what chooses another virtual machine.
    private static let obeyedAnnotations = [
        "run.oci.", "org.crun.", "krun.", "io.katacontainers.", "org.systemd.property.",
    ]

    private mutating func annotations() {
        for member in spec["annotations"]?.members ?? [] {
            let name = member.name
            guard !Self.harmlessAnnotations.contains(where: name.hasPrefix) else { continue }
            let isObeyed = Self.obeyedAnnotations.contains(where: name.hasPrefix)
            let message =
                isObeyed ? "'\(name)' tells the runtime what to do" : "'\(name)' may set off a hook of the runtime's"
            podman("annotations.\(name)", isStrictOnly: !isObeyed, message)
        }
    }

    private mutating func wish(_ part: ProfilePart, _ value: String?, _ place: String, _ message: String) {
        wishes.append(Wish(part: part, value: value, place: place, message: message))
    }

    private mutating func podman(
        _ value: String,
        at place: String? = nil,
        isStrictOnly: Bool = false,
        _ message: String
    ) {
        wishes.append(
            Wish(part: .podman, value: value, place: place ?? value, message: message, isStrictOnly: isStrictOnly)
        )
    }
}
