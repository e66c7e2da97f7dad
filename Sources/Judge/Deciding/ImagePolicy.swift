package import Deployments

/// Which images may be pulled and run.
package struct ImagePolicy: Sendable, Equatable {
    /// Patterns of registries and repositories; nil where only pulls are held to Docker Hub.
    package var allowed: [String]?
    /// Patterns that are refused whatever else allows them.
    package var refused: [String] = []
    /// Whether a reference has to name its image by digest.
    package var requiresDigest = false
    /// Tags that may not be used, such as `latest`.
    package var forbiddenTags: [String] = []

    package init() {}

    /// Whether it says anything about images that are run.
    package var judgesRuns: Bool { allowed != nil || !refused.isEmpty || requiresDigest || !forbiddenTags.isEmpty }

    /// Where images come from when nothing is listed.
    private static let defaultRegistries = ["docker.io"]

    /// What is wrong with a reference; nil for nothing.
    ///
    /// - Parameter opened: patterns by which the policy opens the profile's part, beside these.
    package func objection(to image: ImageReference) -> String? {
        if refused.contains(where: { Self.matches($0, image) }) { return "'\(image.name)' is refused by the policy" }
        guard (allowed ?? Self.defaultRegistries).contains(where: { Self.matches($0, image) }) else {
            return "'\(image.name)' is of no listed registry or repository"
        }
        if requiresDigest, !image.isPinned { return "'\(image.name)' is not named by its digest" }
        if !image.isPinned, let tag = forbiddenTags.first(where: { $0 == image.tag ?? "latest" }) {
            return "the tag '\(tag)' may not be used"
        }
        return nil
    }

    /// Whether the list itself names the image, so that its name is worth guarding.
    package func lists(_ image: ImageReference) -> Bool { allowed?.contains { Self.matches($0, image) } ?? false }

    /// Whether a pattern means an image: `ghcr.io`, `ghcr.io/acme/*`, `busybox`, `acme/*`, or by its digest `sha256:…`.
    package static func matches(_ pattern: String, _ image: ImageReference) -> Bool {
        if let digest = digest(pattern) { return image.digest == digest }
        return TextPattern(canonical(pattern)).matches(image.name)
    }

    /// The pattern over canonical names: `docker.io/library/alpine`.
    package static func canonical(_ pattern: String) -> String {
        if pattern == "*" { return pattern }
        guard let slash = pattern.firstIndex(of: "/") else {
            return isRegistry(pattern) ? "\(pattern)/*" : "docker.io/library/\(pattern)"
        }
        return isRegistry(String(pattern[..<slash])) ? pattern : "docker.io/\(pattern)"
    }

    /// The digest that a pattern names, whatever stands before it: the same image by any name.
    private static func digest(_ pattern: String) -> String? {
        if pattern.hasPrefix("sha256:") { return pattern }
        return pattern.firstIndex(of: "@").map { String(pattern[pattern.index(after: $0)...]) }
    }

    private static func isRegistry(_ text: String) -> Bool {
        text.contains(".") || text.contains(":") || text == "localhost" || text.hasPrefix("*")
    }
}
