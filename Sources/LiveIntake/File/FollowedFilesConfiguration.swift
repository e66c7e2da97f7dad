extension FollowedFiles {
    /// Where a file is begun with that was not followed before.
    package enum Start: String, Sendable, CaseIterable {
        case beginning, end
    }

    /// Which files are followed, and how.
    package struct Configuration: Sendable {
        /// Paths, or patterns as a shell has them (`*`, `?`, `[…]`): each file that matches is a stream.
        ///
        /// What a log was rotated into is no stream of its own beside it, even where a pattern matches it, nor is what is
        /// compressed.
        package var paths: [String]
        /// Patterns of paths that are left out; here `*` matches slashes, too.
        package var exclude: [String] = []
        /// For files that are there when the source is followed for the first time; those that come later are read whole.
        package var from: Start = .end
        /// In bytes; a longer line is given cut, marked as oversized.
        package var maximumRecordBytes = 16 << 20
        /// In bytes: how much is read before it is given.
        package var batchBytes = 1 << 20
        package var batchRecords = 8_192
        /// How many files are kept open; others are opened when they have grown.
        package var maximumOpenFiles = 256
        /// How many files are followed; those beyond are told.
        package var maximumFiles = 16_384
        /// How often each file is looked at, whatever the system tells of changes.
        package var pollInterval = Duration.seconds(1)
        /// How long a file that was rotated away has to be at rest before the next is read, so that what its writer still
        /// has to say comes first.
        package var rotationWait = Duration.seconds(1)
        /// How long a file that a pattern matched has to be gone until its stream ends; one that is named never does.
        package var removalWait = Duration.seconds(60)

        package init(paths: [String]) { self.paths = paths }
    }
}
