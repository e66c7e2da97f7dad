/// The version at the start of a path: `/v1.41`.
///
/// The daemon's router takes digits and dots in any arrangement (`/v{version:[0-9.]+}`) and compares them number by
/// number, what is missing or empty being 0.
enum VersionPrefix {
    /// The version, and where the path goes on behind it.
    static func read(_ path: Span<UInt8>) throws(ReadingRefusal) -> (APIVersion?, Int) {
        guard path.count > 2, path[1] == UInt8(ascii: "v") else { return (nil, 0) }
        var end = 2
        while end < path.count, (48...57).contains(path[end]) || path[end] == UInt8(ascii: ".") { end += 1 }
        guard end > 2, end < path.count, path[end] == UInt8(ascii: "/") else { return (nil, 0) }
        return (try version(path.extracting(2..<end)), end)
    }

    private static func version(_ text: Span<UInt8>) throws(ReadingRefusal) -> APIVersion {
        var parts = [0, 0, 0]
        var part = 0
        var isEmpty = true
        for index in text.indices {
            let byte = text[index]
            if byte == UInt8(ascii: ".") {
                if part < 2, isEmpty { throw unsupported(text) }
                (part, isEmpty) = (part + 1, true)
                continue
            }
            isEmpty = false
            let place = min(part, 2)
            let value = part > 2 ? parts[2] | Int(byte - 48) : parts[place] * 10 + Int(byte - 48)
            // A fourth part that is no zero is no version that anybody has.
            guard value < 10_000, part <= 2 || byte == 48 else { throw unsupported(text) }
            parts[place] = value
        }
        guard part > 1 || (part == 1 && !isEmpty) else { throw unsupported(text) }
        return APIVersion(parts[0], parts[1], parts[2])
    }

    /// Refuses a version that the endpoint has never had.
    static func check(_ version: APIVersion?, for endpoint: DockerEndpoint) throws(ReadingRefusal) {
        guard let version, !endpoint.isLibpod else { return }
        guard version.major == 1, version.minor >= 12, version.patch == 0 else {
            throw ReadingRefusal(
                place: "target",
                "the Docker Engine API has no version \(version): versions are 1.12 and newer, of two parts"
            )
        }
    }

    private static func unsupported(_ text: Span<UInt8>) -> ReadingRefusal {
        ReadingRefusal(place: "target", "\(String(copying: text)) is no version of the API, such as 1.41")
    }
}
