/// Writes container paths that lead to the host as the host paths they lead to.
enum HostText {
    /// The command with `host:` before each host path; nil when it names none.
    static func rewrite(_ command: String, mounts: [HostAccess.Mount]) -> String? {
        guard !mounts.isEmpty || command.holds("/proc/1/root") || command.holds("../../") else { return nil }
        let bytes = Array(command.utf8)
        var output: [UInt8] = []
        var isRewritten = false
        var index = 0
        while index < bytes.count {
            // A path starts where no path goes on.
            if index == 0 || !isPathByte(bytes[index - 1]), let (path, length) = hostPath(bytes[index...], mounts) {
                output += "host:".utf8
                output += path.utf8
                index += length
                isRewritten = true
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return isRewritten ? String(decoding: output, as: UTF8.self) : nil
    }

    /// The host path that the path at the start of `bytes` leads to, and how many bytes it takes.
    private static func hostPath(_ bytes: ArraySlice<UInt8>, _ mounts: [HostAccess.Mount]) -> (String, Int)? {
        guard let first = bytes.first, first == UInt8(ascii: "/") || first == UInt8(ascii: ".") else { return nil }
        let written = bytes.prefix(while: isPathByte)
        let path = String(decoding: written, as: UTF8.self)
        if first == UInt8(ascii: ".") {
            // Out of a working directory that is itself a way out (a leaked descriptor), or of any other.
            guard path.hasPrefix("../../") else { return nil }
            return (HostPath("/" + path).path, written.count)
        }
        if path.hasPrefix("/proc/1/root") { return (HostPath(path).path, written.count) }
        let cleaned = HostPath(path)
        for mount in mounts {
            let target = HostPath(mount.target)
            guard target.path != "/", target.contains(cleaned) else { continue }
            let rest = String(cleaned.path.dropFirst(target.path.count))
            return (mount.source.appending(rest).path, written.count)
        }
        return nil
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "@"), UInt8(ascii: "%"), 128...255:
            true
        default: false
        }
    }
}
