internal import NIOCore

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// An address of IPv4, in 4 bytes, or of IPv6, in 16.
struct SocketAddressBytes: Sendable, Hashable {
    let bytes: [UInt8]

    var family: Int32 { bytes.count == 4 ? AF_INET : AF_INET6 }
    /// `127.0.0.0/8`.
    var isLoopback4: Bool { bytes.count == 4 && bytes[0] == 127 }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// An IPv4 address that is written as one of IPv6 is one of IPv4.
    init?(parsing text: String) {
        var four = in_addr()
        var six = in6_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            bytes = unsafe withUnsafeBytes(of: &four) { unsafe Array($0) }
        } else if unsafe inet_pton(AF_INET6, text, &six) == 1 {
            let all = unsafe withUnsafeBytes(of: &six) { unsafe Array($0) }
            let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 0xff && all[11] == 0xff
            bytes = isMapped ? Array(all.suffix(4)) : all
        } else {
            return nil
        }
    }

    /// Lends the system's form of it.
    func withAddress<Result>(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) throws -> Result {
        let address = try SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: port)
        return unsafe address.withSockAddr { unsafe body($0, socklen_t($1)) }
    }
}

/// The addresses that are up in the network namespace of the calling thread (getifaddrs(3)).
struct LocalAddresses: Sendable {
    private var addresses: Set<[UInt8]> = []
    /// Of loopback interfaces the kernel takes all addresses of a network for its own.
    private var networks: [(address: [UInt8], mask: [UInt8])] = []

    func contains(_ address: SocketAddressBytes) -> Bool {
        addresses.contains(address.bytes)
            || networks.contains { network in
                network.address.count == address.bytes.count
                    && zip(zip(network.address, address.bytes), network.mask).allSatisfy { pair, mask in
                        pair.0 & mask == pair.1 & mask
                    }
            }
    }

    static func current() -> LocalAddresses {
        var own = LocalAddresses()
        var first: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&first) == 0 else { return own }
        defer { unsafe freeifaddrs(first) }
        var next = unsafe first
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            let flags = unsafe entry.pointee.ifa_flags
            guard flags & UInt32(IFF_UP) != 0, let address = unsafe entry.pointee.ifa_addr,
                let mask = unsafe entry.pointee.ifa_netmask
            else { continue }
            // The address stands behind family and port, and for IPv6 flow information.
            let (offset, count): (Int, Int)
            switch unsafe Int32(address.pointee.sa_family) {
            case AF_INET: (offset, count) = (4, 4)
            case AF_INET6: (offset, count) = (8, 16)
            default: continue
            }
            let bytes = unsafe part(of: address, at: offset, count: count)
            own.addresses.insert(bytes)
            if count == 4, flags & UInt32(IFF_LOOPBACK) != 0 {
                own.networks.append((bytes, unsafe part(of: mask, at: offset, count: count)))
            }
        }
        return own
    }

    private static func part(of address: UnsafeMutablePointer<sockaddr>, at offset: Int, count: Int) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + offset, count: count))
    }
}
