/// What pods need not call: the ports by which nodes are managed, and the addresses at which clouds tell machines who they
/// are.
struct NodeTargets: Sendable {
    var nodes: [IPAddress]
    /// Empty where the nodes are of no cloud that has one.
    var metadata: [IPAddress]

    /// Docker, etcd and its peers, and the kubelet with its read-only port; the API server is there for pods.
    static let ports = NumberSet([2375...2376, 2379...2380, 10250...10250, 10255...10255])
    static let metadataPort = 80

    /// By the beginning of a node's `spec.providerID`.
    ///
    /// Sources: the documentation of each cloud's metadata service; `fd00:ec2::254` is AWS', `168.63.129.16` Azure's second.
    private static let clouds: [(provider: String, addresses: [String])] = [
        ("aws://", ["169.254.169.254", "fd00:ec2::254"]), ("gce://", ["169.254.169.254"]),
        ("azure://", ["169.254.169.254", "168.63.129.16"]), ("openstack://", ["169.254.169.254"]),
        ("digitalocean://", ["169.254.169.254"]), ("hcloud://", ["169.254.169.254"]),
        ("oci", ["169.254.169.254"]), ("ibm://", ["169.254.169.254"]), ("alicloud://", ["100.100.100.200"]),
        ("linode://", ["169.254.169.254"]), ("equinixmetal://", []),
    ]

    /// - Parameter nodes: the cluster's Nodes.
    init(_ nodes: [ClusterObject]) {
        var found: Set<IPAddress> = []
        var metadata: Set<IPAddress> = []
        for node in nodes {
            for address in node.document.at("status", "addresses")?.elements ?? []
            where ["InternalIP", "ExternalIP"].contains(address["type"]?.text) {
                if let address = address["address"]?.text.flatMap({ IPAddress($0) }) { found.insert(address) }
            }
            let provider = node.document.at("spec", "providerID")?.text ?? ""
            // A cloud names its own machines alone so.
            let cloud = Self.clouds.first { provider.hasPrefix($0.provider) }
            metadata.formUnion((cloud?.addresses ?? []).compactMap { IPAddress($0) })
        }
        self.nodes = found.sorted()
        self.metadata = metadata.sorted()
    }

    var isEmpty: Bool { nodes.isEmpty && metadata.isEmpty }
    /// All of them, as networks of one address each.
    var blocks: [IPNetwork] { (nodes + metadata).compactMap { IPNetwork($0, length: $0.family.bits) } }
}

extension IPAddress: Comparable {
    /// By family, then by number.
    static func < (a: IPAddress, b: IPAddress) -> Bool {
        a.family == b.family ? a.number < b.number : a.family == .ip4
    }
}
