/// What a log collector put around a line: CRI and syslog prefixes, the journal's export form, parts of a cut line.
///
/// Sources: CRI log format, https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/logs/logs.go;
/// klog headers, https://github.com/kubernetes/klog.
enum AuditEnvelope {
    /// Which of the streams that share a log a line belongs to; parts are only joined within one.
    enum Stream: Int, CaseIterable { case output, errors, container, journal }

    /// What a line holds, by the offset of its content.
    enum Content: Equatable {
        /// JSON from that byte to the line's end.
        case json(Int)
        /// A piece of a line that the runtime cut, from that byte on.
        case part(Stream, Int, isLast: Bool)
        /// What others write into the same log.
        case text
        /// A piece of JSON without its beginning.
        case fragment
    }

    /// A prefix is short; a line of text with a brace far out is no audit event.
    private static let longestPrefix = 512

    static func content(of bytes: UnsafeRawBufferPointer) -> Content {
        guard let first = unsafe bytes.first(where: { $0 > 32 }) else { return .text }
        if first == UInt8(ascii: "{") { return .json(0) }
        if first == UInt8(ascii: "["), unsafe bytes.dropFirst().first.map("[{\"".utf8.contains) ?? false {
            return .json(0)
        }
        if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first), let part = unsafe criPart(bytes) { return part }
        return unsafe unprefixed(bytes, from: 0)
    }

    /// What follows the prefix that a collector of lines wrote, from `start` on.
    private static func unprefixed(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Content {
        let line = unsafe bytes[start...]
        if unsafe isKlog(line) { return .text }
        let head = unsafe line.prefix(longestPrefix)
        let brace = unsafe head.firstIndex(of: UInt8(ascii: "{"))
        let prefix = unsafe head[start..<(brace ?? head.endIndex)]
        // No prefix holds the seam of two members; a line whose beginning was lost does.
        if unsafe holdsSeam(prefix) { return .fragment }
        if brace != nil, let last = unsafe prefix.last, last > 32, last != UInt8(ascii: "=") { return .fragment }
        if let brace { return .json(brace) }
        return unsafe line.last == UInt8(ascii: "}") ? .fragment : .text
    }

    /// `2026-11-24T00:00:00.000000000Z stdout F …`, the third being `P` for all parts of a line but its last.
    private static func criPart(_ bytes: UnsafeRawBufferPointer) -> Content? {
        guard let space = unsafe bytes.prefix(48).firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let rest = unsafe bytes[(space + 1)...]
        let isOutput = unsafe rest.starts(with: Array("stdout ".utf8))
        guard unsafe isOutput || rest.starts(with: Array("stderr ".utf8)) else { return nil }
        let tags = unsafe rest.dropFirst(7)
        guard let end = unsafe tags.prefix(64).firstIndex(of: UInt8(ascii: " ")), let tag = unsafe tags.first else {
            return nil
        }
        guard tag == UInt8(ascii: "F") || tag == UInt8(ascii: "P") else { return nil }
        return .part(isOutput ? .output : .errors, end + 1, isLast: tag == UInt8(ascii: "F"))
    }

    /// Whether it begins like `I1124 00:00:00.000000       1 server.go:12] …`.
    private static func isKlog(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard let level = unsafe line.first, Array("IWEF".utf8).contains(level) else { return false }
        let date = unsafe line.dropFirst().prefix(4)
        return unsafe date.count == 4 && date.allSatisfy { (48...57).contains($0) }
    }

    private static func holdsSeam(_ prefix: Slice<UnsafeRawBufferPointer>) -> Bool {
        var previous: UInt8 = 0
        return unsafe prefix.contains { byte in
            defer { previous = byte }
            return previous == UInt8(ascii: "\"") && (byte == UInt8(ascii: ":") || byte == UInt8(ascii: ","))
        }
    }
}
