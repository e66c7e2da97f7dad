package import Dialects
internal import JSON
package import KubernetesAPI
internal import PodSecurity
internal import Synchronization

/// Keeps the Pod Security labels of all namespaces, by list and watch.
///
/// What it holds may be a moment old, as in the API server's own plugin. While the API server cannot be watched, what was
/// seen last counts.
package final class NamespaceLabels: ClusterNamespaces {
    private let client: APIClient
    /// Nil until all were listed once.
    private let held = Mutex<[String: [String: String]]?>(nil)
    private let beginnings: AsyncStream<Void>
    private let beginning: AsyncStream<Void>.Continuation

    /// How long a review waits for a namespace that is not held: less than any API server waits for a webhook.
    private static let lookUpTime = Duration.seconds(2)
    /// As many pods, and as long, as the API server's own plugin (admission.go, `defaultNamespaceMaxPodsToCheck`).
    private static let mostPods = 3_000
    private static let podsTime = Duration.seconds(1)

    package init(client: APIClient) {
        self.client = client
        (beginnings, beginning) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Has ``run(_:)`` list and watch from now on; until then all is looked up.
    package func begin() { beginning.yield() }

    /// Whether every namespace is known.
    package var isSynced: Bool { held.withLock { $0 != nil } }

    /// Keeps the labels, once it is to begin, until the task is cancelled.
    ///
    /// - Parameter tell: takes what goes wrong.
    package func run(_ tell: @Sendable (String) -> Void) async {
        for await _ in beginnings { break }
        let reflector = Reflector(.namespaces, at: client) { Self.labels(of: $0) }
        await reflector.run { change in
            switch change {
            case .all(let all):
                let labels = Dictionary(all.map { ($0.key.name, $0.value) }) { $1 }
                held.withLock { $0 = labels }
            case .changed(let key, let labels): held.withLock { $0?[key.name] = labels }
            case .removed(let key): held.withLock { $0?[key.name] = nil }
            case .failed(let error, again: let wait):
                let seconds = max(1, wait.components.seconds)
                tell("the labels of namespaces cannot be watched, which is tried again in \(seconds) s: \(error)")
            }
        }
    }

    package func known(_ namespace: String) -> [String: String]? { held.withLock { $0?[namespace] } }

    package func lookUp(_ namespace: String) async throws(APIError) -> [String: String] {
        try await client.get(namespace, of: .namespaces, within: Self.lookUpTime).read { Self.labels(of: $0) }
    }

    package func pods<Value: Sendable>(
        in namespace: String,
        _ judge: (_ name: String, Result<Pod, PodReadingError>) -> Value?
    ) async throws(APIError) -> Listing<Value> {
        try await client.list(.pods(in: namespace), pageSize: 200, most: Self.mostPods, within: Self.podsTime) { item in
            let pod = Result { () throws(PodReadingError) in try Pod(listed: item) }
            return judge(item["metadata"]?["name"]?.string ?? "", pod)
        }
    }

    /// The labels that count; the others are nobody's business here.
    private static func labels(of object: JSONValue) -> [String: String] {
        AskedNamespace.labels(of: object).filter { $0.key.hasPrefix(NamespacePolicy.labelPrefix) }
    }
}
