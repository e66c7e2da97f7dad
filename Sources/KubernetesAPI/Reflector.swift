package import JSON

/// Keeps somebody posted of what a resource holds: by a list at first, and by watching from there on.
///
/// A watch that ends is begun again where it ended; one that lost events is begun with a new list. Failures are told, and
/// tried again after a while that grows.
package struct Reflector<Value: Sendable>: Sendable {
    /// What is told.
    package enum Change: Sendable {
        /// All there is: at first, and whenever changes may have been missed.
        case all([ObjectKey: Value])
        /// One was added, or changed.
        case changed(ObjectKey, Value)
        /// One is gone, or nothing can be made of it any more.
        case removed(ObjectKey)
        /// What was told before may be old by now; it is asked again after a while.
        case failed(APIError, again: Duration)
    }

    private let client: APIClient
    private let resource: Resource
    private let selection: Selection
    private let backOff: BackOff
    private let read: @Sendable (JSONValue) -> Value?

    /// - Parameter read: makes a value of an object, nil of one that does not count; what is lent to it must not leave it.
    package init(
        _ resource: Resource,
        _ selection: Selection = Selection(),
        at client: APIClient,
        backOff: BackOff = BackOff(),
        _ read: @escaping @Sendable (JSONValue) -> Value?
    ) {
        self.client = client
        self.resource = resource
        self.selection = selection
        self.backOff = backOff
        self.read = read
    }

    /// Tells `heed` of everything, one after another, until the task is cancelled.
    package func run(_ heed: (Change) async -> Void) async {
        var backOff = backOff
        /// Up to when everything was told; nil before the first list, and when changes were missed.
        var version: String?
        while !Task.isCancelled {
            let begun = ContinuousClock.now
            do throws(APIError) {
                if version == nil { version = try await list(heed) }
                try await follow(&version, heed)
                // A server that ends each watch at once is not asked at once again.
                if .now - begun < .seconds(1) { try? await Task.sleep(for: backOff.wait()) } else { backOff.reset() }
            } catch {
                if Task.isCancelled { return }
                if .now - begun > .seconds(60) { backOff.reset() }
                let wait = backOff.wait(atLeast: error.retryAfter)
                // A version grows old in the course of things: there is nothing to tell.
                if error.code != .gone || version == nil { await heed(.failed(error, again: wait)) }
                if error.code == .gone || error.code == .malformed { version = nil }
                try? await Task.sleep(for: wait)
            }
        }
    }

    /// - Returns: the list's version.
    private func list(_ heed: (Change) async -> Void) async throws(APIError) -> String {
        let listing = try await client.list(resource, selection) { object -> (ObjectKey, Value)? in
            guard let key = ObjectKey(of: object), let value = read(object) else { return nil }
            return (key, value)
        }
        await heed(.all(Dictionary(listing.values) { $1 }))
        return listing.resourceVersion
    }

    /// - Parameter version: goes with the events, so that another watch can go on from the last.
    private func follow(_ version: inout String?, _ heed: (Change) async -> Void) async throws(APIError) {
        guard let since = version else { return }
        let seconds = Int.random(in: Watch.window)
        var watch = try await Watch(resource, selection, since: since, for: seconds, at: client)
        while let event = try await watch.next({ object, _ in read(object) }) {
            switch event {
            case .added(let key, let value?), .changed(let key, let value?): await heed(.changed(key, value))
            case .added(let key, nil), .changed(let key, nil), .removed(let key): await heed(.removed(key))
            case .bookmark: break
            }
            version = watch.resourceVersion
        }
    }
}
