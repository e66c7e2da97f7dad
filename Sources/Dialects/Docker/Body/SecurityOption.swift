/// One entry of `HostConfig.SecurityOpt`, split as moby's `parseSecurityOpt` splits it: at the first `=`, or, where there
/// is none, at the first colon, which is the old form.
package struct SecurityOption: Sendable, Equatable {
    package var name: String
    /// Nil for an option that is a word alone.
    package var value: String?

    package init(_ text: String) {
        let equals = UInt8(ascii: "=")
        let separator = text.utf8.contains(equals) ? equals : UInt8(ascii: ":")
        let parts = text.utf8.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
        name = String(text: parts[0])
        value = parts.count > 1 ? String(text: parts[1]) : nil
    }
}
