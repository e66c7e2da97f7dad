internal import Posture

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The network interfaces of this host (getifaddrs(3)), and by which of them it reaches everybody.
struct Interfaces {
    var root = "/proc"

    func all() -> [HostInterface] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&first) == 0 else { return [] }
        defer { unsafe freeifaddrs(first) }
        var addresses: [String: [String]] = [:]
        var next = unsafe first
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            let name = unsafe String(cString: entry.pointee.ifa_name)
            addresses[name, default: []] +=
                unsafe Self.address(entry.pointee.ifa_addr, entry.pointee.ifa_netmask).map { [$0] } ?? []
        }
        let routed = Self.defaults(
            SmallFile.text("\(root)/net/route", limit: 4 << 20) ?? "",
            SmallFile.text("\(root)/net/ipv6_route", limit: 4 << 20) ?? ""
        )
        return addresses.sorted { $0.key < $1.key }.map { name, addresses in
            HostInterface(name, addresses: addresses.sorted(), hasDefaultRoute: routed.contains(name))
        }
    }

    /// `10.0.0.5/24`; nil for addresses of other families.
    private static func address(_ address: UnsafeMutablePointer<sockaddr>?, _ mask: UnsafeMutablePointer<sockaddr>?)
        -> String?
    {
        guard let address = unsafe address, let mask = unsafe mask else { return nil }
        let bytes: [UInt8]
        let maskBytes: [UInt8]
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET:
            bytes = unsafe part(of: address, at: 4, count: 4)
            maskBytes = unsafe part(of: mask, at: 4, count: 4)
        case AF_INET6:
            bytes = unsafe part(of: address, at: 8, count: 16)
            maskBytes = unsafe part(of: mask, at: 8, count: 16)
        default: return nil
        }
        let length = maskBytes.reduce(0) { $0 + $1.nonzeroBitCount }
        return AddressText.text(of: bytes).map { "\($0)/\(length)" }
    }

    /// The address in a socket address, which begins behind family and port (and, for IPv6, flow information).
    private static func part(of address: UnsafeMutablePointer<sockaddr>, at offset: Int, count: Int) -> [UInt8] {
        let bytes = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + offset, count: count)
        return unsafe Array(bytes)
    }

    /// The interfaces by which a default route leaves.
    ///
    /// Source: proc(5); in `route` destination and mask are the second and eighth field, in `ipv6_route` destination and its
    /// length are the first two and the interface is the last.
    static func defaults(_ route: String, _ route6: String) -> Set<String> {
        var names: Set<String> = []
        for line in route.split(separator: "\n").dropFirst() {
            let fields = line.split(whereSeparator: \.isWhitespace)
            if fields.count > 7, fields[1] == "00000000", fields[7] == "00000000" { names.insert(String(fields[0])) }
        }
        for line in route6.split(separator: "\n") {
            let fields = line.split(whereSeparator: \.isWhitespace)
            // The kernel's own unreachable default leaves by loopback.
            guard fields.count == 10, fields[1] == "00", fields[0].allSatisfy({ $0 == "0" }), fields[9] != "lo" else {
                continue
            }
            names.insert(String(fields[9]))
        }
        return names
    }
}
