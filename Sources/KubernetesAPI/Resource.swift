/// All objects of one kind: those of one namespace, of all, or of none.
package struct Resource: Sendable, Hashable {
    /// Empty for the core group.
    package var group: String
    package var version: String
    /// The plural name: `secrets`.
    package var name: String
    /// Nil for what stands in no namespace, and for all namespaces.
    package var namespace: String?

    package init(group: String = "", version: String = "v1", _ name: String, in namespace: String? = nil) {
        self.group = group
        self.version = version
        self.name = name
        self.namespace = namespace
    }

    package static let namespaces = Resource("namespaces")
    package static func configMaps(in namespace: String) -> Resource { Resource("configmaps", in: namespace) }
    package static func pods(in namespace: String) -> Resource { Resource("pods", in: namespace) }
    package static func secrets(in namespace: String) -> Resource { Resource("secrets", in: namespace) }
    package static let validatingWebhookConfigurations = Resource(
        group: "admissionregistration.k8s.io",
        "validatingwebhookconfigurations"
    )

    /// The path of the whole, or of one object.
    ///
    /// - Throws: ``APIError`` of code ``APIError/Code/configuration`` for a name that would lead elsewhere.
    func path(of object: String? = nil) throws(APIError) -> String {
        var path = group.isEmpty ? "/api" : "/apis/\(try Self.segment(group))"
        path += "/\(try Self.segment(version))"
        if let namespace { path += "/namespaces/\(try Self.segment(namespace))" }
        path += "/\(try Self.segment(name))"
        if let object { path += "/\(try Self.segment(object))" }
        return path
    }

    /// A name as Kubernetes allows one in a path (apimachinery, `IsValidPathSegmentName`), escaped.
    private static func segment(_ name: String) throws(APIError) -> String {
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("%"), name.utf8.count <= 253
        else { throw APIError(.configuration, "'\(name)' is no name of an object") }
        return name.percentEncoded
    }
}

/// An object's name in a namespace: `NAMESPACE/NAME`, as options write it.
package struct NamespacedName: Sendable, Hashable, CustomStringConvertible {
    package let namespace: String
    package let name: String

    /// - Throws: ``APIError`` of code ``APIError/Code/configuration`` for what cannot be an object's name.
    package init(parsing text: String) throws(APIError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, Self.isLabel(parts[0]), Self.isSubdomain(parts[1]) else {
            throw APIError(.configuration, "'\(text)' is no NAMESPACE/NAME of an object")
        }
        namespace = parts[0]
        name = parts[1]
    }

    package var description: String { "\(namespace)/\(name)" }

    /// RFC 1123, as Kubernetes holds names to it.
    private static func isLabel(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else { return false }
        let dash = UInt8(ascii: "-")
        return first != dash && last != dash && bytes.allSatisfy { isLetterOrDigit($0) || $0 == dash }
    }

    private static func isSubdomain(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel(String($0)) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension String {
    /// With every byte escaped that is not unreserved (RFC 3986, section 2.3).
    var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return text
    }
}
