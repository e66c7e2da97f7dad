package import Sigma

extension DocumentReading {
    /// Reads what a policy file says of images.
    package mutating func read(_ member: Attribute.Member, into images: inout ImagePolicy) {
        for entry in members(member) {
            switch entry.key {
            case "allow": images.allowed = texts(entry)
            case "refuse": images.refused = texts(entry)
            case "digest": if let flag = flag(entry) { images.requiresDigest = flag }
            case "forbidden-tags": images.forbiddenTags = texts(entry)
            default: unknown(entry, ["allow", "refuse", "digest", "forbidden-tags"])
            }
        }
    }
}
