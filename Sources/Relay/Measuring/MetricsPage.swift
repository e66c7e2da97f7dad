package import PrometheusMetrics

/// What a process's metrics are at `GET /metrics`.
package struct MetricsPage: Sendable {
    /// Where it stands.
    package static let path = "/metrics"

    private let registry: MetricRegistry

    package init(_ registry: MetricRegistry) { self.registry = registry }

    /// Whether a request asks for it, whatever its method.
    package func isMeant(by head: RequestHead) -> Bool { head.target.prefix { $0 != "?" } == Self.path }

    /// Whether a method reads it.
    package func takes(_ method: String) -> Bool { method == "GET" || method == "HEAD" }

    /// The page, written elsewhere than on the event loop: it looks up many numbers, some of them in files of the kernel's.
    package func answer() async -> Answer {
        let text = await withTaskExecutorPreference(globalConcurrentExecutor) { registry.text }
        return Answer(status: 200, contentType: TextExposition.contentType, body: text)
    }
}
