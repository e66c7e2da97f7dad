internal import Signals

/// What a deployment may do beyond a container's own, in a few words each.
enum Powers {
    /// The most values of one kind that are named.
    private static let named = 3

    static func words(of record: ECSFields) -> [String] {
        var words: [String] = []
        if record["container.security_context.privileged"].first == "true" { words.append("privileged") }
        words += record["deployment.host.namespaces"].map { "host \($0)" }
        words += listed(record["deployment.host.writable_paths"]) { "writes \($0)" }
        words += listed(record["deployment.host.exposes"]) { "sees \($0)" }
        words += listed(record["deployment.capabilities.added"]) { $0 }
        return words.map { ShownText.of($0, upTo: 60) }
    }

    private static func listed(_ values: [String], _ word: (String) -> String) -> [String] {
        let rest = values.count - named
        return values.prefix(named).map(word) + (rest > 0 ? ["\(rest) more"] : [])
    }
}
