/// JSON pointers (RFC 6901): the paths of JSON patches.
enum JSONPointer {
    /// The names along `pointer`, unescaped.
    static func parts(of pointer: String) -> [String] {
        pointer.utf8.split(separator: UInt8(ascii: "/")).map { part in
            let name = String(Substring(part))
            guard part.contains(UInt8(ascii: "~")) else { return name }
            return name.replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    /// The name as it stands in a pointer.
    static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        return name.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    /// Whether a part of a pointer is a position in a list, `-` being the one behind its end.
    static func isPosition(_ part: some StringProtocol) -> Bool {
        part == "-" || (!part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) })
    }
}
