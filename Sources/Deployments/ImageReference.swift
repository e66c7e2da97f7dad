/// A container image's name, as the distribution specification and Docker read it.
///
/// `alpine` is `docker.io/library/alpine`; a first component with a dot, a port, or `localhost` is a registry. Grammar:
/// https://github.com/distribution/reference (reference.go), normalisation: normalize.go in the same place.
public struct ImageReference: Sendable, Hashable {
    /// Registry host, with port when written (`docker.io` by default).
    public let registry: String
    /// Path within the registry (`library/alpine`).
    public let repository: String
    /// Tag; nil when none is written, which pulls `latest`.
    public let tag: String?
    /// Digest with its algorithm (`sha256:…`).
    public let digest: String?

    /// The canonical repository, `registry/repository` (ECS `container.image.name`).
    public var name: String { "\(registry)/\(repository)" }

    /// Whether a digest says exactly which image is meant.
    public var isPinned: Bool { digest != nil }

    /// Who publishes it: the first path component, with the registry before it except on Docker Hub.
    ///
    /// `library` is Docker's own official images; `registry.k8s.io` (no second component) stands for itself.
    public var publisher: String {
        let first = repository.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(repository[..<$0]) }
        if registry == "docker.io" { return first ?? "library" }
        return first.map { "\(registry)/\($0)" } ?? registry
    }

    /// Why a text is no image reference.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong.
        public var description: String
    }

    /// Reads a reference as it is written in a request or a manifest.
    ///
    /// - Throws: ``Malformed`` where Docker refuses the text, and for a bare image id (64 hexadecimal digits), which
    ///   names no repository.
    public init(parsing text: String) throws(Malformed) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw Malformed(description: "the image reference is empty") }
        guard bytes.count <= 1024 else {
            throw Malformed(description: "the image reference is longer than 1,024 bytes")
        }
        guard !Self.isImageID(bytes) else { throw Malformed(description: "a bare image id names no repository") }

        var rest = bytes[...]
        var digest: String?
        if let mark = rest.lastIndex(of: UInt8(ascii: "@")) {
            digest = try Self.digest(rest[(mark + 1)...])
            rest = rest[..<mark]
        }
        var tag: String?
        // A colon after the last slash starts a tag; one before it belongs to the registry's port.
        if let colon = rest.lastIndex(of: UInt8(ascii: ":")), !rest[colon...].contains(UInt8(ascii: "/")) {
            tag = try Self.tag(rest[(colon + 1)...])
            rest = rest[..<colon]
        }
        let (registry, path) = try Self.split(rest)
        try Self.checkRepository(path)
        guard path.count + registry.utf8.count < 256 else {
            throw Malformed(description: "the repository name is longer than 255 bytes")
        }
        let repository = String(decoding: path, as: UTF8.self)
        self.registry = registry
        let isOfficial = registry == "docker.io" && !path.contains(UInt8(ascii: "/"))
        self.repository = isOfficial ? "library/\(repository)" : repository
        self.tag = tag
        self.digest = digest
    }

    /// Whether the text is an image id rather than a name: 64 hexadecimal digits, perhaps behind `sha256:`.
    public static func isImageID(_ text: String) -> Bool {
        let id = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
        return isImageID(Array(id.utf8))
    }

    private static func isImageID(_ bytes: [UInt8]) -> Bool {
        bytes.count == 64 && bytes.allSatisfy { isLowerHexadecimal($0) }
    }

    private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

extension ImageReference {
    private static func split(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> (
        registry: String, path: ArraySlice<UInt8>
    ) {
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else { return ("docker.io", bytes) }
        let first = bytes[..<slash]
        let isRegistry =
            first.contains(UInt8(ascii: ".")) || first.contains(UInt8(ascii: ":"))
            || first.elementsEqual("localhost".utf8) || first.contains(where: isUpper)
        guard isRegistry else { return ("docker.io", bytes) }
        try checkRegistry(first)
        let registry = String(decoding: first, as: UTF8.self).lowercased()
        // Docker's own index by its other name; `registry-1.docker.io` is a different host to Docker, and stays one.
        return (registry == "index.docker.io" ? "docker.io" : registry, bytes[(slash + 1)...])
    }

    private static func checkRegistry(_ bytes: ArraySlice<UInt8>) throws(Malformed) {
        if bytes.first == UInt8(ascii: "[") {
            guard bytes.dropFirst().allSatisfy({ isLowerHexadecimal($0) || "0123456789ABCDEF:]".utf8.contains($0) })
            else {
                throw Malformed(description: "the registry is no IPv6 address")
            }
            return
        }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw Malformed(description: "the registry has two ports") }
        if parts.count == 2, parts[1].isEmpty || !parts[1].allSatisfy(isDigit) {
            throw Malformed(description: "the registry's port is no number")
        }
        for label in parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard let first = label.first, let last = label.last, isAlphanumeric(first), isAlphanumeric(last),
                label.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "-") })
            else { throw Malformed(description: "the registry is no host name") }
        }
    }

    private static func checkRepository(_ bytes: ArraySlice<UInt8>) throws(Malformed) {
        for component in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let first = component.first, let last = component.last else {
                throw Malformed(description: "a path component of the repository is empty")
            }
            if component.contains(where: isUpper) {
                throw Malformed(description: "the repository has upper-case letters")
            }
            guard isLowerAlphanumeric(first), isLowerAlphanumeric(last) else {
                throw Malformed(description: "a path component of the repository starts or ends with a separator")
            }
            try checkSeparators(component)
        }
    }

    /// Separators are one dot, one or two underscores, or any number of hyphens.
    private static func checkSeparators(_ component: ArraySlice<UInt8>) throws(Malformed) {
        var run: [UInt8] = []
        for byte in component {
            if isLowerAlphanumeric(byte) {
                let isSeparator =
                    run.isEmpty || run == [UInt8(ascii: ".")] || run == [UInt8(ascii: "_")]
                    || run == [UInt8(ascii: "_"), UInt8(ascii: "_")] || run.allSatisfy { $0 == UInt8(ascii: "-") }
                guard isSeparator else { throw Malformed(description: "the repository has doubled separators") }
                run.removeAll(keepingCapacity: true)
            } else if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") {
                run.append(byte)
            } else {
                throw Malformed(description: "the repository has a character that no registry takes")
            }
        }
    }

    private static func tag(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> String {
        guard let first = bytes.first, bytes.count <= 128, isAlphanumeric(first) || first == UInt8(ascii: "_"),
            bytes.allSatisfy({ isAlphanumeric($0) || "._-".utf8.contains($0) })
        else { throw Malformed(description: "the tag is malformed") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digest(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> String {
        let parts = bytes.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].first, isAlphanumeric(first), !isDigit(first),
            parts[0].allSatisfy({ isAlphanumeric($0) || "+._-".utf8.contains($0) }),
            parts[1].count >= 32, parts[1].allSatisfy({ isLowerHexadecimal($0) || isUpperHexadecimal($0) })
        else { throw Malformed(description: "the digest is malformed") }
        if parts[0].elementsEqual("sha256".utf8), parts[1].count != 64 || !parts[1].allSatisfy(isLowerHexadecimal) {
            throw Malformed(description: "a sha256 digest has 64 lower-case hexadecimal digits")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isUpperHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
    }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLowerAlphanumeric(byte) || isUpper(byte) }
}
