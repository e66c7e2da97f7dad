internal import Foundation
internal import Posture

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The processes of a host, as `/proc` tells them (proc(5)).
struct ProcessTable {
    /// Where the process file system is mounted.
    var root = "/proc"

    /// More than this many are not read: a host that runs more is told so.
    private static let maximumProcesses = 100_000
    /// Arguments and environments are read up to here, in bytes.
    private static let maximumBytes = 256 << 10

    func processes() -> Reading<[HostProcess]> {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: root) else {
            return .unreadable("\(root) cannot be listed")
        }
        let ids = names.compactMap { Int($0) }.sorted()
        guard ids.count <= Self.maximumProcesses else {
            return .unreadable("more than \(Self.maximumProcesses) processes run")
        }
        let boot = bootTime
        // Those that ended meanwhile are no more.
        return .known(ids.compactMap { process($0, boot: boot) })
    }

    private func process(_ id: Int, boot: Double) -> HostProcess? {
        let folder = "\(root)/\(id)"
        guard let stat = SmallFile.text("\(folder)/stat", limit: 4_096),
            let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")"), open < close
        else { return nil }
        let arguments = Self.parts(SmallFile.bytes("\(folder)/cmdline", limit: Self.maximumBytes) ?? [])
        var process = HostProcess(
            id: id,
            name: String(stat[stat.index(after: open)..<close]),
            executable: link("\(folder)/exe"),
            arguments: SecretText.masked(arguments: arguments)
        )
        process.environment = SmallFile.bytes("\(folder)/environ", limit: Self.maximumBytes).map(Self.environment)
        process.user = status("Uid", in: "\(folder)/status") ?? 0
        process.networkNamespace = namespace("\(folder)/ns/net")
        // Field 22 is the start in ticks since boot; the name, which is field 2, may hold spaces.
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        if fields.count > 19, let ticks = Double(fields[19]) {
            process.started = boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
        return process
    }

    /// The inode of a namespace: `net:[4026531840]`.
    func namespace(_ path: String) -> UInt64 {
        link(path).flatMap { UInt64($0.drop { $0 != "[" }.dropFirst().dropLast()) } ?? 0
    }

    /// Why the network namespaces of some processes are not known; nil where each that has one tells it.
    func unreadNetworks(of processes: [HostProcess]) -> String? {
        let unread = processes.filter { process in
            // The first one is in the network that all others start with.
            guard process.networkNamespace == 0, process.id != 1 else { return false }
            var target: [CChar] = [0]
            // What is a zombie has none any more, and what ended is not there.
            return unsafe readlink("\(root)/\(process.id)/ns/net", &target, 1) < 0 && [EACCES, EPERM].contains(errno)
        }
        return unread.isEmpty ? nil : "those of \(unread.count) processes may not be read without root's rights"
    }

    private func link(_ path: String) -> String? { try? FileManager.default.destinationOfSymbolicLink(atPath: path) }

    private func status(_ name: String, in path: String) -> UInt32? {
        let line = SmallFile.text(path, limit: 16 << 10)?.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line.flatMap { UInt32($0.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "") }
    }

    /// When the host started, in seconds since 1970.
    private var bootTime: Double {
        let line = SmallFile.text("\(root)/stat", limit: 1 << 20)?.split(separator: "\n").first {
            $0.hasPrefix("btime ")
        }
        return line.flatMap { Double($0.dropFirst(6)) } ?? 0
    }

    /// Texts that each end with a zero byte.
    private static func parts(_ bytes: [UInt8]) -> [String] {
        var parts = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        if parts.last?.isEmpty ?? false { parts.removeLast() }
        return parts
    }

    private static func environment(_ bytes: [UInt8]) -> [String: String] {
        var variables: [String: String] = [:]
        for part in parts(bytes) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2, CollectionPlan.isCollected(variable: pair[0]) else { continue }
            variables[pair[0]] = SecretText.hidesNothing(part) ? pair[1] : "***"
        }
        return variables
    }
}
