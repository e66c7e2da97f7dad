extension DockerAPIRequest {
    /// Reads a request line as net/http and the daemon's router do, once.
    ///
    /// - Parameters:
    ///   - method: the method, as it was sent; methods are upper case.
    ///   - target: the request target (RFC 9112, section 3.2) in origin form or absolute form.
    /// - Throws: 404 for what the daemon does not route, 400 for what can be read in more than one way.
    package init(method: String, target: String) throws(ReadingRefusal) {
        var target = target
        target.makeContiguousUTF8()
        let bytes = target.utf8.span
        let shape = try TargetShape(bytes)
        let path = bytes.extracting(shape.path)
        let match: DockerRouter.Match
        if shape.isPathEscaped {
            let decoded = try PercentCoding.decoded(path, place: "target", plusIsSpace: false)
            for byte in decoded where byte < 32 || byte == 127 {
                throw ReadingRefusal(place: "target", "the path holds a control character")
            }
            match = try DockerRouter.shared.match(method: method.utf8.span, path: decoded.span)
        } else {
            match = try DockerRouter.shared.match(method: method.utf8.span, path: path)
        }
        self.init(
            method: method,
            endpoint: match.endpoint,
            version: match.version,
            name: match.name,
            secondName: match.secondName,
            query: try QueryReading.items(bytes.extracting(shape.query), of: match.endpoint)
        )
    }
}

/// Where the parts of a request target stand.
struct TargetShape {
    /// The path, behind scheme and host where there are any.
    let path: Range<Int>
    /// The query, without its mark; empty for none.
    let query: Range<Int>
    /// Whether a byte of the path is percent-encoded.
    let isPathEscaped: Bool

    init(_ target: Span<UInt8>) throws(ReadingRefusal) {
        guard target.count <= 64 << 10 else {
            throw ReadingRefusal(status: 414, place: "target", "the target is longer than 64 KiB")
        }
        let start = try Self.pathStart(target)
        var mark = target.count
        var isEscaped = false
        for index in start..<target.count {
            switch target[index] {
            case UInt8(ascii: "?"): if mark == target.count { mark = index }
            case UInt8(ascii: "%"): if mark == target.count { isEscaped = true }
            case UInt8(ascii: "#"):
                throw ReadingRefusal(place: "target", "a target has no fragment: write # as %23")
            case 0...32, 127...255:
                throw ReadingRefusal(
                    place: "target",
                    "byte \(index) of the target is a blank, a control character or no ASCII: percent-encode it"
                )
            default: break
            }
        }
        path = start..<mark
        query = min(mark + 1, target.count)..<target.count
        isPathEscaped = isEscaped
    }

    /// Where the path starts: at once, or behind `scheme://host`, whatever the scheme.
    private static func pathStart(_ target: Span<UInt8>) throws(ReadingRefusal) -> Int {
        guard target.count > 0, target[0] != UInt8(ascii: "/") else { return 0 }
        var index = 0
        while index < target.count, isScheme(target[index]) { index += 1 }
        let isAbsolute =
            index > 0 && !(43...57).contains(target[0]) && index + 3 <= target.count
            && target.extracting(index..<(index + 3)).isSame(as: "://")
        if isAbsolute {
            index += 3
            while index < target.count, isHost(target[index]) { index += 1 }
            if index < target.count, target[index] == UInt8(ascii: "/") { return index }
        }
        throw ReadingRefusal(place: "target", "the target is neither a path nor an absolute URL with one")
    }

    private static func isScheme(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func isHost(_ byte: UInt8) -> Bool {
        isScheme(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "[")
            || byte == UInt8(ascii: "]")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte | 32)
    }
}
