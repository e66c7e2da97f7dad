internal import JSON

/// What an admission review asks about, without the object itself.
///
/// Source: admission.k8s.io/v1, https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/.
package struct AdmissionRequest: Sendable, Equatable {
    /// What the API server does.
    package enum Operation: String, Sendable, CaseIterable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"
        case connect = "CONNECT"
    }

    /// A kind or a resource, with its group and version.
    package struct GroupVersion: Sendable, Equatable {
        /// Empty for the core group.
        package var group: String
        package var version: String
        /// The kind (`Pod`), or the plural name of the resource (`pods`).
        package var name: String
    }

    /// Names the review; the answer has to repeat it.
    package var uid: String
    package var operation: Operation
    package var kind: GroupVersion
    package var resource: GroupVersion
    /// Part of the resource, such as `exec`; nil for the whole.
    package var subresource: String?
    /// Nil where the API server is still to make one up.
    package var name: String?
    /// Nil for what stands in no namespace.
    package var namespace: String?
    /// Whom the request was made as; the API server does not tell a webhook who impersonates.
    package var user: String?
    package var groups: [String]
    /// Whether nothing is stored in the end.
    package var isDryRun: Bool
}

/// The members of a review's request, found in one pass and left where they stand.
struct AdmissionMembers {
    var uid: JSONValue?
    var kind: JSONValue?
    var resource: JSONValue?
    var subResource: JSONValue?
    var name: JSONValue?
    var namespace: JSONValue?
    var operation: JSONValue?
    var userInfo: JSONValue?
    var dryRun: JSONValue?
    var object: JSONValue?
    var oldObject: JSONValue?

    init(_ request: JSONValue) throws(MalformedReview) {
        for (key, value) in request.members {
            switch key.count {
            case 3 where key == "uid": try Self.set(&uid, value, key)
            case 4 where key == "kind": try Self.set(&kind, value, key)
            case 4 where key == "name": try Self.set(&name, value, key)
            case 6 where key == "dryRun": try Self.set(&dryRun, value, key)
            case 6 where key == "object": try Self.set(&object, value, key)
            case 8 where key == "resource": try Self.set(&resource, value, key)
            case 8 where key == "userInfo": try Self.set(&userInfo, value, key)
            case 9 where key == "namespace": try Self.set(&namespace, value, key)
            case 9 where key == "operation": try Self.set(&operation, value, key)
            case 9 where key == "oldObject": try Self.set(&oldObject, value, key)
            case 11 where key == "subResource": try Self.set(&subResource, value, key)
            // What the client wrote itself (requestKind…) says nothing of the object that is shown, and options little.
            default: break
            }
        }
    }

    /// The API server writes no member twice: which of two counts is a guess.
    private static func set(
        _ member: inout JSONValue?,
        _ value: JSONValue,
        _ key: JSONText
    ) throws(MalformedReview) {
        guard member == nil else { throw MalformedReview("request.\(String(key))", "it is there twice") }
        member = value
    }
}

extension AdmissionRequest {
    init(_ members: AdmissionMembers) throws(MalformedReview) {
        guard let uid = try Self.text(members.uid, "uid"), !uid.isEmpty, uid.utf8.count <= 1024 else {
            throw MalformedReview("request.uid", "a review has a uid, which its answer repeats")
        }
        guard let word = try Self.text(members.operation, "operation"), let operation = Operation(rawValue: word) else {
            throw MalformedReview("request.operation", "it is CREATE, UPDATE, DELETE or CONNECT")
        }
        self.uid = uid
        self.operation = operation
        kind = try Self.groupVersion(members.kind, "kind", of: "kind")
        resource = try Self.groupVersion(members.resource, "resource", of: "resource")
        subresource = try Self.text(members.subResource, "subResource").flatMap { $0.isEmpty ? nil : $0 }
        name = try Self.text(members.name, "name").flatMap { $0.isEmpty ? nil : $0 }
        namespace = try Self.text(members.namespace, "namespace").flatMap { $0.isEmpty ? nil : $0 }
        guard let info = members.userInfo, info.isObject else {
            throw MalformedReview("request.userInfo", "a review says who asks, in an object")
        }
        user = try Self.text(info["username"], "userInfo.username").flatMap { $0.isEmpty ? nil : $0 }
        groups = info["groups"]?.strings ?? []
        if let dryRun = members.dryRun, !dryRun.isNull {
            guard let flag = dryRun.bool else { throw MalformedReview("request.dryRun", "it is true or false") }
            isDryRun = flag
        } else {
            isDryRun = false
        }
    }

    private static func text(_ value: JSONValue?, _ place: String) throws(MalformedReview) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.string else { throw MalformedReview("request.\(place)", "it is a text") }
        return text
    }

    private static func groupVersion(
        _ value: JSONValue?,
        _ place: String,
        of member: StaticString
    ) throws(MalformedReview) -> GroupVersion {
        guard let value, value.isObject else {
            throw MalformedReview("request.\(place)", "it is an object of group, version and \(member)")
        }
        guard let name = try text(value[member], "\(place).\(member)"), !name.isEmpty else {
            throw MalformedReview("request.\(place).\(member)", "it is missing")
        }
        return GroupVersion(
            group: try text(value["group"], "\(place).group") ?? "",
            version: try text(value["version"], "\(place).version") ?? "",
            name: name
        )
    }
}
