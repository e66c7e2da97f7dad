/// Networks: moby's `api/types/network`.
enum NetworkTypes {
    static let create = BodyObject([
        ("Name", .string), ("CheckDuplicate", .bool), ("Driver", .string), ("Scope", .string), ("EnableIPv4", .bool),
        ("EnableIPv6", .bool), ("IPAM", .object(ipam)), ("Internal", .bool), ("Attachable", .bool), ("Ingress", .bool),
        ("ConfigOnly", .bool), ("ConfigFrom", .object(configReference)), ("Options", .stringMap),
        ("Labels", .stringMap),
    ])
    static let connect = BodyObject([("Container", .string), ("EndpointConfig", .object(endpoint))])
    static let disconnect = BodyObject([("Container", .string), ("Force", .bool)])

    static let endpoint = BodyObject([
        ("IPAMConfig", .object(endpointAddresses)), ("Links", .strings), ("Aliases", .strings),
        ("DriverOpts", .stringMap), ("GwPriority", .int64), ("NetworkID", .string), ("EndpointID", .string),
        ("Gateway", .string), ("IPAddress", .string), ("MacAddress", .string), ("IPPrefixLen", .int64),
        ("IPv6Gateway", .string), ("GlobalIPv6Address", .string), ("GlobalIPv6PrefixLen", .int64),
        ("DNSNames", .strings),
    ])
    static let configReference = BodyObject([("Network", .string)])

    private static let endpointAddresses = BodyObject([
        ("IPv4Address", .string), ("IPv6Address", .string), ("LinkLocalIPs", .strings),
    ])
    private static let ipam = BodyObject([
        ("Driver", .string), ("Options", .stringMap), ("Config", .list(.object(ipamConfig))),
    ])
    private static let ipamConfig = BodyObject([
        ("Subnet", .string), ("IPRange", .string), ("Gateway", .string), ("AuxiliaryAddresses", .stringMap),
    ])
}
