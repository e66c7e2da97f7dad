internal import Foundation
internal import KubernetesAPI
internal import Synchronization

/// Lists and watches pods and workloads of a cluster whose audit log cannot be had.
///
/// A watch shows what was made and changed, and not who asked. Each resource is a stream of its own; its cursor is the
/// `resourceVersion` of the last change, which an API server remembers for some minutes. Where it does not any more, all
/// is listed again, and what was made or changed in the gap is told; what was made and removed in it is lost.
package struct ClusterWatchSource: LiveSource {
    package let configuration: Configuration
    private let now: @Sendable () -> Int64

    /// - Parameter now: seconds since 1970.
    package init(_ configuration: Configuration, now: @escaping @Sendable () -> Int64 = { Self.systemTime }) {
        self.configuration = configuration
        self.now = now
    }

    package static var systemTime: Int64 { Int64(Date().timeIntervalSince1970) }

    package var name: String { configuration.name }
    /// What an API server remembers is too little to rely on.
    package var isReplayable: Bool { false }

    package func follow(from cursors: [String: String], into feed: any SourceFeed) async throws {
        if let fault = configuration.fault { throw fault }
        let health = ClusterHealth(feed)
        let namespaces: [String?] = configuration.namespaces.isEmpty ? [nil] : configuration.namespaces
        try await APIClient.connected(to: configuration.server, limits: configuration.limits) { client in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for resource in configuration.resources {
                    for namespace in namespaces {
                        let stream = namespace.map { "\(resource.name)@\($0)" } ?? resource.name
                        let follower = ResourceFollower(
                            configuration: configuration,
                            watched: resource,
                            resource: resource.resource(in: namespace),
                            stream: stream,
                            client: client,
                            health: health,
                            now: now
                        )
                        let cursor = cursors[stream].flatMap(ClusterCursor.init)
                        tasks.addTask { try await follower.follow(from: cursor, into: feed) }
                    }
                }
                defer { tasks.cancelAll() }
                while try await tasks.next() != nil {}
            }
        }
    }
}

/// How the watches of a cluster do, as one.
final class ClusterHealth: Sendable {
    private let feed: any SourceFeed
    private let waiting = Mutex<[String: String]>([:])

    init(_ feed: any SourceFeed) { self.feed = feed }

    func following(_ stream: String, lag: Double?) {
        // One that follows does not make up for another that cannot.
        let isAll = waiting.withLock { waiting in
            waiting[stream] = nil
            return waiting.isEmpty
        }
        if isAll { feed.tell(.following(lag: lag)) }
    }

    func waiting(_ stream: String, _ reason: String, attempt: Int) {
        waiting.withLock { $0[stream] = reason }
        feed.tell(.waiting(reason: reason, attempt: attempt))
    }

    func lost(_ reason: String) { feed.tell(.lost(reason: reason, records: nil)) }
}
