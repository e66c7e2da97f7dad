internal import Intake

/// Log files, each followed line by line through its rotations.
///
/// Rotation by renaming, with or without compression, is followed without loss for as long as the old file is anywhere
/// beside the new one, also when it came while nobody followed. A file that is copied and then cut (logrotate's
/// `copytruncate`) is read on from its copy; what was written between the copy and the cut is nowhere, and so it is lost.
/// A file that is cut without a copy is begun anew, unless it has grown again and begins with the same 1,024 bytes as
/// before: then nobody can tell. A line is given once its line end has come.
///
/// One task reads all files and gives what it has read of several at once.
package struct FollowedFiles: LiveSource {
    package let name: String
    package var isReplayable: Bool { true }
    private let configuration: Configuration
    private let filter: PathFilter

    package init(name: String, _ configuration: Configuration) {
        self.init(name: name, configuration, PathFilter())
    }

    init(name: String, _ configuration: Configuration, _ filter: PathFilter) {
        self.name = name
        self.configuration = configuration
        self.filter = filter
    }

    package func follow(from cursors: [String: String], into feed: any SourceFeed) async throws {
        let changes = FolderChanges()
        let set = FollowedFileSet(configuration, filter, cursors, changes)
        do {
            while !Task.isCancelled {
                let round = set.read(at: .now)
                for loss in round.losses { feed.tell(.lost(reason: loss, records: nil)) }
                try await Self.give(round.batches, to: feed)
                if let health = set.health(at: .now) { feed.tell(health) }
                if let wait = round.wait { await changes.wait(for: wait) } else { await Task.yield() }
            }
        } catch is CancellationError {
            return
        }
    }

    /// Gives batches of different streams at the same time, so that they are remembered together.
    private static func give(_ batches: [LiveBatch], to feed: any SourceFeed) async throws {
        guard batches.count > 1 else {
            if let batch = batches.first { try await feed.take(batch) }
            return
        }
        try await withThrowingDiscardingTaskGroup { group in
            for batch in batches { group.addTask { try await feed.take(batch) } }
        }
    }
}

/// Which of the paths that match are followed.
struct PathFilter: Sendable {
    var accepts: @Sendable (_ path: String) -> Bool = { _ in true }
    /// Asked for where a path's links lead.
    var acceptsTarget: @Sendable (_ realPath: String) -> Bool = { _ in true }
}
