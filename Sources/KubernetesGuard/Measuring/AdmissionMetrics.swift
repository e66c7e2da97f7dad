internal import Dialects
package import Judge
package import PrometheusMetrics

/// What an admission review came to.
package enum AdmissionOutcome: String, Sendable, CaseIterable {
    case allowed
    case refused
    /// It passed only because the policy observes.
    case wouldRefuse = "would-refuse"
    /// It passed only because it is exempt.
    case exempt
    /// It is no review that can be answered.
    case malformed
}

/// What is measured of a webhook.
package struct AdmissionMetrics: Sendable {
    package let decisions: DecisionMetrics
    let inFlight: Gauge
    /// One for each outcome of each operation.
    private let reviews: [[Counter]]
    private let malformed: Counter

    package init(_ registry: MetricRegistry) {
        let family = registry.counters(
            "tidewaiter_admission_reviews_total",
            "Admission reviews that were answered, by what they came to and what the API server was asked to do.",
            labels: ["verdict", "operation"],
            limit: AdmissionOutcome.allCases.count * AdmissionRequest.Operation.allCases.count + 1
        )
        reviews = AdmissionOutcome.allCases.filter { $0 != .malformed }.map { outcome in
            AdmissionRequest.Operation.allCases.map { family.member(outcome.rawValue, $0.rawValue) }
        }
        malformed = family.member(AdmissionOutcome.malformed.rawValue, "unknown")
        inFlight = registry.gauge("tidewaiter_admission_reviews_in_flight", "Admission reviews that are being judged.")
        decisions = DecisionMetrics(registry)
    }

    func count(_ outcome: AdmissionOutcome, _ operation: AdmissionRequest.Operation) {
        counter(outcome, operation).increment()
    }

    func countMalformed() { malformed.increment() }

    private func counter(_ outcome: AdmissionOutcome, _ operation: AdmissionRequest.Operation) -> Counter {
        let row: Int? =
            switch outcome {
            case .allowed: 0
            case .refused: 1
            case .wouldRefuse: 2
            case .exempt: 3
            case .malformed: nil
            }
        let column =
            switch operation {
            case .create: 0
            case .update: 1
            case .delete: 2
            case .connect: 3
            }
        return row.map { reviews[$0][column] } ?? malformed
    }
}
