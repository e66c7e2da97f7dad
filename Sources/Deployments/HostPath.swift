/// A path on the host, by its meaning: absolute, without `.`, `..` or doubled slashes, and with the links that every
/// Linux system has followed: `/var/run` is `/run`, `/proc/1/root` and its like are the root itself.
public struct HostPath: Sendable, Hashable {
    /// The cleaned path; as written when it is not absolute (a Windows path, a name).
    public let path: String

    /// Cleans `text`.
    public init(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "/") else {
            path = text
            return
        }
        // Nearly every path is clean already; then nothing is built.
        if Self.isClean(text) {
            path = text
            return
        }
        path = Self.clean(text)
    }

    /// Whether `other` is this path or lies below it.
    public func contains(_ other: HostPath) -> Bool {
        if path == other.path || path == "/" { return true }
        return other.path.utf8.count > path.utf8.count && other.path.utf8.starts(with: path.utf8)
            && other.path.utf8.dropFirst(path.utf8.count).first == UInt8(ascii: "/")
    }

    /// The path of `relative` seen from here, cleaned; never above this one.
    public func appending(_ relative: String) -> HostPath {
        let inside = HostPath("/" + relative).path
        if inside == "/" { return self }
        return HostPath(path == "/" ? inside : path + inside)
    }

    private static func isClean(_ text: String) -> Bool {
        var previous = UInt8(0)
        for byte in text.utf8 {
            if previous == UInt8(ascii: "/"), byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") { return false }
            previous = byte
        }
        if previous == UInt8(ascii: "/") { return text.utf8.count == 1 }
        return !text.utf8.starts(with: "/var/run".utf8) && !text.utf8.starts(with: "/proc/".utf8)
            && !text.utf8.starts(with: "/var/lock".utf8)
    }

    private static func clean(_ text: String) -> String {
        var parts: [Substring] = []
        for part in text.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default:
                parts.append(part)
                follow(&parts)
            }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// Follows the links that `parts` ends in.
    private static func follow(_ parts: inout [Substring]) {
        if parts.count == 2, parts[0] == "var", parts[1] == "run" {
            parts = ["run"]
        } else if parts.count == 2, parts[0] == "var", parts[1] == "lock" {
            parts = ["run", "lock"]
        } else if parts.count == 3, parts[0] == "proc", isProcess(parts[1]), parts[2] == "root" || parts[2] == "cwd" {
            // The root of any process that a bind can name from the host is the host's root.
            parts = []
        } else if parts.count == 5, parts[0] == "proc", parts[2] == "task", parts[4] == "root" {
            parts = []
        }
    }

    private static func isProcess(_ part: Substring) -> Bool {
        part == "self" || part == "thread-self" || (!part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) })
    }
}
