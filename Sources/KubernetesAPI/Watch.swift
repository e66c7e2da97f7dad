internal import AsyncHTTPClient
package import JSON
internal import NIOCore

/// What a watch tells.
package enum WatchEvent<Value: Sendable>: Sendable {
    /// An object was added; nil where nothing was made of it.
    case added(ObjectKey, Value?)
    /// An object was changed; nil where nothing was made of it.
    case changed(ObjectKey, Value?)
    case removed(ObjectKey)
    /// Nothing but that time went on.
    case bookmark
}

/// A watch that is open: the changes of a resource since a version, one after another.
///
/// Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes.
package struct Watch {
    /// How long the server is asked to keep one open, in seconds; a random time in it, so that not all end at once.
    package static let window = 90...150
    /// After how long without a byte the server counts as gone: later than it ends any watch by itself.
    static let silence = Duration.seconds(165)

    /// The version of the last event, from which another watch can go on.
    package private(set) var resourceVersion: String
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var lines: Lines
    private let words: String
    private let limit: Int

    /// Opens it.
    ///
    /// - Parameters:
    ///   - version: as of when a list was, or the last event of another watch.
    ///   - seconds: how long the server is to keep it open.
    /// - Throws: ``APIError``, of code ``APIError/Code/gone`` where the version is too old.
    package init(
        _ resource: Resource,
        _ selection: Selection,
        since version: String,
        for seconds: Int,
        at client: APIClient
    ) async throws(APIError) {
        var call = APIClient.Call(path: try resource.path(), query: selection.query)
        call.query += [
            ("watch", "1"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
            ("timeoutSeconds", String(seconds)),
        ]
        words = call.words
        // An event holds an object and a few bytes more.
        limit = client.limits.object + 1_024
        lines = Lines(limit: limit)
        resourceVersion = version
        body = try await client.open(call).body.makeAsyncIterator()
    }

    /// The next event; nil when the server has ended the watch, which it does in good order after a while.
    ///
    /// - Parameter read: makes a value of an object, told whether it was added; what is lent to it must not leave it.
    /// - Throws: ``APIError``, of code ``APIError/Code/gone`` where events were lost.
    package mutating func next<Value: Sendable>(
        _ read: (JSONValue, _ isAdded: Bool) -> Value?
    ) async throws(APIError) -> WatchEvent<Value>? {
        do {
            while true {
                if let line = try lines.next() { return try event(line, read) }
                guard let part = try await body.next(isolation: #isolation) else { return nil }
                lines.append(part.readableBytesView)
            }
        } catch {
            throw APIError(error).of(words)
        }
    }

    private mutating func event<Value: Sendable>(
        _ line: [UInt8],
        _ read: (JSONValue, _ isAdded: Bool) -> Value?
    ) throws(APIError) -> WatchEvent<Value> {
        let (event, version) = try line.readObject(limit: limit) { root in
            let object = root["object"]
            return (Self.event(root["type"]?.string, object, read), object?["metadata"]?["resourceVersion"]?.string)
        }
        // An error has no version, and what holds an object has one.
        let told = try event.get()
        guard let version, !version.isEmpty else { throw APIError(.malformed, "an event has no resourceVersion") }
        resourceVersion = version
        return told
    }

    private static func event<Value: Sendable>(
        _ type: String?,
        _ object: JSONValue?,
        _ read: (JSONValue, _ isAdded: Bool) -> Value?
    ) -> Result<WatchEvent<Value>, APIError> {
        switch (type, object) {
        case ("BOOKMARK", .some): return .success(.bookmark)
        case ("ERROR", .some(let object)): return .failure(APIStatus(object).error)
        case ("ADDED", .some(let object)), ("MODIFIED", .some(let object)), ("DELETED", .some(let object)):
            guard let key = ObjectKey(of: object) else { break }
            return switch type {
            case "ADDED": .success(.added(key, read(object, true)))
            case "MODIFIED": .success(.changed(key, read(object, false)))
            default: .success(.removed(key))
            }
        default: break
        }
        return .failure(APIError(.malformed, "an event is none that is known"))
    }
}
