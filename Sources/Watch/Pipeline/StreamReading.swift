internal import Dialects
internal import Intake
internal import JSON
internal import Ledger
internal import LiveIntake

/// One stream of a source as it is read: its dialect, and how far back it would have to be read again.
struct StreamReading {
    private(set) var dialect: any Dialect
    /// Whether records behind a cursor can be had again.
    private let isReplayable: Bool
    /// Records that were judged before the program was stopped, which only remind the dialect.
    private var known = 0
    /// Records and bytes since the checkpoint.
    private var records = 0
    private var bytes = 0
    private var hasCheckpoint = false
    /// Of the memory that was stored as a whole last, where nothing was put on top of it.
    private var storedHash: Int?
    /// Bytes of changes on top of the checkpoint's memory.
    private var changedBytes = 0
    /// Up to where it was read, once it was.
    private var cursor: String?
    private var checkedAt: ContinuousClock.Instant

    /// After so many records or bytes, or so long, the dialect's memory is stored again.
    ///
    /// A restart reads that much twice at most.
    private static let checkpointRecords = 65_536
    private static let checkpointBytes = 64 << 20
    private static let checkpointInterval = Duration.seconds(30)
    /// So many bytes of changes are put on top of a memory before it is stored as a whole.
    private static let changesLimit = 1 << 20

    /// A stream that begins.
    init(_ dialect: any Dialect, isReplayable: Bool, now: ContinuousClock.Instant) {
        self.dialect = dialect
        self.isReplayable = isReplayable
        checkedAt = now
    }

    /// A stream that goes on as it was left.
    ///
    /// - Throws: ``DialectMemoryError`` where the dialect cannot make out what it knew.
    init(
        _ dialect: any Dialect,
        isReplayable: Bool,
        goingOnWith entry: StreamEntry,
        now: ContinuousClock.Instant
    ) throws(DialectMemoryError) {
        self.init(dialect, isReplayable: isReplayable, now: now)
        guard let checkpoint = entry.checkpoint else { return }
        if var remembering = self.dialect as? any RememberingDialect {
            try remembering.recall(checkpoint.memory)
            if var journaling = remembering as? any JournalingDialect {
                for changes in checkpoint.changes { try journaling.recall(changes: changes) }
                remembering = journaling
            }
            self.dialect = remembering
        }
        hasCheckpoint = true
        changedBytes = checkpoint.changes.reduce(0) { $0 + $1.count }
        known = isReplayable ? entry.recordsSince : 0
    }

    /// Reads a batch.
    ///
    /// - Parameters:
    ///   - reading: filled by each record, and to be emptied by `settle`.
    ///   - settle: called after each record with it, or nil at the stream's end, and whether it was judged before the
    ///     program was stopped.
    mutating func read(
        _ batch: LiveBatch,
        into reading: inout Reading,
        _ settle: (inout Reading, LiveRecord?, Bool) -> Void
    ) {
        // What was to remind the dialect is gone: what comes now is new.
        if batch.startsAnew { known = 0 }
        for record in batch.records {
            let isKnown = known > 0
            if isKnown { known -= 1 } else { records += 1 }
            bytes += record.bytes.count
            read(record, into: &reading)
            settle(&reading, record, isKnown)
        }
        guard batch.isLast else { return }
        dialect.finish(into: &reading)
        settle(&reading, nil, false)
    }

    /// Whether the dialect holds something back that was not judged yet.
    var isHolding: Bool { known == 0 && dialect.isHolding }

    /// Says that time has gone on.
    ///
    /// - Parameter reading: filled with what was held back long enough.
    mutating func passTime(into reading: inout Reading) { dialect.passTime(into: &reading) }

    private mutating func read(_ record: LiveRecord, into reading: inout Reading) {
        let count = record.bytes.count
        // In one piece: records are most of what is copied.
        let padded = unsafe [UInt8](unsafeUninitializedCapacity: count + JSONParser.padding) { buffer, filled in
            _ = unsafe buffer.initialize(fromContentsOf: record.bytes)
            unsafe buffer[count...].initialize(repeating: 0)
            filled = count + JSONParser.padding
        }
        unsafe padded.withUnsafeBytes { buffer in
            let raw = unsafe RawRecord(
                bytes: UnsafeRawBufferPointer(rebasing: buffer[..<count]),
                position: record.position,
                defects: record.defects
            )
            let (rest, nuls) = raw.withoutLeadingNULs()
            if nuls > 0 {
                let reason = "\(nuls) NUL bytes: the log was cut while it was written to, or lost by the disk"
                reading.problems.append(ReadingProblem(at: record.position, reason))
            }
            if let rest, unsafe !rest.bytes.isEmpty { dialect.read(rest, into: &reading) }
        }
    }

    /// What is to be remembered of the stream behind a batch; nil while it is only reminded of what is remembered.
    ///
    /// - Throws: ``DialectMemoryError`` where the dialect's memory cannot be written down.
    mutating func entry(
        _ batch: LiveBatch,
        of source: String,
        now: ContinuousClock.Instant
    ) throws(DialectMemoryError) -> StreamEntry? {
        guard !batch.isLast else {
            return StreamEntry(source: source, stream: batch.stream, cursor: nil, checkpoint: nil, recordsSince: 0)
        }
        cursor = batch.cursor
        guard known == 0 else { return nil }
        var entry = StreamEntry(source: source, stream: batch.stream, cursor: batch.cursor)
        if let changes = changes(batch) {
            entry.changes = changes
            changedBytes += changes.count
            if !changes.isEmpty { storedHash = nil }
        } else if isDue(batch, now) {
            let before = storedHash
            let taken = try check(at: batch.cursor, now)
            // What cannot be had again is stored with each batch, unless it is stored already.
            if isReplayable || storedHash != before { entry.checkpoint = taken }
        }
        entry.recordsSince = isReplayable ? records : 0
        return entry
    }

    /// What of the dialect's memory has changed, where that alone is stored; nil where the whole is.
    ///
    /// Of what can be read again nothing is stored with each batch.
    private mutating func changes(_ batch: LiveBatch) -> [UInt8]? {
        guard !isReplayable, let taken = takeChanges(), hasCheckpoint, !batch.startsAnew,
            changedBytes + taken.count <= Self.changesLimit
        else { return nil }
        return taken
    }

    private mutating func takeChanges() -> [UInt8]? {
        guard var journaling = dialect as? any JournalingDialect else { return nil }
        let taken = journaling.takeChanges()
        dialect = journaling
        return taken
    }

    /// What is to be remembered of the stream when something that was held back was told: that it was.
    ///
    /// - Throws: ``DialectMemoryError`` where the dialect's memory cannot be written down.
    mutating func entryAfterTelling(
        of source: String,
        _ stream: String,
        now: ContinuousClock.Instant
    ) throws(DialectMemoryError) -> StreamEntry? {
        guard let cursor else { return nil }
        let taken = try check(at: cursor, now)
        return StreamEntry(source: source, stream: stream, cursor: cursor, checkpoint: taken, recordsSince: 0)
    }

    private mutating func check(
        at cursor: String,
        _ now: ContinuousClock.Instant
    ) throws(DialectMemoryError) -> StreamEntry.Checkpoint {
        // What is stored as a whole has changed no more.
        _ = takeChanges()
        let memory = try (dialect as? any RememberingDialect)?.memory() ?? []
        hasCheckpoint = true
        storedHash = memory.hashValue
        changedBytes = 0
        records = 0
        bytes = 0
        checkedAt = now
        return StreamEntry.Checkpoint(cursor: cursor, memory: memory)
    }

    private func isDue(_ batch: LiveBatch, _ now: ContinuousClock.Instant) -> Bool {
        // A dialect that keeps nothing in mind need not be reminded.
        guard isReplayable, dialect is any RememberingDialect, !batch.startsAnew, hasCheckpoint else { return true }
        if records == 0 { return false }
        return records >= Self.checkpointRecords || bytes >= Self.checkpointBytes
            || now - checkedAt >= Self.checkpointInterval
    }
}
