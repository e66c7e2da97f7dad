/// How much a policy lets pods do: the three profiles of the Pod Security Standards, the laxest first.
///
/// Reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/.
package enum PodSecurityLevel: String, Sendable, Hashable, Comparable, CaseIterable {
    /// Everything is allowed.
    case privileged
    /// What is known to lead to the host is not.
    case baseline
    /// Only what hardened pods need is.
    case restricted

    /// By strictness.
    package static func < (left: Self, right: Self) -> Bool { left.strictness < right.strictness }

    private var strictness: Int {
        switch self {
        case .privileged: 0
        case .baseline: 1
        case .restricted: 2
        }
    }

    /// The level of that name.
    ///
    /// - Throws: ``InvalidPodSecurityText``, in the API server's words.
    package init(parsing text: String) throws(InvalidPodSecurityText) {
        guard let level = Self(rawValue: text) else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidPodSecurityText("must be one of \(names)")
        }
        self = level
    }
}

/// A text that is no level or no version.
package struct InvalidPodSecurityText: Error, Equatable, CustomStringConvertible {
    /// What it has to be.
    package var description: String

    init(_ description: String) { self.description = description }
}
