extension HostEvidence {
    /// TCP sockets that nobody asked for an engine's API, and that are not known to be one's.
    var unaskedListeners: [Listener] {
        let endpoints = Set((dockerEndpoints.value ?? []).map(\.listener))
        let asked = Dictionary(grouping: probes.filter { $0.scheme == .http }) { $0.port }
        return (listeners.value ?? []).filter { listener in
            listener.transport == .tcp && !endpoints.contains(listener) && !isResolver(listener)
                && !(asked[listener.port] ?? []).contains { $0.isTo(listener) }
        }
    }

    /// What a check says of sockets that nobody asked: those that are meant, and those in networks that could not be read.
    func judgeUnasked(_ isMeant: (Listener) -> Bool = { _ in true }) -> [CheckResult] {
        let unasked = unaskedListeners.filter(isMeant)
        var found: [CheckResult] = []
        if !unasked.isEmpty {
            let words = unasked.prefix(Self.shown).map(\.words).joined(separator: ", ")
            let reasons = unasked.compactMap { listener in listener.unasked.map { "\(listener.words): \($0)" } }
            found.append(
                CheckResult(
                    .unknown,
                    subject: "",
                    "nobody asked \(unasked.count) sockets: \(words)",
                    evidence: Array(reasons.prefix(Self.shown))
                )
            )
        }
        if let networksUnread {
            let reason = "there may be sockets in other network namespaces: \(networksUnread)"
            found.append(CheckResult(.unknown, subject: "", reason))
        }
        return found
    }

    /// More than these are not told one by one.
    private static let shown = 20
}
