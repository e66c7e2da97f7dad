internal import Intake

extension FollowedFile {
    /// Begins with a file that was not followed before.
    func start() -> Step {
        do throws(FileFailure) {
            let file = try openLive()
            var cursor = FileCursor(file.identity, modified: 0)
            // Known by what it begins with even before anything is read.
            if let head = try? file.head() { cursor.head = FileHead(of: head) }
            if let status = try? file.status() {
                cursor.modified = status.modified
                if options.begin == .end { skip(file, to: status.size ?? 0, &cursor) }
            }
            take(file, cursor, isRotated: false)
            hasUnread = options.begin == .beginning
            return .batch(LiveBatch(stream: path, cursor: cursor.text, startsAnew: true, isAtEnd: !hasUnread))
        } catch {
            return .failed(error)
        }
    }

    /// Moves behind the last line's end, so that a line under way is read whole; or into the line, where it is long.
    private func skip(_ file: PlainFile, to size: Int, _ cursor: inout FileCursor) {
        let from = max(0, size - (64 << 10))
        var tail = [UInt8](repeating: 0, count: size - from)
        let count = unsafe tail.withUnsafeMutableBytes { unsafe (try? file.read(at: from, into: $0)) ?? 0 }
        let end = tail[..<count].lastIndex(of: 10).map { $0 + 1 }
        cursor.offset = end.map { from + $0 } ?? (from == 0 ? 0 : size)
        cursor.isSkipping = end == nil && from > 0
    }

    /// Opens the file that the cursor leads to, wherever it is by now; nil once it is open.
    func locate() -> Step? {
        guard var cursor else { return .idle }
        var live: PlainFile?
        var failure = FileFailure.absence
        do throws(FileFailure) {
            live = try openLive()
        } catch {
            failure = error
            if !error.isAbsence { return .failed(error) }
        }
        if let live, live.identity == cursor.identity, live.holds(cursor) {
            take(live, cursor, isRotated: false)
            return nil
        }
        let rotated = RotatedFiles(of: realPath)
        if let file = rotated.holder(of: cursor) {
            cursor.identity = file.identity
            take(file, cursor, isRotated: true)
            return nil
        }
        let older = rotated.after(cursor.modified, besides: live)
        guard let next = older ?? live else { return .failed(failure) }
        begin(next, isRotated: !(next === live))
        // A file of which nothing was read is told by nothing: what was made of it comes next.
        if cursor.offset == 0, older != nil { return .later(.zero) }
        return .lost(
            "\(shownPath) was cut, or rotated away and is gone: "
                + "what was written to it behind byte \(cursor.offset) is lost, if anything was"
        )
    }

    /// Turns to the beginning of a file, which the next batch tells.
    func begin(_ file: any StoredFile, isRotated: Bool) {
        let modified = (try? file.status().modified) ?? cursor?.modified ?? 0
        take(file, FileCursor(file.identity, modified: modified), isRotated: isRotated)
        startsAnew = true
        hasUnread = true
    }
}
