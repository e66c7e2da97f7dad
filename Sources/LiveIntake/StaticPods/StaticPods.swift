internal import Deployments
internal import Intake

/// The static pods of a node: the manifests that its kubelet runs without asking an API server.
///
/// Each file is a stream, and its whole content a record when it comes or changes, told by a hash. A file that goes ends its
/// stream. What changes while nobody follows is found by the hash in its cursor; what changes twice within half a second
/// may be given once.
package struct StaticPods: LiveSource {
    package struct Configuration: Sendable {
        /// The kubelet's `staticPodPath`: a folder, or one file.
        package var path = "/etc/kubernetes/manifests"
        /// In bytes; of a longer file so much is given, marked as oversized.
        package var maximumRecordBytes = 16 << 20
        /// How often the folder is looked at, whatever the system tells of changes.
        package var pollInterval = Duration.seconds(1)
        /// How long a file has to look the same until it is read.
        package var settleTime = Duration.milliseconds(200)

        package init() {}
    }

    package let name: String
    package var isReplayable: Bool { true }
    private let configuration: Configuration

    package init(name: String, _ configuration: Configuration = Configuration()) {
        self.name = name
        self.configuration = configuration
    }

    package func follow(from cursors: [String: String], into feed: any SourceFeed) async throws {
        let events = FolderChanges()
        var folder = ManifestFolder(
            path: configuration.path,
            maximumBytes: configuration.maximumRecordBytes,
            hashes: cursors
        )
        var health = ManifestHealth()
        do {
            while !Task.isCancelled {
                events.watch([configuration.path, configuration.path.folderPath])
                events.setWanted(Set(folder.manifests.keys))
                let result = Result { () throws(IntakeError) in try folder.changes() }
                if let told = health.told(result.map { _ in }) { feed.tell(told) }
                guard case .success(let (changes, isSettled)) = result else {
                    await events.wait(for: configuration.pollInterval)
                    continue
                }
                for change in changes { try await feed.take(batch(of: change)) }
                await events.wait(for: isSettled ? configuration.pollInterval : configuration.settleTime)
                // Events come in swarms while a file is written.
                if !isSettled { try await Task.sleep(for: configuration.settleTime) }
            }
        } catch is CancellationError {
            return
        }
    }

    private func batch(of change: ManifestFolder.Change) -> LiveBatch {
        switch change {
        case .gone(let path): return LiveBatch(stream: path, cursor: "", isLast: true)
        case .content(let path, let bytes, let hash, let isCut):
            let record = LiveRecord(
                bytes: bytes,
                position: ContainerDeployment.LogPosition(path: PathText.shown(path), offset: 0),
                defects: isCut ? [.oversized] : []
            )
            return LiveBatch(stream: path, records: [record], cursor: hash, startsAnew: true)
        }
    }
}

/// How looking at the folder went, told when it changes.
private struct ManifestHealth {
    private var attempt = 0
    private var hasTold = false

    mutating func told(_ result: Result<Void, IntakeError>) -> SourceHealth? {
        switch result {
        case .success:
            defer { (attempt, hasTold) = (0, true) }
            return attempt > 0 || !hasTold ? .following(lag: nil) : nil
        case .failure(let error):
            attempt += 1
            return .waiting(reason: error.description, attempt: attempt)
        }
    }
}
