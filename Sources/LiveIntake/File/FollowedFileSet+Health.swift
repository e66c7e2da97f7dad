internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What was said of a source's health last, so that only changes are told.
struct ToldHealth {
    var health: SourceHealth?
    var time: ContinuousClock.Instant?
}

extension FollowedFileSet {
    /// How the source does, if that has changed; how far it is behind, once a second at most.
    func health(at now: ContinuousClock.Instant) -> SourceHealth? {
        let health = currentHealth
        guard health != told.health else { return nil }
        if case .following = health, case .following? = told.health, let time = told.time, now - time < .seconds(1) {
            return nil
        }
        told = ToldHealth(health: health, time: now)
        return health
    }

    private var currentHealth: SourceHealth {
        let failed = order.compactMap { path in entries[path]?.failure.map { (path, $0, entries[path]?.attempt ?? 1) } }
            // A file that a pattern matched may go; what stands in its way is told.
            .filter { !$0.1.isAbsence || entries[$0.0]?.isNamed == true }
        if let (path, failure, attempt) = failed.first {
            let others = failed.count > 1 ? " (and \(failed.count - 1) more)" : ""
            return .waiting(reason: failure.words(path) + others, attempt: attempt)
        }
        if excess > 0 {
            return .waiting(
                reason: "\(excess) files more than the \(configuration.maximumFiles) that are followed match: "
                    + "narrow the patterns, or allow more",
                attempt: 1
            )
        }
        guard !entries.isEmpty else {
            let paths = configuration.paths.joined(separator: ", ")
            return .waiting(reason: "nothing matches \(paths): what comes is followed", attempt: 1)
        }
        return .following(lag: lag)
    }

    /// How long ago was written what the stream furthest behind reads next, at the most; 0 where all are at the end.
    private var lag: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let now = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        let oldest = entries.values.filter(\.file.hasUnread).compactMap(\.file.cursor?.modified).min()
        return oldest.map { max(0, now - Double($0) / 1e9) } ?? 0
    }
}
