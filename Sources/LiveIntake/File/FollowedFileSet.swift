internal import Intake

/// All files of a source: finds them, asks those that may have something new, and tells how they do.
final class FollowedFileSet {
    /// What one pass over the files has given.
    struct Round {
        var batches: [LiveBatch] = []
        var losses: [String] = []
        /// How long there is nothing to do; nil where there is.
        var wait: Duration?
    }

    struct Entry {
        var file: FollowedFile
        /// Whether the configuration names it, and not a pattern that it matches.
        var isNamed: Bool
        /// When it is asked again; nil for when something happens.
        var due: ContinuousClock.Instant?
        var lastAsked: ContinuousClock.Instant
        var failure: FileFailure?
        /// How often in a row nothing could be read.
        var attempt = 0
        var failedSince: ContinuousClock.Instant?
    }

    let configuration: FollowedFiles.Configuration
    let filter: PathFilter
    let changes: FolderChanges
    let patterns: [PathPattern]
    let exclusions: [PathPattern]
    private let reader: LineReader

    var entries: [String: Entry] = [:]
    /// Paths in the order in which they are asked.
    var order: [String] = []
    /// Streams by the paths that changes are told of.
    var streams: [String: [String]] = [:]
    /// Whether no file was followed before.
    var isFirst: Bool
    /// How many files are not followed since there are too many.
    var excess = 0
    var nextDiscovery: ContinuousClock.Instant?
    /// When folders are looked through again at the soonest, whatever is told of them.
    var earliestDiscovery: ContinuousClock.Instant?
    private var nextPoll: ContinuousClock.Instant?
    /// Where in `order` the next pass begins.
    private var first = 0
    /// Streams that this pass has ended.
    private var ended: [String] = []
    var told = ToldHealth()

    /// So many streams give at the same time.
    private static let maximumBatches = 64

    init(
        _ configuration: FollowedFiles.Configuration,
        _ filter: PathFilter,
        _ cursors: [String: String],
        _ changes: FolderChanges
    ) {
        self.configuration = configuration
        self.filter = filter
        self.changes = changes
        patterns = configuration.paths.map(PathPattern.init)
        exclusions = configuration.exclude.map(PathPattern.init)
        isFirst = cursors.isEmpty
        reader = LineReader(
            LineReader.Limits(
                recordBytes: max(1_024, configuration.maximumRecordBytes),
                batchBytes: max(1_024, configuration.batchBytes),
                batchRecords: max(1, configuration.batchRecords)
            )
        )
        for (path, cursor) in cursors.sorted(by: { $0.key < $1.key }) where isFollowed(path) {
            add(path, FileCursor(cursor), .beginning, at: .now)
        }
    }

    /// Asks every file that is due once.
    func read(at now: ContinuousClock.Instant) -> Round {
        note(changes.taken(), at: now)
        if nextDiscovery.map({ $0 <= now }) ?? true { discover(at: now) }
        if nextPoll.map({ $0 <= now }) ?? true {
            nextPoll = now + configuration.pollInterval
            for path in order where entries[path]?.due == nil { entries[path]?.due = now }
        }
        var round = Round()
        askAll(&round, at: now)
        removeEnded()
        closeIdle()
        round.wait = wait(from: now)
        return round
    }

    private func note(_ changes: FolderEvents.Changes, at now: ContinuousClock.Instant) {
        if changes.hasNewNames || changes.isIncomplete { nextDiscovery = earliestDiscovery }
        if changes.isIncomplete { nextPoll = nil }
        for path in changes.paths {
            let folder = path.folderPath
            let bases = RotatedName.readings(of: path.fileName).map { folder.appending(fileName: $0.base) }
            for stream in ([path] + bases).flatMap({ streams[$0] ?? [] }) { wake(stream, at: now) }
        }
    }

    /// Asks a stream at once, unless it is known that nothing can be read.
    private func wake(_ path: String, at now: ContinuousClock.Instant) {
        guard let entry = entries[path], entry.failure?.isAbsence ?? true else { return }
        entries[path]?.due = now
    }

    private func askAll(_ round: inout Round, at now: ContinuousClock.Instant) {
        var bytes = 0
        let count = order.count
        // Begun elsewhere each time, so that one that always has more keeps nobody waiting.
        for index in 0..<count {
            let path = order[(first + index) % count]
            guard let due = entries[path]?.due, due <= now else { continue }
            guard let batch = ask(path, &round, at: now) else { continue }
            bytes += batch.records.reduce(0) { $0 + $1.bytes.count }
            round.batches.append(batch)
            if bytes >= configuration.batchBytes || round.batches.count >= Self.maximumBatches {
                first = (first + index + 1) % count
                break
            }
        }
    }

    private func removeEnded() {
        guard !ended.isEmpty else { return }
        for path in ended { entries[path] = nil }
        order.removeAll { entries[$0] == nil }
        (ended, first) = ([], 0)
    }

    private func ask(_ path: String, _ round: inout Round, at now: ContinuousClock.Instant) -> LiveBatch? {
        guard var entry = entries[path] else { return nil }
        entry.due = nil
        defer { entries[path] = entry }
        guard entry.file.mayHaveNews else {
            recover(&entry)
            return nil
        }
        entry.lastAsked = now
        switch entry.file.next(reader, at: now) {
        case .batch(let batch):
            recover(&entry)
            entry.due = now
            return batch
        case .idle: recover(&entry)
        case .later(let duration):
            recover(&entry)
            entry.due = now + duration
        case .lost(let reason):
            entry.due = now
            round.losses.append(reason)
        case .failed(let failure):
            fail(&entry, failure, at: now)
            if isGoneForGood(entry, at: now) {
                ended.append(path)
                return entry.file.cursor == nil ? nil : entry.file.end(reader)
            }
        }
        return nil
    }

    private func recover(_ entry: inout Entry) { (entry.failure, entry.attempt, entry.failedSince) = (nil, 0, nil) }

    private func fail(_ entry: inout Entry, _ failure: FileFailure, at now: ContinuousClock.Instant) {
        entry.failure = failure
        entry.attempt += 1
        entry.failedSince = entry.failedSince ?? now
        // To look whether a file is there costs nothing: the next poll does it.
        if !failure.isAbsence { entry.due = now + min(.seconds(60), .seconds(1 << min(entry.attempt - 1, 6))) }
    }

    private func isGoneForGood(_ entry: Entry, at now: ContinuousClock.Instant) -> Bool {
        guard !entry.isNamed, entry.failure?.isAbsence == true, let since = entry.failedSince else { return false }
        // What it was rotated into would be taken for logs of their own, once nobody knows whose it is.
        return now - since >= configuration.removalWait && RotatedFiles(of: entry.file.realPath).files.isEmpty
    }

    private func closeIdle() {
        // One that was rotated away may have no name left to be found by.
        let open = entries.values.filter { $0.file.file != nil && !$0.file.isRotated }
        guard open.count > configuration.maximumOpenFiles else { return }
        let oldest = open.sorted { $0.lastAsked < $1.lastAsked }
        for entry in oldest.prefix(open.count - configuration.maximumOpenFiles) { entry.file.close() }
    }

    private func wait(from now: ContinuousClock.Instant) -> Duration? {
        let next = entries.values.compactMap(\.due).min()
        let until = [next, nextPoll, nextDiscovery].compactMap { $0 }.min() ?? now
        return until > now ? until - now : nil
    }
}
