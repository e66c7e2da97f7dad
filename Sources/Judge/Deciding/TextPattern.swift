/// A text with `*` for any run of characters.
package struct TextPattern: Sendable {
    private let parts: [Substring]

    package init(_ text: String) { parts = text.split(separator: "*", omittingEmptySubsequences: false) }

    /// Whether the whole of a text is meant.
    ///
    /// In time linear in each part: the leftmost place of each is as good as any.
    package func matches(_ text: String) -> Bool {
        guard parts.count > 1, let first = parts.first, let last = parts.last else {
            return parts.first.map { $0 == text } ?? false
        }
        guard text.hasPrefix(first) else { return false }
        var rest = text.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
