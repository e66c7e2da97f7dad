/// Podman's `SpecGenerator`, or `PodSpecGenerator`, as the create of Docker's that asks for the same (Podman
/// `pkg/specgen`): the one reading of it, for logs and at the gate.
package struct PodmanCreate {
    /// What a container inherits from the pod that it joins.
    package struct Pod: Sendable, Equatable {
        /// The container that holds the pod's namespaces.
        package var infra: String
        /// The kinds of namespaces that its containers share: `ipc`, `net`, `uts`, `pid`, `user`, `cgroup`.
        package var shared: Set<String>

        package init(infra: String, shared: Set<String>) {
            self.infra = infra
            self.shared = shared
        }
    }

    private let spec: CanonicalValue
    private let pod: Pod?
    private var host: [CanonicalMember] = []
    private var endpoints: [CanonicalMember] = []
    /// Where a field of Docker's, or an element of its list, stands in Podman's words.
    package private(set) var places: [String: String] = [:]
    /// Paths of the host that Podman itself reads, writes or mounts.
    package private(set) var hostPaths: [HostPathUse] = []

    /// - Parameter pod: what of the pod's it takes up where it says nothing else; nil without one.
    package init(_ spec: CanonicalValue, pod: Pod? = nil) {
        self.spec = spec
        self.pod = pod
        translate()
    }

    /// A create's body of Docker's.
    package var body: CanonicalValue {
        var members = [
            CanonicalMember("Image", spec["image"] ?? .string("")),
            CanonicalMember("HostConfig", .object(host)),
            CanonicalMember("NetworkingConfig", .object([CanonicalMember("EndpointsConfig", .object(endpoints))])),
        ]
        for (field, key) in Self.processFields {
            if let value = spec[key] { members.append(CanonicalMember(field, value)) }
        }
        if let variables = spec["env"]?.members {
            let words = variables.map { CanonicalValue.string("\($0.name)=\($0.value.string ?? "")") }
            members.append(CanonicalMember("Env", .array(words)))
        }
        if let test = spec["healthconfig"]?["Test"] {
            members.append(CanonicalMember("Healthcheck", .object([CanonicalMember("Test", test)])))
        }
        return .object(members)
    }

    private static let processFields = [
        ("Entrypoint", "entrypoint"), ("Cmd", "command"), ("WorkingDir", "work_dir"), ("User", "user"),
        ("Labels", "labels"), ("Hostname", "hostname"),
    ]

    private mutating func translate() {
        same("Privileged", "privileged")
        same("ReadonlyRootfs", "read_only_filesystem")
        same("CapAdd", "cap_add")
        same("CapDrop", "cap_drop")
        same("VolumesFrom", "volumes_from")
        same("Sysctls", "sysctl")
        same("CgroupParent", "cgroup_parent")
        same("Runtime", "oci_runtime")
        if let policy = spec["restart_policy"] {
            host.append(CanonicalMember("RestartPolicy", .object([CanonicalMember("Name", policy)])))
        }
        namespaces()
        networks()
        ports()
        confinement()
        devices()
        mounts()
        logging()
        files()
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
    private static func mode(_ mode: String, _ value: String, _ kind: String, _ pod: Pod?) -> String {
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
        }
        for name in spec["cni_networks"]?.strings ?? [] { endpoints.append(CanonicalMember(name, .object([]))) }
        places["NetworkingConfig.EndpointsConfig"] = "Networks"
    }

    private mutating func ports() {
        let ports = (spec["portmappings"]?.elements ?? []).map { port in
            let container = port["container_port"]?.integer ?? 0
            let binding = CanonicalValue.object([
                CanonicalMember("HostIp", port["host_ip"] ?? .string("")),
                CanonicalMember("HostPort", .string("\(port["host_port"]?.integer ?? 0)")),
            ])
            return CanonicalMember("\(container)/\(port["protocol"]?.string ?? "tcp")", .array([binding]))
        }
        if !ports.isEmpty { host.append(CanonicalMember("PortBindings", .object(ports))) }
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
        if let isSet = spec["no_new_privileges"]?.bool { add("no-new-privileges=\(isSet)", "no_new_privileges") }
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
    private static func rules(_ value: CanonicalValue?, at place: String) -> [(CanonicalValue, place: String)] {
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

    // MARK: Files of the host

    /// Files of the host that Podman reads or writes for it.
    private mutating func files() {
        use(spec["rootfs"]?.string, at: "rootfs")
        use(spec["conmon_pid_file"]?.string, at: "conmon_pid_file")
        use(spec["infra_conmon_pid_file"]?.string, at: "infra_conmon_pid_file")
        use(spec["init_path"]?.string, at: "init_path")
        for key in ["base_hosts_file", "hostsFile"] {
            guard let file = spec[key]?.string, !["image", "none"].contains(file) else { continue }
            use(file, at: key)
        }
        if let log = spec["healthLogDestination"]?.string, !["local", "events_logger"].contains(log) {
            use(log, at: "healthLogDestination")
        }
        for key in ["PasswdFile", "GroupFile"] {
            use(spec["idmappings"]?["AutoUserNsOpts"]?[key]?.string, at: "idmappings.AutoUserNsOpts.\(key)")
        }
    }

    /// The directory of the host that it has for its root; nil where an image is.
    var root: (path: String, isReadOnly: Bool)? {
        guard let path = spec["rootfs"]?.string, path.hasPrefix("/") else { return nil }
        // What is written stays in the overlay.
        return (path, spec["rootfs_overlay"]?.bool == true)
    }

    private mutating func use(_ path: String?, at place: String) {
        guard let path, !path.isEmpty else { return }
        hostPaths.append(HostPathUse(path: path, place: place))
    }
}

/// A path of the host that Podman itself reads, writes or mounts for a container, as a bind mount would.
package struct HostPathUse: Sendable, Equatable {
    package var path: String
    package var place: String

    package init(path: String, place: String) {
        self.path = path
        self.place = place
    }
}
