/// A DNS name that API servers call the webhook by: `tidewaiter.NAMESPACE.svc`.
///
/// Labels as RFC 1123, section 2.1, has them, in lower case as in Kubernetes; no wildcards.
package struct ServiceName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let description: String

    /// - Throws: ``Malformed`` where a client could not look for it, or a certificate not carry it.
    package init(_ text: String) throws(Malformed) {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, labels.allSatisfy(Self.isLabel) else {
            throw Malformed("'\(text)' is no DNS name in lower case, such as tidewaiter.security.svc")
        }
        guard let last = labels.last, !last.utf8.allSatisfy(Self.isDigit) else {
            throw Malformed("'\(text)' is an address; API servers call a webhook by the DNS name of its service")
        }
        description = text
    }

    /// The name under which an API server calls a service (`clientConfig.service` of a webhook).
    package static func text(service: String, namespace: String) -> String { "\(service).\(namespace).svc" }

    package static func < (left: ServiceName, right: ServiceName) -> Bool { left.description < right.description }

    private static func isLabel(_ label: Substring) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(label.utf8.count) && label.utf8.first != hyphen && label.utf8.last != hyphen
            && label.utf8.allSatisfy {
                isDigit($0) || $0 == hyphen || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
