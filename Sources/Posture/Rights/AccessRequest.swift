/// What an API server is asked to allow.
///
/// Source: authorization.k8s.io/v1, `SubjectAccessReviewSpec`.
package enum AccessRequest: Sendable, Hashable {
    case resource(ResourceAttributes)
    case nonResource(NonResourceAttributes)
}

/// A request for an object of the API, or for all of a kind.
package struct ResourceAttributes: Sendable, Hashable {
    /// Such as `create` or `impersonate`.
    package var verb: String
    /// The API's group; empty for the core.
    package var group: String
    /// In the plural: `pods`.
    package var resource: String
    /// `exec` in `pods/exec`; empty where the object itself is meant.
    package var subresource: String
    /// The object's name; empty for all, and for one that has none yet.
    package var name: String
    /// Empty for what has no namespace, and for all namespaces at once.
    package var namespace: String

    package init(
        verb: String,
        group: String = "",
        resource: String,
        subresource: String = "",
        name: String = "",
        namespace: String = ""
    ) {
        self.verb = verb
        self.group = group
        self.resource = resource
        self.subresource = subresource
        self.name = name
        self.namespace = namespace
    }

    /// As roles name it: `pods/exec`.
    package var combinedResource: String { subresource.isEmpty ? resource : "\(resource)/\(subresource)" }
}

/// A request for a path that is no object's: `/metrics`.
package struct NonResourceAttributes: Sendable, Hashable {
    /// The HTTP method in lower case.
    package var verb: String
    package var path: String

    package init(verb: String, path: String) {
        self.verb = verb
        self.path = path
    }
}

extension AccessRequest {
    /// The same as it is judged for somebody who is not authenticated: a browser could be led to ask it, so that what a
    /// pod or a node would answer through the server's proxy has to be allowed by another name.
    ///
    /// Source: apiserver, pkg/authorization/authorizerfactory and browsersafe (`NewBrowserSafeAuthorizer`).
    var browserSafe: AccessRequest {
        guard case .resource(var attributes) = self else { return self }
        if attributes.verb == "proxy" { attributes.verb = "unsafeproxy" }
        if attributes.subresource == "proxy" { attributes.subresource = "unsafeproxy" }
        return .resource(attributes)
    }
}
