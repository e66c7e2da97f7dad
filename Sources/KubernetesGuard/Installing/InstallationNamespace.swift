/// The namespace that the webhook has to itself.
package struct InstallationNamespace: Sendable, Equatable {
    package let name: String

    /// Why a text names no namespace for the webhook.
    package struct Refused: Error, Sendable, Equatable, CustomStringConvertible {
        package var description: String
    }

    /// The one that is taken unless another is named.
    package static let usual = InstallationNamespace(known: "tidewaiter")

    private init(known name: String) { self.name = name }

    /// - Throws: for what is no name (a label of RFC 1123), and for a namespace of the cluster's own: the webhook's is held to
    ///   `restricted`, by which no network plugin would come up.
    package init(parsing text: String) throws(Refused) {
        let isLabel =
            (1...63).contains(text.utf8.count) && text.utf8.allSatisfy(Self.isPart)
            && !text.hasPrefix("-") && !text.hasSuffix("-")
        guard isLabel else {
            throw Refused(description: "'\(text)' is no namespace: it has a-z, 0-9 and '-', and at most 63 of them")
        }
        guard text != "default", !text.hasPrefix("kube-") else {
            throw Refused(description: "'\(text)' is used by others; the webhook has a namespace to itself")
        }
        name = text
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
