internal import Synchronization

/// Tells alerts by every output, each in its own time.
///
/// An output reads the alerts behind its position in the store, tells them, and moves its position after: what is told
/// twice has the same id, and nothing is left out. One that is slow or dead holds up nobody.
package final class Dispatcher: Sendable {
    private let deliveries: [OutputDelivery]

    /// - Parameter tell: is called from the outputs' tasks; must not wait.
    package init(
        _ outputs: [Output],
        store: any AlertStore,
        clock: DeliveryClock = .system,
        metrics: DeliveryMetrics,
        jitter: @escaping @Sendable () -> Double = { .random(in: 0.5..<1) },
        tell: @escaping @Sendable (DeliveryEvent) -> Void
    ) {
        deliveries = outputs.map { output in
            OutputDelivery(output, store: store, clock: clock, metrics: metrics, jitter: jitter, tell: tell)
        }
    }

    /// Gives outputs that are new their place behind what was found before; to be called before anything is found.
    ///
    /// - Throws: what the store does.
    package func prepare() async throws {
        for delivery in deliveries { try await delivery.prepare() }
    }

    /// Tells until the task is cancelled, or until everything is told after ``finish()``.
    package func run() async {
        await withTaskGroup(of: Void.self) { tasks in
            for delivery in deliveries { tasks.addTask { await delivery.run() } }
        }
    }

    /// Has the outputs look for new alerts; to be called after each commit.
    package func wake() { for delivery in deliveries { delivery.wake() } }

    /// Ends ``run()`` once everything that is there is told, what is held back for grouping too.
    ///
    /// An output that fails goes on trying: whoever calls this bounds it in time by cancelling.
    package func finish() { for delivery in deliveries { delivery.finish() } }

    /// Opens the outputs' files anew, before what they write next, as after a rotation by somebody else.
    package func reopen() { for delivery in deliveries { delivery.reopen() } }
}
