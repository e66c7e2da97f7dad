internal import Intake

extension FollowedFile {
    enum Successor {
        case file(any StoredFile, isLive: Bool)
        /// Nothing has been written since.
        case none
        /// Files are being renamed: it is told a moment later.
        case unclear
    }

    /// A file that was moved elsewhere is looked for under the log's other names for so long.
    private static let patience = Duration.seconds(3)

    /// The file whose records come behind those of `file`, which was rotated away.
    func successor(of file: any StoredFile, _ cursor: FileCursor, _ now: ContinuousClock.Instant) -> Successor {
        let rotated = RotatedFiles(of: realPath)
        let live = try? openLive()
        let newer: (any StoredFile)?
        if let index = rotated.files.firstIndex(where: { $0.identity == file.identity }) {
            newer = rotated.first(of: rotated.files[(index + 1)...], besides: live)
        } else if standsWhereOpened(file) {
            newer = nil
        } else if isGone {
            newer = rotated.after(cursor.modified, besides: live)
        } else if let same = rotated.holder(of: cursor) {
            // Compressed meanwhile.
            replace(same)
            return .unclear
        } else {
            let isUnlinked = (try? file.status().isUnlinked) ?? true
            let since = namelessSince ?? now
            namelessSince = since
            // While it has a name it may be between two of them.
            isGone = isUnlinked || now - since > Self.patience
            return .unclear
        }
        if let newer { return .file(newer, isLive: false) }
        guard let live, ((try? live.status())?.size ?? 0) > 0 else { return .none }
        return .file(live, isLive: true)
    }
}
