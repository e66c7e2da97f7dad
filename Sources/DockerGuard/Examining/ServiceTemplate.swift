internal import Dialects

extension ContainerAsk {
    /// A Swarm service's template as the create of one of its containers (Docker Engine API, ServiceSpec).
    init(service: CanonicalValue) {
        let template = service["TaskTemplate"]
        let container = template?["ContainerSpec"]
        var host: [CanonicalMember] = []
        func add(_ name: String, _ value: CanonicalValue?) {
            if let value { host.append(CanonicalMember(name, value)) }
        }
        add("Mounts", container?["Mounts"])
        add("CapAdd", container?["CapabilityAdd"])
        add("Sysctls", container?["Sysctls"])
        add("SecurityOpt", .array(Self.options(container?["Privileges"]).map { .string($0) }))
        if let log = template?["LogDriver"] {
            add(
                "LogConfig",
                .object([
                    CanonicalMember("Type", log["Name"] ?? .string("")),
                    CanonicalMember("Config", log["Options"] ?? .object([])),
                ])
            )
        }
        let networks = (service["Networks"]?.elements ?? []) + (template?["Networks"]?.elements ?? [])
        let endpoints = networks.compactMap { $0["Target"]?.string }.map { CanonicalMember($0, .object([])) }
        self.init(
            body: .object([
                CanonicalMember("HostConfig", .object(host)),
                CanonicalMember(
                    "NetworkingConfig",
                    .object([CanonicalMember("EndpointsConfig", .object(endpoints))])
                ),
            ]),
            origin: .service
        )
    }

    /// A service's privileges as security options.
    private static func options(_ privileges: CanonicalValue?) -> [String] {
        guard let privileges else { return [] }
        var options: [String] = []
        if privileges["CredentialSpec"]?.members.isEmpty == false { options.append("credentialspec=given") }
        if let context = privileges["SELinuxContext"] {
            if context["Disable"]?.bool == true { options.append("label=disable") }
            for field in ["User", "Role", "Type", "Level"] {
                guard let value = context[field]?.string, !value.isEmpty else { continue }
                options.append("label=\(field.lowercased()):\(value)")
            }
        }
        if let mode = privileges["Seccomp"]?["Mode"]?.string, !["", "default"].contains(mode) {
            options.append("seccomp=\(mode)")
        }
        if let mode = privileges["AppArmor"]?["Mode"]?.string, !["", "default"].contains(mode) {
            options.append("apparmor=\(mode == "disabled" ? "unconfined" : mode)")
        }
        return options
    }
}
