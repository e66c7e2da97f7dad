internal import Deployments
package import KubernetesAPI
internal import Synchronization

/// Tells alerts as Kubernetes Events on the objects that they speak of (events.k8s.io/v1).
///
/// It needs nothing but `create` and `patch` of `events` in the group `events.k8s.io`. What happens to one object by one
/// rule again is counted in the Event's series.
package final class EventSink: AlertSink {
    package struct Configuration: Sendable, Equatable {
        /// Who reports: a name with a domain.
        package var controller = "tidewaiter.io/watch"
        /// Which of them: the pod's or the host's name.
        package var instance: String

        package init(instance: String) { self.instance = instance }
    }

    private let configuration: Configuration
    private let api: APIClient
    private let clock: DeliveryClock
    /// What was told, by object and rule: the Event's name and how often; the oldest are forgotten.
    private let told = Mutex(EventSeries())

    /// Each is a request of its own.
    package var batchLimit: Int { 16 }

    package init(_ configuration: Configuration, api: APIClient, clock: DeliveryClock = .system) {
        self.configuration = configuration
        self.api = api
        self.clock = clock
    }

    /// Only what names an object of Kubernetes.
    package func concerns(_ alert: Alert) -> Bool { EventObject(alert) != nil }

    package func send(_ alerts: [Alert]) async throws(DeliveryError) {
        var failures: [DeliveryError.Failure] = []
        var first: DeliveryError?
        for (index, alert) in alerts.enumerated() {
            do throws(DeliveryError) {
                try await send(alert)
            } catch {
                first = first ?? error
                failures.append(DeliveryError.Failure(index: index, error.description, isTransient: error.isTransient))
                guard error.isTransient else { continue }
                // Those behind wait for it, so that an object's Events stay in order.
                failures += alerts.indices.dropFirst(index + 1).map {
                    DeliveryError.Failure(index: $0, "not sent yet", isTransient: true)
                }
                break
            }
        }
        guard var error = first else { return }
        error.isTransient = failures.contains(where: \.isTransient)
        error.failures = failures
        throw error
    }

    private func send(_ alert: Alert) async throws(DeliveryError) {
        guard let object = EventObject(alert) else { return }
        let key = "\(object.key)\u{0}\(alert.ruleID)"
        let count = alert.repeats?.count ?? 1
        let events = Resource(group: "events.k8s.io", "events", in: object.eventNamespace)
        do throws(APIError) {
            if let series = told.withLock({ $0.next(key, finding: alert.id, adding: count) }) {
                if series.isTold { return }
                do throws(APIError) {
                    let patch = EventBody.series(count: series.count, at: clock.now())
                    _ = try await api.patch(series.name, of: events, with: .merge(patch))
                    told.withLock { $0.remember(key, series) }
                    return
                } catch  where error.code == .notFound {
                    // Events are kept for an hour: this one begins anew.
                }
            }
            try await create(alert, object, key, count, events)
        } catch {
            throw Self.error(error)
        }
    }

    private func create(
        _ alert: Alert,
        _ object: EventObject,
        _ key: String,
        _ count: Int,
        _ events: Resource
    ) async throws(APIError) {
        let name = EventBody.name(of: alert, on: object)
        let body = EventBody(configuration: configuration, alert: alert, object: object)
        do throws(APIError) {
            _ = try await api.create(body.json(name: name, now: clock.now(), count: count), in: events)
        } catch  where error.code == .alreadyExists {
            // Told before a restart: its name is the finding's.
        }
        told.withLock { $0.remember(key, EventSeries.Entry(name: name, count: count, finding: alert.id)) }
    }

    private static func error(_ error: APIError) -> DeliveryError {
        let isTransient =
            switch error.code {
            // A namespace that is being deleted, or is gone, takes no Events (403 NamespaceTerminating, 404).
            case .notFound, .invalid, .refused, .malformed, .tooLarge: false
            case .forbidden: !error.message.contains("is being terminated")
            default: true
            }
        return DeliveryError(error.description, isTransient: isTransient, retryAfter: error.retryAfter)
    }
}

/// The Events that were told of late, by what they are about.
struct EventSeries {
    struct Entry: Equatable {
        var name: String
        var count: Int
        /// The finding that was told last.
        var finding: String
        /// Whether that was the one that is to be told.
        var isTold = false
    }

    private var entries: [String: Entry] = [:]
    private var order: [String] = []
    private static let limit = 4_096

    /// The Event that is to be counted up; nil where there is none.
    func next(_ key: String, finding: String, adding count: Int) -> Entry? {
        guard var entry = entries[key] else { return nil }
        entry.isTold = entry.finding == finding
        entry.count += count
        entry.finding = finding
        return entry
    }

    mutating func remember(_ key: String, _ entry: Entry) {
        if entries.updateValue(entry, forKey: key) == nil { order.append(key) }
        guard order.count > Self.limit else { return }
        for key in order.prefix(Self.limit / 2) { entries[key] = nil }
        order.removeFirst(Self.limit / 2)
    }
}
