internal import Deployments
internal import JSON
internal import KubernetesAPI

/// Follows one resource: by a list where it has to, and by watching from there on.
struct ResourceFollower: Sendable {
    let configuration: ClusterWatchSource.Configuration
    let watched: WatchedResource
    let resource: Resource
    let stream: String
    let client: APIClient
    let health: ClusterHealth
    let now: @Sendable () -> Int64

    /// What is told of an object, or of time.
    private struct Told: Sendable {
        /// Nil where nothing but the version moved on.
        var record: LiveRecord?
        var version: String
        /// When that was written, in seconds since 1970.
        var written: Int64?
    }

    /// - Parameter cursor: where it was left; nil where nothing was told before.
    func follow(from cursor: ClusterCursor?, into feed: any SourceFeed) async throws {
        let known = KnownObjects(capacity: configuration.knownObjects, since: cursor?.time)
        var cursor = cursor
        /// Whether the version in the cursor is too old to be watched from.
        var isForgotten = cursor == nil
        var backOff = BackOff()
        var attempt = 0
        while true {
            try Task.checkCancellation()
            let begun = ContinuousClock.now
            do {
                if isForgotten {
                    cursor = try await list(known, cursor, feed)
                    isForgotten = false
                }
                if let begin = cursor { cursor = try await watch(known, begin, feed) }
                attempt = 0
                // A server that ends each watch at once is not asked at once again.
                if .now - begun < .seconds(1) { try await Task.sleep(for: backOff.wait()) } else { backOff.reset() }
            } catch let end as WatchEnd {
                try Task.checkCancellation()
                cursor = end.cursor
                isForgotten = end.error.code == .gone || end.error.code == .malformed
                if .now - begun > .seconds(60) { (attempt, backOff) = (0, BackOff()) }
                if end.error.code == .gone {
                    // A version grows old in the course of things; what was in between may not be found by a list.
                    health.lost(
                        "\(stream): the API server forgot what happened since it was last watched; what was made and removed "
                            + "meanwhile is not known"
                    )
                    try await Task.sleep(for: backOff.wait())
                    continue
                }
                attempt += 1
                health.waiting(stream, "\(end.error)", attempt: attempt)
                try await Task.sleep(for: backOff.wait(atLeast: end.error.retryAfter))
            } catch let error as APIError {
                try Task.checkCancellation()
                attempt += 1
                health.waiting(stream, "\(error)", attempt: attempt)
                try await Task.sleep(for: backOff.wait(atLeast: error.retryAfter))
            }
        }
    }

    // MARK: Lists

    /// Lists everything, and hands on what was not told.
    ///
    /// - Returns: where to watch from.
    private func list(
        _ known: KnownObjects,
        _ cursor: ClusterCursor?,
        _ feed: any SourceFeed
    ) async throws -> ClusterCursor {
        let time = now()
        var keys: Set<ObjectKey> = []
        var place: String?
        var version = ""
        repeat {
            let page = try await client.page(of: resource, selection, at: place) { object -> (ObjectKey, Told?)? in
                guard let seen = SeenObject(object, of: watched) else { return nil }
                let news = known.news(listed: seen, readsExisting: configuration.readsExisting)
                return (seen.key, news.map { told($0, object, seen) })
            }
            keys.formUnion(page.values.map(\.0))
            (place, version) = (page.next, page.resourceVersion)
            // Until the list is whole, one who is stopped begins it again.
            try await hand(page.values.compactMap(\.1), cursor?.text ?? "", feed)
        } while place != nil
        known.complete(with: keys)
        let listed = ClusterCursor(version: version, time: time)
        try await feed.take(LiveBatch(stream: stream, cursor: listed.text))
        known.told(until: time)
        return listed
    }

    private func hand(_ told: [Told], _ cursor: String, _ feed: any SourceFeed) async throws {
        var rest = told.compactMap(\.record)[...]
        while !rest.isEmpty {
            let some = rest.prefix(configuration.batchRecords)
            rest = rest.dropFirst(some.count)
            try await feed.take(LiveBatch(stream: stream, records: Array(some), cursor: cursor))
        }
    }

    // MARK: Watches

    /// A watch that came to an end by a failure, and how far it came.
    private struct WatchEnd: Error {
        var error: APIError
        var cursor: ClusterCursor
    }

    /// Watches until the server ends it.
    ///
    /// - Returns: where to go on.
    private func watch(
        _ known: KnownObjects,
        _ cursor: ClusterCursor,
        _ feed: any SourceFeed
    ) async throws -> ClusterCursor {
        let waiting = Backlog<Told>(capacity: configuration.waitingChanges, maximumBytes: 64 << 20)
        var cursor = cursor
        let begin = cursor.version
        return try await withThrowingTaskGroup(of: APIError?.self) { tasks in
            tasks.addTask {
                defer { waiting.finish() }
                do throws(APIError) {
                    try await read(from: begin, known, into: waiting)
                    return nil
                } catch {
                    return error
                }
            }
            defer { tasks.cancelAll() }
            while let told = await waiting.receive(most: configuration.batchRecords), let last = told.last {
                let records = told.compactMap(\.record)
                cursor = ClusterCursor(version: last.version, time: now())
                try await feed.take(LiveBatch(stream: stream, records: records, cursor: cursor.text))
                known.told(until: cursor.time)
                let written = told.compactMap(\.written).max()
                health.following(stream, lag: written.map { max(0, Double(cursor.time - $0)) })
            }
            try Task.checkCancellation()
            if let error = try await tasks.next() ?? nil { throw WatchEnd(error: error, cursor: cursor) }
            return cursor
        }
    }

    private func read(
        from version: String,
        _ known: KnownObjects,
        into waiting: Backlog<Told>
    ) async throws(APIError) {
        let seconds = Int.random(in: Watch.window)
        var watch = try await Watch(resource, selection, since: version, for: seconds, at: client)
        health.following(stream, lag: nil)
        while true {
            let event = try await watch.next { object, isAdded -> Told? in
                guard let seen = SeenObject(object, of: watched) else { return nil }
                return known.news(watched: seen, isAdded: isAdded).map { told($0, object, seen) }
            }
            guard let event else { return }
            var change: Told?
            switch event {
            case .added(_, let value), .changed(_, let value): change = value
            case .removed(let key): known.remove(key)
            case .bookmark: change = Told(version: watch.resourceVersion)
            }
            guard let change else { continue }
            guard await waiting.send(change, bytes: change.record?.bytes.count ?? 0) else { return }
        }
    }

    // MARK: Records

    private var selection: Selection { Selection(labels: configuration.labels) }

    private func told(_ news: KnownObjects.News, _ object: JSONValue, _ seen: SeenObject) -> Told {
        let record = LiveRecord(
            bytes: SeenObject.record(news.rawValue, object, of: watched),
            position: .init(path: "\(configuration.name):\(stream)", offset: Int(seen.version) ?? 0)
        )
        return Told(record: record, version: seen.version, written: news == .added ? seen.created : seen.written)
    }
}
