/// What of a host and a cluster the checks of network segmentation look at.
package enum SegmentationRequests {
    /// Programs whose output is evidence, as root, by the part of ``FirewallEvidence`` that it goes to.
    ///
    /// `iptables-legacy-save` and its like follow the first ones' output where the kernel has such tables:
    /// `/proc/net/ip_tables_names` and `/proc/net/ip6_tables_names` are not empty.
    package static let programs: [(part: String, command: [String])] = [
        ("nft", ["nft", "-j", "list", "ruleset"]), ("iptables", ["iptables-save"]),
        ("iptables", ["iptables-legacy-save"]),
        ("ip6tables", ["ip6tables-save"]), ("ip6tables", ["ip6tables-legacy-save"]), ("ipsets", ["ipset", "save"]),
    ]

    /// What the engine is asked at its socket.
    package static let engine = ["/info", "/networks", "/containers/json", "/containers/{id}/json", "/swarm"]

    /// Kinds of the cluster's objects.
    package static let kinds = [
        "Namespace", "Node", "Pod", "Deployment", "DaemonSet", "StatefulSet", "Job", "CronJob", "Service", "Ingress",
        "NetworkPolicy", "HTTPRoute", "VirtualService", "AuthorizationPolicy", "PeerAuthentication", "Middleware",
    ]

    /// What every listener beyond loopback is asked, over HTTP and HTTPS, without a certificate.
    package static let probes = ["/_ping", "/version"]
}
