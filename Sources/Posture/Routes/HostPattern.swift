/// Names of hosts as routes and listeners write them: `a.example.org`, `*.example.org`, `*`, or nothing for all.
enum HostPattern {
    /// Whether there is a name that both mean.
    static func meet(_ a: String, _ b: String) -> Bool {
        if isAll(a) || isAll(b) { return true }
        let (a, b) = (a.lowercased(), b.lowercased())
        return a == b || isBelow(a, b) || isBelow(b, a)
    }

    private static func isAll(_ pattern: String) -> Bool { pattern.isEmpty || pattern == "*" }

    /// Whether `name` is one that the wildcard means, or a narrower wildcard.
    private static func isBelow(_ name: String, _ wildcard: String) -> Bool {
        wildcard.hasPrefix("*.") && name.hasSuffix(wildcard.dropFirst()) && name.utf8.count > wildcard.utf8.count - 1
    }
}
