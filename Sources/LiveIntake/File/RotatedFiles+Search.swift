internal import Intake

extension RotatedFiles {
    /// The file that `cursor` has read, or one that holds the same: a copy, or what it was compressed to.
    func holder(of cursor: FileCursor) -> (any StoredFile)? {
        for file in files.reversed() where file.identity == cursor.identity {
            if let opened = file.opened(), opened.identity == cursor.identity, opened.holds(cursor) { return opened }
        }
        guard cursor.head.length > 0 else { return nil }
        // Copied and compressed after it was last written; newer ones first, since beginnings may be alike.
        let later = files.reversed().filter { $0.status.modified >= cursor.modified }
        for file in later.filter({ !$0.name.isCompressed }) + later.filter(\.name.isCompressed) {
            if let opened = file.opened(), opened.holds(cursor) { return opened }
        }
        return nil
    }

    /// The oldest file that was written at `time`, in nanoseconds since 1970, or later, and is neither `current` nor its
    /// copy.
    func after(_ time: Int64, besides current: (any StoredFile)?, isPlain: Bool = false) -> (any StoredFile)? {
        let later = files.filter { file in
            file.status.modified >= time && file.identity != current?.identity && !(isPlain && file.name.isCompressed)
        }
        return first(of: later[...], besides: current)
    }

    /// The first of `files` that holds anything but what is still read at the log's path.
    func first(of files: ArraySlice<File>, besides live: (any StoredFile)?) -> (any StoredFile)? {
        for file in files where file.name.isCompressed || file.status.size ?? 0 > 0 {
            guard let opened = file.opened(), opened.identity == file.identity else { continue }
            if let live, live.identity != opened.identity, isCopy(opened, of: live) { continue }
            return opened
        }
        return nil
    }

    /// Whether `file` is being copied from `live`, which is cut only afterwards (copytruncate).
    private func isCopy(_ file: any StoredFile, of live: any StoredFile) -> Bool {
        guard let size = (try? file.status())?.size, let whole = (try? live.status())?.size, size <= whole,
            let head = try? file.head(), let other = try? live.head()
        else { return false }
        return other.starts(with: head)
    }
}
