/// The Kubernetes version whose form of the standards is meant: controls change as Kubernetes does.
///
/// A version later than ``newest`` acts as the latest, as an API server takes versions later than its own.
package enum PodSecurityVersion: Sendable, Hashable {
    /// `v1.x`.
    case minor(Int)
    case latest

    /// The newest version whose controls are known here; ``latest`` is this one.
    package static let newest = 36

    /// The minor version whose controls are applied.
    var appliedMinor: Int {
        switch self {
        case .minor(let minor): min(max(minor, 0), Self.newest)
        case .latest: Self.newest
        }
    }

    /// The version of that name, `latest` or `v1.x`.
    ///
    /// - Throws: ``InvalidPodSecurityText``, in the API server's words.
    package init(parsing text: String) throws(InvalidPodSecurityText) {
        if text == "latest" {
            self = .latest
            return
        }
        let digits = text.utf8.dropFirst(3)
        guard text.utf8.starts(with: "v1.".utf8), !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }),
            digits.count == 1 || digits.first != UInt8(ascii: "0"), let minor = Int(String(Substring(digits)))
        else { throw InvalidPodSecurityText(#"must be "latest" or "v1.x""#) }
        self = .minor(minor)
    }
}

extension PodSecurityVersion: CustomStringConvertible {
    package var description: String {
        switch self {
        case .minor(let minor): "v1.\(minor)"
        case .latest: "latest"
        }
    }
}
