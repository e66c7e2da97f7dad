/// The objects of a fake API server and what happened to them, by the rules of
/// https://kubernetes.io/docs/reference/using-api/api-concepts/.
struct FakeStore {
    /// What a path means: a resource, or one object of it.
    struct Place: Hashable, Sendable {
        /// `/api/v1`, `/apis/GROUP/VERSION`.
        var root: String
        var resource: String
        var namespace: String?
        var name: String?

        init?(path: String) {
            var parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
            let rootLength = parts.first == "api" ? 2 : 3
            guard parts.count > rootLength else { return nil }
            root = "/" + parts.prefix(rootLength).joined(separator: "/")
            parts.removeFirst(rootLength)
            if parts[0] == "namespaces", parts.count >= 3 {
                namespace = parts[1]
                parts.removeFirst(2)
            }
            guard parts.count <= 2 else { return nil }
            resource = parts[0]
            name = parts.count > 1 ? parts[1] : nil
        }

        func holds(_ other: Place) -> Bool {
            root == other.root && resource == other.resource && (namespace == nil || namespace == other.namespace)
                && (name == nil || name == other.name)
        }
    }

    struct Event: Sendable {
        var version: Int
        var type: String
        var place: Place
        var object: Tree

        var line: String { Tree.map(["type": .text(type), "object": object]).json + "\n" }
    }

    /// An answer's status and body.
    struct Answer: Sendable {
        var code: Int
        var body: Tree

        static func failure(_ code: Int, _ reason: String, _ message: String) -> Answer {
            let status: [String: Tree] = [
                "kind": .text("Status"), "apiVersion": .text("v1"), "status": .text("Failure"),
                "reason": .text(reason), "message": .text(message), "code": .number(Double(code)),
            ]
            return Answer(code: code, body: .map(status))
        }

        static func missing(_ place: Place) -> Answer {
            failure(404, "NotFound", "\(place.resource) \"\(place.name ?? "")\" not found")
        }

        static let expired = failure(410, "Expired", "too old resource version")
    }

    private var objects: [Place: Tree] = [:]
    private(set) var events: [Event] = []
    private(set) var version = 100
    /// Of versions before this one nothing is known any more.
    private var oldest = 0

    func object(at place: Place) -> Tree? { objects[place] }

    func get(_ place: Place) -> Answer { objects[place].map { Answer(code: 200, body: $0) } ?? .missing(place) }

    /// Forgets what happened, as etcd does when it is compacted.
    mutating func compact() {
        version += 1
        oldest = version
        events = []
    }

    /// What happened since; nil when that is too long ago.
    func events(since: Int, in place: Place) -> [Event]? {
        guard since >= oldest else { return nil }
        return events.filter { $0.version > since && place.holds($0.place) }
    }

    // MARK: Changes

    mutating func put(_ object: Tree, at place: Place) {
        version += 1
        var object = object
        object["metadata", default: .map([:])]["name"] = place.name.map { .text($0) }
        object["metadata", default: .map([:])]["namespace"] = place.namespace.map { .text($0) }
        object["metadata", default: .map([:])]["resourceVersion"] = .text(String(version))
        events.append(
            Event(version: version, type: objects[place] == nil ? "ADDED" : "MODIFIED", place: place, object: object)
        )
        objects[place] = object
    }

    mutating func remove(_ place: Place) -> Bool {
        guard var object = objects.removeValue(forKey: place) else { return false }
        version += 1
        object["metadata", default: .map([:])]["resourceVersion"] = .text(String(version))
        events.append(Event(version: version, type: "DELETED", place: place, object: object))
        return true
    }

    mutating func create(_ object: Tree, in place: Place) -> Answer {
        guard let name = object["metadata"]?["name"]?.text else {
            return .failure(422, "Invalid", "metadata.name: Required value")
        }
        var place = place
        place.name = name
        guard objects[place] == nil else {
            return .failure(409, "AlreadyExists", "\(place.resource) \"\(name)\" already exists")
        }
        put(object, at: place)
        return Answer(code: 201, body: objects[place] ?? .null)
    }

    /// Puts what `change` makes of an object in its place; nil from it is an invalid change.
    mutating func change(_ place: Place, _ change: (Tree) -> Tree?) -> Answer {
        guard let known = objects[place] else { return .missing(place) }
        guard let changed = change(known) else {
            return .failure(422, "Invalid", "the server rejected our request due to an error in our request")
        }
        let version = changed["metadata"]?["resourceVersion"]
        guard version == nil || version == known["metadata"]?["resourceVersion"] else {
            return .failure(
                409,
                "Conflict",
                "Operation cannot be fulfilled on \(place.resource) \"\(place.name ?? "")\": the object has been modified"
            )
        }
        put(changed, at: place)
        return Answer(code: 200, body: objects[place] ?? .null)
    }

    // MARK: Lists

    /// - Parameter rest: where an earlier page ended: `VERSION/COUNT`.
    func list(_ place: Place, limit: Int, rest: String?) -> Answer {
        let all = objects.filter { place.holds($0.key) }
            .sorted { ($0.key.namespace ?? "", $0.key.name ?? "") < ($1.key.namespace ?? "", $1.key.name ?? "") }
        let parts = rest?.split(separator: "/").compactMap { Int($0) } ?? [version, 0]
        guard parts.count == 2, parts[0] >= oldest else { return .expired }
        let page = all.dropFirst(parts[1]).prefix(limit)
        let told = parts[1] + page.count
        var metadata: [String: Tree] = ["resourceVersion": .text(String(parts[0]))]
        if told < all.count {
            metadata["continue"] = .text("\(parts[0])/\(told)")
            metadata["remainingItemCount"] = .number(Double(all.count - told))
        }
        let body: [String: Tree] = [
            "kind": .text("List"), "apiVersion": .text("v1"), "metadata": .map(metadata),
            "items": .list(page.map(\.value)),
        ]
        return Answer(code: 200, body: .map(body))
    }
}

extension Tree {
    /// A member, or what stands for one that is missing.
    fileprivate subscript(key: String, default missing: Tree) -> Tree {
        get { self[key] ?? missing }
        set { self[key] = newValue }
    }
}
