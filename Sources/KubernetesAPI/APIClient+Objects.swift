internal import NIOHTTP1

/// A change of parts of an object.
package enum Patch: Sendable {
    /// A document whose members replace the object's, null removing one (RFC 7396).
    case merge(String)
    /// A list of operations (RFC 6902); a `test` among them that fails is told as ``APIError/Code/invalid``.
    case json(String)
}

extension APIClient {
    /// The object of that name.
    ///
    /// - Parameter time: how long it may take; ``Limits/time``, when nil.
    /// - Throws: ``APIError``, of code ``APIError/Code/notFound`` where there is none.
    package func get(
        _ name: String,
        of resource: Resource,
        within time: Duration? = nil
    ) async throws(APIError) -> APIObject {
        try await object(Call(path: try resource.path(of: name)), within: time)
    }

    /// Makes an object, and returns it as it is stored.
    ///
    /// - Throws: ``APIError``, of code ``APIError/Code/alreadyExists`` where there is one of that name.
    package func create(_ json: String, in resource: Resource) async throws(APIError) -> APIObject {
        try await object(Call(method: .POST, path: try resource.path(), body: ("application/json", json)))
    }

    /// Puts an object in the place of the one of that name, and returns it as it is stored.
    ///
    /// - Parameter json: with `metadata.resourceVersion` as it was read, so that nobody's change is lost; without it, the
    ///   object is replaced whatever it has become.
    /// - Throws: ``APIError``, of code ``APIError/Code/conflict`` where it was changed since.
    package func replace(_ name: String, of resource: Resource, with json: String) async throws(APIError) -> APIObject {
        try await object(Call(method: .PUT, path: try resource.path(of: name), body: ("application/json", json)))
    }

    /// Changes parts of an object, and returns it as it is stored.
    ///
    /// - Throws: ``APIError``, of code ``APIError/Code/notFound`` where there is none, and of ``APIError/Code/conflict``
    ///   where the patch names another `metadata.resourceVersion` than the object's.
    package func patch(_ name: String, of resource: Resource, with patch: Patch) async throws(APIError) -> APIObject {
        let body =
            switch patch {
            case .merge(let text): ("application/merge-patch+json", text)
            case .json(let text): ("application/json-patch+json", text)
            }
        return try await object(Call(method: .PATCH, path: try resource.path(of: name), body: body))
    }

    private func object(_ call: Call, within time: Duration? = nil) async throws(APIError) -> APIObject {
        APIObject(bytes: try await answer(to: call, limit: limits.object, within: time))
    }
}
