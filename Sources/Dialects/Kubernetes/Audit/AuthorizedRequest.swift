package import JSON

/// A request that an API server's authorizer let through, as its audit log tells it: who used which right.
///
/// Source: audit.k8s.io/v1; the annotation `authorization.k8s.io/decision` of every event that was authorized.
package struct AuthorizedRequest: Sendable, Hashable {
    /// Whose right it was: of somebody who is acted for, where the client asked as another.
    package var user: String
    package var groups: [String]
    package var verb: String
    /// The API's group; empty for the core, and for a path that is no object's.
    package var group = ""
    /// In the plural; empty for a path that is no object's.
    package var resource = ""
    package var subresource = ""
    package var name = ""
    package var namespace = ""
    /// Without query.
    package var path: String
    /// The status code of the answer; nil where there is none yet.
    package var statusCode: Int?
    /// Who asked as ``user``; nil where they are who they are.
    package var impersonator: String?

    /// The requests that a document of an audit log tells: one event, a list of them, or what a log collector wrapped.
    ///
    /// - Returns: none for events of requests that were refused, and for those that were not yet decided; nil where the document is
    ///   no audit event.
    package static func all(in document: JSONValue) -> [AuthorizedRequest]? {
        let head = AuditHead(document)
        if let items = head.items, items.isArray {
            return items.elements.flatMap { all(in: $0) ?? [] }
        }
        guard head.verb != nil else { return nil }
        return AuthorizedRequest(AuditEvent(document), head.objectRef).map { [$0] } ?? []
    }

    private init?(_ event: AuditEvent, _ place: JSONValue?) {
        guard let decision = event.annotations?["authorization.k8s.io/decision"]?.text, decision == "allow",
            let verb = event.verb.map({ String($0) }), let name = event.user?["username"]?.string, !name.isEmpty
        else { return nil }
        self.verb = verb
        user = name
        groups = event.user?["groups"]?.strings ?? []
        if let other = event.impersonated?["username"]?.string {
            impersonator = name
            user = other
            groups = event.impersonated?["groups"]?.strings ?? []
        }
        path = event.requestURI.map { Query(of: String($0)).path } ?? ""
        statusCode = event.responseStatus?["code"]?.integer.map { Int($0) }
        guard let place else { return }
        let reference = ObjectReference(place)
        group = reference.group.map { String($0) } ?? ""
        resource = reference.resource.map { String($0) } ?? ""
        subresource = reference.subresource.map { String($0) } ?? ""
        namespace = reference.namespace.map { String($0) } ?? ""
        self.name = reference.name.map { String($0) } ?? ""
    }
}
