internal import Deployments
internal import Dialects

/// Holds the namespaces that a container joins against a profile.
struct NamespaceCheck {
    let ask: ContainerAsk
    let facts: Facts

    func run(_ objections: inout Objections) {
        for mode in Self.modes { check(mode, &objections) }
        for (place, network) in networks { check(network: network, at: place, &objections) }
    }

    /// A field of the host's configuration that says which namespace a container lives in.
    struct Mode {
        var field: String
        var namespace: HostNamespace
        /// What stands for a namespace of its own, or one that only others join.
        var own: Set<String>
    }

    static let modes = [
        Mode(field: "NetworkMode", namespace: .network, own: ["", "default", "bridge", "none", "private"]),
        Mode(field: "PidMode", namespace: .pid, own: ["", "private"]),
        Mode(field: "IpcMode", namespace: .ipc, own: ["", "private", "shareable", "none"]),
        Mode(field: "UTSMode", namespace: .uts, own: ["", "private"]),
        Mode(field: "UsernsMode", namespace: .user, own: ["", "private"]),
        Mode(field: "CgroupnsMode", namespace: .cgroup, own: ["", "private"]),
        Mode(field: "Cgroup", namespace: .cgroup, own: [""]),
    ]

    private func check(_ mode: Mode, _ objections: inout Objections) {
        guard let text = ask.host[mode.field]?.string, !mode.own.contains(text) else { return }
        let place = ask.place(mode.field)
        if let other = NamespaceMode.container(in: text) {
            return check(container: other, mode, at: place, &objections)
        }
        let isHost = text.lowercased().filter { $0 != " " } == "host"
        if isHost, mode.namespace == .cgroup, isDefaultOfDaemon { return }
        if isHost || text.hasPrefix("ns:") {
            return host(mode.namespace, at: place, "'\(text)' is a namespace of the host", &objections)
        }
        // Other networks are looked up; other modes than these no engine has.
        if mode.namespace == .network { return check(userNetwork: text, at: place, &objections) }
        if mode.namespace == .user, Self.ownUserNamespaces.contains(Self.word(of: text)) { return }
        host(mode.namespace, at: place, "'\(text)' is no mode that is known to keep to itself", &objections)
    }

    /// Podman's modes of a user namespace of the container's own: any is narrower than none, which is the default.
    private static let ownUserNamespaces: Set<String> = ["auto", "keep-id", "no-map", "nomap"]

    private static func word(of mode: String) -> String { String(mode.prefix { $0 != ":" }) }

    /// Networks that Podman makes in user space may be given ways to the host's own (`slirp4netns:…`, `pasta:…`).
    private func check(userNetwork mode: String, at place: String, _ objections: inout Objections) {
        guard Self.userNetworks.contains(Self.word(of: mode)) else { return }
        let options = mode.dropFirst(Self.word(of: mode).count + 1).split(separator: ",").map(String.init)
        for option in options where !Self.isHarmless(userNetworkOption: option) {
            host(.network, at: place, "'\(option)' may lead to the host's own network", &objections)
        }
    }

    private static let userNetworks: Set<String> = ["slirp4netns", "pasta"]

    /// Whether an option of such a network changes its addresses and no more.
    static func isHarmless(userNetworkOption option: String) -> Bool {
        ["mtu=", "cidr=", "enable_ipv6=", "port_handler="].contains(where: option.hasPrefix)
    }

    /// Under version 1, control group namespaces are the host's unless asked for.
    private var isDefaultOfDaemon: Bool { ask.origin == .inspection && facts.daemon?.cgroupVersion == "1" }

    private func host(
        _ namespace: HostNamespace,
        at place: String,
        _ message: String,
        _ objections: inout Objections
    ) {
        objections.object(.hostNamespaces, namespace.rawValue, at: place, message)
    }

    private func check(container: String, _ mode: Mode, at place: String, _ objections: inout Objections) {
        let other = facts.containers[container]?.value
        objections.object(
            .containerNamespaces,
            other?.name ?? container,
            at: place,
            "the \(mode.namespace.rawValue) namespace of another container, '\(other?.name ?? container)'"
        )
        // Where joining is allowed, what is joined still must not be the host's.
        guard let other else { return }
        NamespaceCheck(ask: other, facts: facts).check(mode, &objections)
        if mode.namespace == .network {
            for (place, network) in NamespaceCheck(ask: other, facts: facts).networks {
                NamespaceCheck(ask: other, facts: facts).check(network: network, at: place, &objections)
            }
        }
    }

    /// Every network that the container is connected to, by what refers to it, with the place of the reference.
    var networks: [(place: String, reference: String)] {
        var networks: [(place: String, reference: String)] = []
        if let mode = ask.host["NetworkMode"]?.string, NamespaceMode.container(in: mode) == nil, !mode.hasPrefix("ns:")
        {
            networks.append((ask.place("NetworkMode"), mode))
            // Podman takes options behind the name.
            if mode.contains(":") { networks.append((ask.place("NetworkMode"), Self.word(of: mode))) }
        }
        let field = ask.origin == .service ? "Networks" : ask.places[Self.endpoints] ?? Self.endpoints
        for member in ask.body["NetworkingConfig"]?["EndpointsConfig"]?.members ?? [] {
            networks.append(("\(ask.prefix)\(field).\(member.name)", member.name))
            // For networks that are no built-in ones the daemon prefers the id that stands in their settings.
            if ask.origin != .inspection, let id = member.value["NetworkID"]?.string, !id.isEmpty {
                networks.append(("\(ask.prefix)\(field).\(member.name).NetworkID", id))
            }
        }
        return networks
    }

    private static let endpoints = "NetworkingConfig.EndpointsConfig"

    /// References that every daemon has, and that lead nowhere else.
    static let builtInNetworks: Set<String> = ["", "default", "bridge", "none", "private"]

    /// Whether a network is one that the daemon can tell of.
    static func isLookedUp(_ reference: String) -> Bool {
        !builtInNetworks.contains(reference) && reference.lowercased() != "host"
            && !userNetworks.contains(word(of: reference))
    }

    private func check(network reference: String, at place: String, _ objections: inout Objections) {
        guard !Self.builtInNetworks.contains(reference) else { return }
        let fact = facts.networks[reference]?.value
        let isHost = [reference, fact?.name ?? "", fact?.driver ?? ""].contains { $0.lowercased() == "host" }
        if isHost {
            return host(.network, at: place, "'\(reference)' is the host's own network", &objections)
        }
        guard let fact else { return }
        NetworkCheck.driver(fact.driver, at: place, &objections)
    }
}

/// Holds networks against a profile.
enum NetworkCheck {
    /// Drivers whose networks end in the daemon's own bridges and tunnels.
    private static let ownDrivers: Set<String> = ["", "default", "bridge", "overlay", "null", "none"]

    static func driver(_ driver: String, at place: String, _ objections: inout Objections) {
        guard !ownDrivers.contains(driver) else { return }
        objections.object(
            .networkDrivers,
            driver,
            at: place,
            "the driver '\(driver)' puts containers on the host's own interfaces, or is a plugin"
        )
    }

    /// Options that change what goes over a network, and not which interface it is.
    private static let harmlessOptions: Set<String> = [
        "com.docker.network.driver.mtu", "com.docker.network.bridge.enable_icc",
        "com.docker.network.bridge.enable_ip_masquerade", "com.docker.network.bridge.host_binding_ipv4",
        "com.docker.network.container_iface_prefix", "com.docker.network.driver.overlay.vxlanid_list", "encrypted",
        "mtu", "isolate",
    ]

    /// The body of `POST /networks/create`.
    static func create(_ body: CanonicalValue, _ objections: inout Objections) {
        driver(body["Driver"]?.string ?? "", at: "Driver", &objections)
        for option in body["Options"]?.members ?? [] where !harmlessOptions.contains(option.name) {
            objections.object(
                .networkOptions,
                option.name,
                at: "Options.\(option.name)",
                "'\(option.name)' may take over an interface of the host"
            )
        }
        if let driver = body["IPAM"]?["Driver"]?.string, !["", "default", "null", "host-local"].contains(driver) {
            objections.object(.networkDrivers, driver, at: "IPAM.Driver", "'\(driver)' is a plugin")
        }
    }
}
