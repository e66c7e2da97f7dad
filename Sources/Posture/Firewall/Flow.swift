/// A new TCP connection on its way through the rules, from any of some addresses.
struct Flow: Sendable, Hashable {
    /// Where it may come from, of those that are still on this way.
    var sources: NumberSet
    var way: Way

    /// All that is alike for them.
    struct Way: Sendable, Hashable {
        var family: IPAddress.Family
        /// nil where it is any of the host's own, or not known.
        var destination: UInt128?
        /// nil where it is not known.
        var port: UInt16?
        var originalDestination: UInt128?
        var originalPort: UInt16
        /// Whether it is for the host itself; nil where nobody can tell.
        var isForHost: Bool? = true
        /// Whether its destination was translated to another; nil where nobody can tell.
        var isTranslated: Bool? = false
        /// Whether a rule has decided on its translation, which happens once.
        var isTranslationDone = false
        /// Whether it was taken out of connection tracking.
        var isUntracked = false
        /// Whether connection tracking has seen it yet; nil where nobody can tell.
        var isTracked: Bool? = false
        var input: Interface
        /// nil before it is known.
        var output: Interface?
        var mark: UInt32? = 0
        var connectionMark: UInt32? = 0
    }

    /// A network interface, as far as it is known.
    enum Interface: Sendable, Hashable {
        case named(String)
        /// One towards the world: neither the loopback, nor containers', nor a tunnel.
        case outside
        /// One of containers.
        case containers
        case unknown
        /// There is none, as on the way to the host itself.
        case none
    }
}

/// What is asked of a packet filter.
struct FirewallQuestion: Sendable, Hashable {
    var family: IPAddress.Family
    /// Which address of the host is called; nil for any.
    var destination: UInt128?
    var port: UInt16
    var input: Flow.Interface
    var sources: NumberSet
}

extension Flow.Interface {
    /// Beginnings of the names of interfaces that containers and virtual machines have on the host's side.
    ///
    /// Sources: Docker, containerd's and Podman's bridges; flannel, Calico, Cilium, Weave, kube-router, Antrea, OVN, AWS' and
    /// Azure's plug-ins; libvirt and LXD.
    static let containerPrefixes = [
        "docker", "br-", "veth", "cni", "podman", "nerdctl", "flannel", "cali", "tunl", "vxlan.calico",
        "vxlan-v6.calico",
        "cilium_", "lxc", "weave", "kube-bridge", "kube-ipvs", "kube-dummy", "nodelocaldns", "antrea-", "ovn-",
        "genev_sys",
        "eni", "azv", "gke", "virbr", "vnet", "lxd", "tap", "nat64",
    ]
    /// Of tunnels that one has to be let into first.
    static let tunnelPrefixes = ["wg", "tun", "tailscale", "zt", "nebula", "ipsec", "ppp", "wt0", "utun"]

    static func isOfContainers(_ name: String) -> Bool { containerPrefixes.contains { name.hasPrefix($0) } }
    static func isTunnel(_ name: String) -> Bool { tunnelPrefixes.contains { name.hasPrefix($0) } }

    /// Whether it is one of those named; nil where nobody can tell.
    func isAmong(_ values: Ruleset.Values) -> Bool? {
        switch self {
        case .named(let name):
            if values.names.contains(name) || values.prefixes.contains(where: { name.hasPrefix($0) }) { return true }
            return values.isPartial ? nil : false
        case .none: return values.names.contains("") ? true : values.isPartial ? nil : false
        case .unknown: return values.prefixes.contains("") ? true : values.isNothing ? false : nil
        case .outside: return among(values) { !Self.isOfContainers($0) && !Self.isTunnel($0) && $0 != "lo" }
        case .containers: return among(values, Self.isOfContainers)
        }
    }

    private func among(_ values: Ruleset.Values, _ mayBe: (String) -> Bool) -> Bool? {
        if values.prefixes.contains("") { return true }
        let mayMatch =
            values.isPartial || values.names.contains(where: mayBe)
            || values.prefixes.contains { prefix in
                mayBe(prefix) || Self.containerPrefixes.contains { $0.hasPrefix(prefix) }
            }
        return mayMatch ? nil : false
    }
}

extension Ruleset.Values {
    fileprivate var isNothing: Bool { names.isEmpty && prefixes.isEmpty && !isPartial }
}
