internal import KubernetesAPI
internal import Synchronization

/// How the objects of a resource stand, as far as that was seen, so that only what changes is told.
final class KnownObjects: Sendable {
    /// What an object is to those that are known.
    enum News: String {
        case added = "ADDED"
        case modified = "MODIFIED"
    }

    private struct Known {
        var uid: String
        var spec: Int
    }

    private struct State {
        var objects: [ObjectKey: Known] = [:]
        /// Whether all objects are known, so that another one is new.
        var isComplete = false
        /// From when on changes were not told yet, in seconds since 1970; nil where nothing was told before.
        var since: Int64?
    }

    /// How far clocks may be apart, in seconds; what is told twice is known again.
    private static let skew: Int64 = 300

    private let capacity: Int
    private let state: Mutex<State>

    /// - Parameter since: when the last change was told, in seconds since 1970; nil where nothing was told before.
    init(capacity: Int, since: Int64?) {
        self.capacity = capacity
        state = Mutex(State(since: since))
    }

    /// Whether anything was told or seen before.
    var isFirst: Bool { state.withLock { !$0.isComplete && $0.since == nil } }

    /// What an object in a list is, and takes note of it.
    ///
    /// - Parameter readsExisting: whether objects count that stood before anything was told.
    func news(listed object: SeenObject, readsExisting: Bool) -> News? {
        state.withLock { state in
            defer { note(object, in: &state) }
            if object.isMade { return nil }
            if let known = state.objects[object.key] { return change(of: object, from: known) }
            if state.isComplete { return .added }
            guard let since = state.since else { return readsExisting ? .added : nil }
            if object.created >= since - Self.skew { return .added }
            return wasWritten(object, since) ? .modified : nil
        }
    }

    /// What an object that a watch tells of is, and takes note of it.
    func news(watched object: SeenObject, isAdded: Bool) -> News? {
        state.withLock { state in
            defer { note(object, in: &state) }
            if object.isMade { return nil }
            if let known = state.objects[object.key] { return change(of: object, from: known) }
            if isAdded || state.isComplete { return .added }
            return wasWritten(object, state.since ?? 0) ? .modified : nil
        }
    }

    func remove(_ key: ObjectKey) { state.withLock { _ = $0.objects.removeValue(forKey: key) } }

    /// Takes note that a list was read whole, of these objects.
    func complete(with keys: Set<ObjectKey>) {
        state.withLock { state in
            state.objects = state.objects.filter { keys.contains($0.key) }
            // Where not all could be kept, one that is not known may yet be old.
            state.isComplete = keys.count <= capacity
        }
    }

    /// Takes note that everything was told up to then, in seconds since 1970.
    func told(until time: Int64) { state.withLock { $0.since = time } }

    private func change(of object: SeenObject, from known: Known) -> News? {
        if known.uid != object.uid { return .added }
        return known.spec == object.spec ? nil : .modified
    }

    private func wasWritten(_ object: SeenObject, _ since: Int64) -> Bool {
        object.written.map { $0 >= since - Self.skew } ?? true
    }

    private func note(_ object: SeenObject, in state: inout State) {
        guard state.objects[object.key] != nil || state.objects.count < capacity else {
            state.isComplete = false
            return
        }
        state.objects[object.key] = Known(uid: object.uid, spec: object.spec)
    }
}
