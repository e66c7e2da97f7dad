/// A level in the form that one version gives it: `restricted:v1.24`.
package struct PodSecurityPolicy: Sendable, Hashable {
    package var level: PodSecurityLevel
    package var version: PodSecurityVersion

    package init(_ level: PodSecurityLevel, _ version: PodSecurityVersion = .latest) {
        self.level = level
        self.version = version
    }

    /// The policy that `LEVEL` or `LEVEL:VERSION` names; without a version the latest.
    package init(parsing text: String) throws(InvalidPodSecurityText) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        level = try PodSecurityLevel(parsing: String(parts[0]))
        version = parts.count > 1 ? try PodSecurityVersion(parsing: String(parts[1])) : .latest
    }
}

extension PodSecurityPolicy: CustomStringConvertible {
    package var description: String { "\(level.rawValue):\(version)" }
}
