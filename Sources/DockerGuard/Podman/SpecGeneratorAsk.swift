internal import Dialects

extension ContainerAsk {
    /// What a container inherits from the pod that it joins.
    struct Pod: Equatable {
        /// The container that holds the pod's namespaces.
        var infra: String
        /// The kinds of namespaces that its containers share: `ipc`, `net`, `uts`, `pid`, `user`, `cgroup`.
        var shared: Set<String>
    }

    /// Podman's `SpecGenerator`, or `PodSpecGenerator`, as the create of Docker's that asks for the same.
    ///
    /// - Parameters:
    ///   - schema: which of the two it is.
    ///   - pod: what of the pod's it takes up where it says nothing else; nil without one.
    init(specGenerator spec: CanonicalValue, as schema: BodySchema = .specGenerator, pod: Pod? = nil) {
        var translation = SpecGeneratorTranslation(spec: spec, schema: schema, pod: pod)
        translation.run()
        self.init(body: translation.body, origin: .request)
        places = translation.places
        wishes = translation.wishes
        hostPaths = translation.hostPaths
    }
}

/// Turns Podman's words for a container into Docker's, remembering where each stood (Podman `pkg/specgen`).
struct SpecGeneratorTranslation {
    let spec: CanonicalValue
    let schema: BodySchema
    let pod: ContainerAsk.Pod?
    private var host: [CanonicalMember] = []
    private var endpoints: [CanonicalMember] = []
    private(set) var places: [String: String] = [:]
    var wishes: [Wish] = []
    var hostPaths: [HostPathUse] = []

    init(spec: CanonicalValue, schema: BodySchema, pod: ContainerAsk.Pod?) {
        self.spec = spec
        self.schema = schema
        self.pod = pod
    }

    /// A create's body of Docker's.
    var body: CanonicalValue {
        .object([
            CanonicalMember("Image", spec["image"] ?? .string("")),
            CanonicalMember("HostConfig", .object(host)),
            CanonicalMember("NetworkingConfig", .object([CanonicalMember("EndpointsConfig", .object(endpoints))])),
        ])
    }

    mutating func run() {
        same("Privileged", "privileged")
        same("CapAdd", "cap_add")
        same("VolumesFrom", "volumes_from")
        same("Sysctls", "sysctl")
        same("CgroupParent", "cgroup_parent")
        same("Runtime", "oci_runtime")
        namespaces()
        networks()
        confinement()
        devices()
        mounts()
        logging()
        findWishes()
    }

    /// A field that only has another name.
    private mutating func same(_ field: String, _ key: String) {
        guard let value = spec[key] else { return }
        host.append(CanonicalMember(field, value))
        places[field] = key
    }

    /// A list put together from several fields, each element with its place.
    private mutating func list(_ field: String, _ elements: [(CanonicalValue, place: String)]) {
        guard !elements.isEmpty else { return }
        host.append(CanonicalMember(field, .array(elements.map(\.0))))
        for (index, element) in elements.enumerated() { places["\(field)[\(index)]"] = element.place }
    }

    // MARK: Namespaces

    private static let namespaceFields = [
        ("NetworkMode", "netns", "net"), ("PidMode", "pidns", "pid"), ("IpcMode", "ipcns", "ipc"),
        ("UTSMode", "utsns", "uts"), ("UsernsMode", "userns", "user"), ("CgroupnsMode", "cgroupns", "cgroup"),
    ]

    private mutating func namespaces() {
        for (field, key, kind) in Self.namespaceFields {
            let mode = spec[key]?["nsmode"]?.string ?? ""
            let value = spec[key]?["value"]?.string ?? ""
            host.append(CanonicalMember(field, .string(Self.mode(mode, value, kind, pod))))
            places[field] = key
        }
    }

    /// Docker's word for a namespace (Podman `pkg/specgen/namespaces.go`).
    private static func mode(_ mode: String, _ value: String, _ kind: String, _ pod: ContainerAsk.Pod?) -> String {
        switch mode {
        case "", "default": pod.map { $0.shared.contains(kind) ? "container:\($0.infra)" : "" } ?? ""
        case "pod": pod.map { "container:\($0.infra)" } ?? "pod"
        case "path": "ns:\(value)"
        case "container": "container:\(value)"
        default: value.isEmpty ? mode : "\(mode):\(value)"
        }
    }

    private mutating func networks() {
        for member in spec["Networks"]?.members ?? [] {
            endpoints.append(CanonicalMember(member.name, .object([])))
            for option in member.value["options"]?.members ?? [] {
                networkOption(option.name, at: "Networks.\(member.name).options.\(option.name)")
            }
        }
        for name in spec["cni_networks"]?.strings ?? [] { endpoints.append(CanonicalMember(name, .object([]))) }
        places["NetworkingConfig.EndpointsConfig"] = "Networks"
        for member in spec["network_options"]?.members ?? [] {
            for option in member.value.strings where !NamespaceCheck.isHarmless(userNetworkOption: option) {
                wishes.append(
                    Wish(
                        part: .hostNamespaces,
                        value: "network",
                        place: "network_options.\(member.name)",
                        message: "'\(option)' may lead to the host's own network"
                    )
                )
            }
        }
    }

    private mutating func networkOption(_ name: String, at place: String) {
        wishes.append(
            Wish(
                part: .networkOptions,
                value: name,
                place: place,
                message: "'\(name)' may change an interface of the host"
            )
        )
    }

    // MARK: Confinement

    /// The system call filters that Podman takes by itself (`libpod.DefaultSeccompPath`).
    private static let ownFilters: Set<String> = [
        "", "/usr/share/containers/seccomp.json", "/etc/containers/seccomp.json",
    ]

    private mutating func confinement() {
        var options: [(CanonicalValue, place: String)] = []
        func add(_ option: String, _ place: String) { options.append((.string(option), place)) }
        for (index, option) in (spec["selinux_opts"]?.strings ?? []).enumerated() {
            add("label=\(option)", "selinux_opts[\(index)]")
        }
        if spec["label_nested"]?.bool == true { add("label=nested", "label_nested") }
        if let profile = spec["apparmor_profile"]?.string, !profile.isEmpty {
            add("apparmor=\(profile)", "apparmor_profile")
        }
        if let path = spec["seccomp_profile_path"]?.string, !Self.ownFilters.contains(path) {
            add("seccomp=\(path)", "seccomp_profile_path")
        }
        if let policy = spec["seccomp_policy"]?.string, !["", "default"].contains(policy) {
            add("seccomp-policy=\(policy)", "seccomp_policy")
        }
        for (index, path) in (spec["unmask"]?.strings ?? []).enumerated() { add("unmask=\(path)", "unmask[\(index)]") }
        for (index, option) in (spec["procfs_opts"]?.strings ?? []).enumerated() {
            let name = option.prefix { $0 != "=" }
            if ["hidepid", "subset", "nosuid", "nodev", "noexec", "ro"].contains(name) { continue }
            add("proc-opts=\(option)", "procfs_opts[\(index)]")
        }
        for (index, option) in (spec["security_opt"]?.strings ?? []).enumerated() {
            add(option, "security_opt[\(index)]")
        }
        list("SecurityOpt", options)
    }

    // MARK: Devices

    private mutating func devices() {
        var devices: [(CanonicalValue, place: String)] = []
        var requests: [(CanonicalValue, place: String)] = []
        func add(_ text: String, _ place: String) {
            guard text.hasPrefix("/") else {
                // A name of the Container Device Interface: `vendor.com/class=name`.
                requests.append((Self.request(text), place))
                return
            }
            let path = text.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? text
            devices.append((.object([CanonicalMember("PathOnHost", .string(path))]), place))
        }
        for key in ["devices", "host_device_list"] {
            for (index, device) in (spec[key]?.elements ?? []).enumerated() {
                add(device["path"]?.string ?? "", "\(key)[\(index)].path")
            }
        }
        for (index, device) in (spec["pod_devices"]?.strings ?? []).enumerated() {
            add(device, "pod_devices[\(index)]")
        }
        for (index, name) in (spec["gpus"]?.strings ?? []).enumerated() {
            requests.append((Self.request("gpu=\(name)"), "gpus[\(index)]"))
        }
        list("Devices", devices)
        list("DeviceRequests", requests)
        var rules = Self.rules(spec["device_cgroup_rule"], at: "device_cgroup_rule")
        rules += Self.rules(spec["resource_limits"]?["devices"], at: "resource_limits.devices")
        list("DeviceCgroupRules", rules)
    }

    private static func request(_ name: String) -> CanonicalValue {
        .object([CanonicalMember("Driver", .string(name))])
    }

    /// Rules in Docker's notation: `c 1:3 rwm`.
    static func rules(_ value: CanonicalValue?, at place: String) -> [(CanonicalValue, place: String)] {
        (value?.elements ?? []).enumerated().map { index, rule in
            func number(_ name: String) -> String {
                rule[name]?.integer.map { $0 < 0 ? "*" : String($0) } ?? "*"
            }
            let type = rule["type"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "a"
            let text = "\(type) \(number("major")):\(number("minor")) \(rule["access"]?.string ?? "")"
            return (.string(text), "\(place)[\(index)]")
        }
    }

    // MARK: Mounts and logs

    private mutating func mounts() {
        var translation = LibpodMounts()
        translation.add(spec)
        list("Mounts", translation.mounts)
        hostPaths += translation.hostPaths
    }

    private mutating func logging() {
        guard let log = spec["log_configuration"] else { return }
        host.append(
            CanonicalMember(
                "LogConfig",
                .object([
                    CanonicalMember("Type", log["driver"] ?? .string("")),
                    CanonicalMember("Config", log["options"] ?? .object([])),
                ])
            )
        )
        places["LogConfig.Type"] = "log_configuration.driver"
        places["LogConfig.Config"] = "log_configuration.options"
        use(log["path"]?.string, at: "log_configuration.path")
    }

    /// Notes a path of the host that Podman reads or writes.
    mutating func use(_ path: String?, at place: String) {
        guard let path, !path.isEmpty else { return }
        hostPaths.append(HostPathUse(path: path, place: place))
    }
}
