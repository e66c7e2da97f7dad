internal import Foundation
internal import Posture

/// The sockets that listen, as `/proc/net` tells them (proc(5)), and whose they are.
struct SocketTable {
    var root = "/proc"

    /// Tables are read up to here, in bytes: some 200,000 sockets.
    private static let maximumBytes = 32 << 20
    /// Of the processes in one namespace no more are tried.
    private static let maximumTries = 16

    /// Listeners of each network namespace in which a process is that checks ask about.
    ///
    /// - Parameter own: the inode of the host's network namespace.
    func listeners(of processes: [HostProcess], in own: UInt64) -> Reading<[Listener]> {
        var namespaces: [UInt64: [Int]] = [:]
        for process in processes where process.networkNamespace != 0 {
            namespaces[process.networkNamespace, default: []].append(process.id)
        }
        // Without rights no process tells its namespace; the own one is always read.
        var found: [(listener: Listener, inode: UInt64)] = []
        guard let host = table(of: "\(root)/net") else { return .unreadable("\(root)/net/tcp cannot be read") }
        found += host
        for (namespace, inside) in namespaces.sorted(by: { $0.value[0] < $1.value[0] }) where namespace != own {
            found += table(of: inside).map { listener, inode in
                var listener = listener
                listener.isInHostNetwork = false
                listener.network = NetworkNamespace(inode: namespace)
                return (listener, inode)
            }
        }
        let owners = owners(of: Set(found.map(\.inode)), among: processes)
        return .known(
            found.map { listener, inode in
                var listener = listener
                listener.processes = owners[inode] ?? []
                return listener
            }
        )
    }

    /// The table of the namespace that some processes are in: of the first that has not ended meanwhile.
    private func table(of processes: [Int]) -> [(Listener, UInt64)] {
        for id in processes.prefix(Self.maximumTries) {
            // Read once: it may end before it is looked at again.
            if let read = table(of: "\(root)/\(id)/net") { return read }
        }
        return []
    }

    private func table(of folder: String) -> [(Listener, UInt64)]? {
        guard let tcp = SmallFile.text("\(folder)/tcp", limit: Self.maximumBytes) else { return nil }
        // Without IPv6 there is no table of it.
        let tcp6 = SmallFile.text("\(folder)/tcp6", limit: Self.maximumBytes) ?? ""
        let unix = SmallFile.text("\(folder)/unix", limit: Self.maximumBytes) ?? ""
        return Self.tcp(tcp) + Self.tcp(tcp6) + Self.unix(unix)
    }

    /// Those of `/proc/net/tcp` and `tcp6` in state LISTEN.
    static func tcp(_ text: String) -> [(Listener, UInt64)] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A", let inode = UInt64(fields[9]) else { return nil }
            let place = fields[1].split(separator: ":")
            guard place.count == 2, let port = Int(place[1], radix: 16), let address = address(place[0]) else {
                return nil
            }
            return (Listener(address, port), inode)
        }
    }

    /// An address of 4 or 16 bytes, in words of the machine's byte order, which is little-endian on all that we run on.
    static func address(_ hexadecimal: Substring) -> String? {
        let digits = Array(hexadecimal)
        guard digits.count == 8 || digits.count == 32 else { return nil }
        var bytes: [UInt8] = []
        for word in stride(from: 0, to: digits.count, by: 8) {
            for place in stride(from: word + 6, through: word, by: -2) {
                guard let byte = UInt8(String(digits[place...place + 1]), radix: 16) else { return nil }
                bytes.append(byte)
            }
        }
        return AddressText.text(of: bytes)
    }

    /// Those of `/proc/net/unix` that accept connections and have a path.
    static func unix(_ text: String) -> [(Listener, UInt64)] {
        var seen: Set<UInt64> = []
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: true)
            // __SO_ACCEPTCON.
            guard fields.count == 8, let flags = UInt32(fields[3], radix: 16), flags & 0x10000 != 0,
                let inode = UInt64(fields[6]), fields[7].hasPrefix("/"), seen.insert(inode).inserted
            else { return nil }
            return (Listener(String(fields[7]), transport: .unix), inode)
        }
    }

    /// The processes that hold sockets, by inode.
    private func owners(of inodes: Set<UInt64>, among processes: [HostProcess]) -> [UInt64: [Int]] {
        var owners: [UInt64: [Int]] = [:]
        for process in processes {
            let folder = "\(root)/\(process.id)/fd"
            guard let descriptors = try? FileManager.default.contentsOfDirectory(atPath: folder) else { continue }
            for descriptor in descriptors {
                guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(descriptor)"),
                    link.hasPrefix("socket:["), let inode = UInt64(link.dropFirst(8).dropLast()),
                    inodes.contains(inode),
                    owners[inode]?.last != process.id
                else { continue }
                owners[inode, default: []].append(process.id)
            }
        }
        return owners
    }
}
