internal import Dialects
package import Judge
package import PrometheusMetrics

/// What is measured of a guard before a Docker Engine API.
package struct DockerMetrics: Sendable {
    package let decisions: DecisionMetrics
    private let requests: MetricFamily<Counter>
    /// Reads that pass by their route alone, which are many, one counter for each group of routes.
    private let reads: [DockerRouteGroup: Counter]

    /// The group of what could not be read.
    private static let unknown = "unknown"

    package init(_ registry: MetricRegistry) {
        let groups = DockerRouteGroup.allCases
        let outcomes: [Verdict.Outcome] = [.allowed, .refused, .wouldRefuse]
        requests = registry.counters(
            "tidewaiter_docker_requests_total",
            "Requests to the Docker API, by verdict, group of routes, and whether they only read.",
            labels: ["verdict", "route", "access"],
            limit: outcomes.count * (groups.count * 2 + 1)
        )
        let family = requests
        reads = Dictionary(
            uniqueKeysWithValues: groups.map { group in
                (group, family.member(Verdict.Outcome.allowed.rawValue, group.rawValue, "read"))
            }
        )
        decisions = DecisionMetrics(registry)
    }

    /// Counts a read that passes by its route alone.
    func count(read endpoint: DockerEndpoint) { reads[endpoint.group]?.increment() }

    /// - Parameter endpoint: nil for what could not be read.
    func count(_ outcome: Verdict.Outcome, _ endpoint: DockerEndpoint?) {
        guard let endpoint else { return requests.member(outcome.rawValue, Self.unknown, Self.unknown).increment() }
        let access = endpoint.onlyReads ? "read" : "write"
        requests.member(outcome.rawValue, endpoint.group.rawValue, access).increment()
    }
}
