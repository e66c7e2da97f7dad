internal import Intake

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One log under its path, followed from file to file as it is rotated: a state machine that reads when it is asked.
///
/// The log's files stand in an order: those that it was rotated into, oldest first, then the one at its path. The cursor
/// stays at the end of one until there is something to read in the next, and only then is it asked which file that is:
/// so rotations that come at any moment, several at once or while nobody follows are all told by what stands there. What
/// was read is only given once it is sure that the file still held it afterwards.
final class FollowedFile {
    enum Step {
        /// Records, or a cursor alone.
        case batch(LiveBatch)
        /// Nothing more for now.
        case idle
        /// Nothing now, but to be asked again after so long.
        case later(Duration)
        /// Nothing can be read.
        case failed(FileFailure)
        /// What was there cannot be read any longer; ask again.
        case lost(String)
    }

    /// What stands at a path, as far as it changes when there is something new.
    private struct Look: Equatable {
        var identity: FileIdentity?
        var size: Int?
        var modified: Int64?

        init(_ path: String) {
            let found = FileStatus.regularFile(at: path)
            (identity, size, modified) = (found?.identity, found?.status.size, found?.status.modified)
        }
    }

    struct Options: Sendable {
        var begin: FollowedFiles.Start
        var rotationWait: Duration
        /// Whether what the log's path leads to, links followed, may be read.
        var accepts: @Sendable (_ realPath: String) -> Bool
    }

    let path: String
    let options: Options
    /// The path without links, as it was last.
    private(set) var realPath: String
    var cursor: FileCursor?

    private(set) var file: (any StoredFile)?
    /// Where that stood when it was opened.
    private var filePath = ""
    /// Whether it stands at the log's path no longer.
    private(set) var isRotated = false
    /// Whether it has no name any longer that it could be told by.
    var isGone = false
    /// Whether it is not read any further, since it is damaged.
    private var isSpent = false
    /// Whether the cursor has come to another file since a batch told it.
    var startsAnew = false
    /// Bytes behind the cursor without a line's end.
    private var searched = 0
    /// Since when a file that was rotated away has not grown.
    private var quietSince: ContinuousClock.Instant?
    /// Since when it has been under no name that is known.
    var namelessSince: ContinuousClock.Instant?
    /// What stood at the path when there was nothing new.
    private var seen: Look?
    /// Whether another stream's cursor was taken over, which has to be remembered before that is forgotten.
    var isAdopted = false
    /// Whether more stands behind the cursor than a line that has not ended.
    var hasUnread = false
    /// Whether it was told that the next file waits.
    private var isBehindTold = false

    init(path: String, cursor: FileCursor?, _ options: Options) {
        self.path = path
        self.cursor = cursor
        self.options = options
        realPath = path
        // What was written meanwhile is only known once it is looked at.
        hasUnread = cursor != nil
    }

    var shownPath: String { PathText.shown(path) }

    /// Whether there may be something new: told without opening the file.
    var mayHaveNews: Bool {
        // What was rotated away does not stand there.
        guard file == nil || !isRotated, let seen else { return true }
        return Look(path) != seen
    }

    /// The next records, or why there are none.
    func next(_ reader: LineReader, at now: ContinuousClock.Instant) -> Step {
        let look = Look(path)
        let step = step(reader, at: now)
        if case .idle = step { seen = look } else { seen = nil }
        return step
    }

    private func step(_ reader: LineReader, at now: ContinuousClock.Instant) -> Step {
        resolve()
        guard cursor != nil else { return start() }
        if isAdopted {
            isAdopted = false
            return .batch(LiveBatch(stream: path, cursor: cursor?.text ?? "", startsAnew: true))
        }
        if file == nil, let step = locate() { return step }
        guard let file, let cursor else { return .idle }
        if isSpent { return atEnd(file, cursor, pending: 0, reader, now) }
        if cursor.head.length == 0, FileIdentity(path) == file.identity, let step = takeCopy(file, cursor, reader) {
            return step
        }
        return read(file, from: cursor, reader, now)
    }

    /// Ends the stream, with what stands behind the last line's end.
    func end(_ reader: LineReader) -> LiveBatch {
        var batch = LiveBatch(stream: path, cursor: cursor?.text ?? "", isLast: true)
        guard let file, let cursor, !isSpent else { return batch }
        if case .lines(let records, let next, _) = read(file, from: cursor, reader, takesRest: true) {
            (batch.records, batch.cursor) = (records, next.text)
        }
        return batch
    }

    /// Lets go of the file; it is found again when it is needed.
    func close() {
        file = nil
        searched = 0
    }

    /// Looks where the path leads.
    func resolve() {
        guard let resolved = unsafe PathText.withPath(path, { unsafe realpath($0, nil) }) else { return }
        realPath = unsafe PathText.text(of: UnsafePointer(resolved))
        unsafe free(resolved)
    }

    /// Opens what stands at the log's path.
    func openLive() throws(FileFailure) -> PlainFile {
        guard options.accepts(realPath) else { throw .outside(realPath) }
        return try PlainFile(path: path)
    }

    /// Goes on in a file that is open.
    func take(_ file: any StoredFile, _ cursor: FileCursor, isRotated: Bool) {
        self.file = file
        self.cursor = cursor
        self.isRotated = isRotated
        filePath = isRotated ? "" : realPath
        (isGone, isSpent, isBehindTold) = (false, false, false)
        (quietSince, namelessSince) = (nil, nil)
        searched = 0
    }

    private func read(
        _ file: any StoredFile,
        from cursor: FileCursor,
        _ reader: LineReader,
        takesRest: Bool
    ) -> LineReader.Reading {
        reader.read(file, from: cursor, path: shownPath, searched: &searched, takesRest: takesRest)
    }

    private func read(
        _ file: any StoredFile,
        from cursor: FileCursor,
        _ reader: LineReader,
        _ now: ContinuousClock.Instant
    ) -> Step {
        switch read(file, from: cursor, reader, takesRest: false) {
        case .lines(let records, let next, let isAtEnd): return batch(records, next, isAtEnd: isAtEnd)
        case .nothing(let pending):
            hasUnread = false
            return atEnd(file, cursor, pending: pending, reader, now)
        case .cut:
            close()
            return .later(.zero)
        case .failed(let error):
            guard isRotated else {
                close()
                return .failed(.unreadable(error.description))
            }
            // What was rotated away does not get better.
            isSpent = true
            return .lost("\(shownPath) cannot be read behind byte \(cursor.offset): \(error.description)")
        }
    }

    private func batch(_ records: [LiveRecord], _ next: FileCursor, isAtEnd: Bool) -> Step {
        cursor = next
        hasUnread = !isAtEnd
        quietSince = nil
        defer { startsAnew = false }
        // Behind the end of a file that was rotated away the next one begins.
        return .batch(
            LiveBatch(
                stream: path,
                records: records,
                cursor: next.text,
                startsAnew: startsAnew,
                isAtEnd: isAtEnd && !isRotated
            )
        )
    }

    /// A file that was empty may have been written, copied and cut (copytruncate) before anybody looked.
    private func takeCopy(_ file: any StoredFile, _ cursor: FileCursor, _ reader: LineReader) -> Step? {
        func copy() -> (any StoredFile)? {
            RotatedFiles(of: realPath).after(cursor.modified + 1, besides: file, isPlain: true)
        }
        guard let found = copy() else { return nil }
        return turn(to: found, isLive: false, reader) { copy()?.identity }
    }

    private func atEnd(
        _ file: any StoredFile,
        _ cursor: FileCursor,
        pending: Int,
        _ reader: LineReader,
        _ now: ContinuousClock.Instant
    ) -> Step {
        let live = FileStatus.regularFile(at: path)
        if !isRotated, let live, live.identity == file.identity { return .idle }
        isRotated = true
        switch successor(of: file, cursor, now) {
        case .unclear: return .later(.milliseconds(20))
        case .none: return live == nil ? .failed(absence) : .idle
        case .file(let next, let isLive):
            if isLive, let wait = wait(now) {
                guard !isBehindTold else { return .later(wait) }
                // Whoever reads other logs with it learns that this one is not at its end.
                (isBehindTold, hasUnread) = (true, true)
                defer { startsAnew = false }
                return .batch(LiveBatch(stream: path, cursor: cursor.text, startsAnew: startsAnew, isAtEnd: false))
            }
            if pending > 0 { return rest(file, cursor, reader) }
            return turn(to: next, isLive: isLive, reader) {
                guard case .file(let again, _) = self.successor(of: file, cursor, now) else { return nil }
                return again.identity
            }
        }
    }

    private var absence: FileFailure {
        do throws(FileFailure) {
            _ = try openLive()
            return .absence
        } catch {
            return error
        }
    }

    /// How much longer the old file may still grow: its writer has opened the new one, but perhaps not in all processes.
    private func wait(_ now: ContinuousClock.Instant) -> Duration? {
        let since = quietSince ?? now
        quietSince = since
        let rest = since + options.rotationWait - now
        return !isGone && rest > .zero ? rest : nil
    }

    /// Gives what stands behind the last line's end of a file that is not written any longer.
    private func rest(_ file: any StoredFile, _ cursor: FileCursor, _ reader: LineReader) -> Step {
        guard case .lines(let records, let next, let isAtEnd) = read(file, from: cursor, reader, takesRest: true) else {
            close()
            return .later(.milliseconds(20))
        }
        return batch(records, next, isAtEnd: isAtEnd)
    }

    /// Goes on in another file, if it gives anything and is still the one to go on in afterwards.
    private func turn(
        to next: any StoredFile,
        isLive: Bool,
        _ reader: LineReader,
        stillIs: () -> FileIdentity?
    ) -> Step {
        let start = FileCursor(next.identity, modified: (try? next.status().modified) ?? 0)
        var searched = 0
        let reading = reader.read(next, from: start, path: shownPath, searched: &searched, takesRest: false)
        if isLive, case .nothing = reading { return .idle }
        guard stillIs() == next.identity else { return .later(.milliseconds(20)) }
        guard case .lines(let records, let behind, let isAtEnd) = reading else {
            // Not a whole line, or not readable: told as any other file's is.
            begin(next, isRotated: !isLive)
            return .later(.zero)
        }
        take(next, behind, isRotated: !isLive)
        startsAnew = true
        return batch(records, behind, isAtEnd: isAtEnd)
    }

    /// Whether the file still stands where it was opened, though the log's path leads elsewhere by now: a link that turns.
    func standsWhereOpened(_ file: any StoredFile) -> Bool {
        !filePath.isEmpty && filePath != realPath && FileStatus.regularFile(at: filePath)?.identity == file.identity
    }

    /// Goes on in a file that holds the same, by whose name its place is known.
    func replace(_ file: any StoredFile) {
        self.file = file
        cursor?.identity = file.identity
        searched = 0
    }
}
