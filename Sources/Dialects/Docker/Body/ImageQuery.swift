/// How the Engine API's queries name an image: a repository and, beside it, a tag.
package enum ImageQuery {
    /// The reference; nil for no repository.
    package static func reference(_ repository: String?, tag: String?) -> String? {
        guard let repository, !repository.isEmpty else { return nil }
        guard let tag, !tag.isEmpty else { return repository }
        // A digest goes in the tag, too.
        return tag.contains(":") ? "\(repository)@\(tag)" : "\(repository):\(tag)"
    }
}
