internal import Dialects
internal import JSON

/// Which rights were used in a cluster, by whom, as its audit log tells it.
///
/// Only requests that the authorizer let through count, and of a create only what the authorizer knew: no name.
package struct UsedRights: Sendable, Equatable {
    /// What each subject asked for and was allowed: users by name, and service accounts.
    package private(set) var requests: [Subject: Set<AccessRequest>] = [:]
    /// How many events counted.
    package private(set) var events = 0
    /// How many documents were no audit events, or not to be read.
    package private(set) var unread = 0
    /// Whether there was more of it than is kept, so that what is missing here may still have been used.
    package private(set) var isCutOff = false

    /// Requests that are kept in all: of each subject, the distinct ones.
    private static let maximumRequests = 500_000
    private var kept = 0

    package init() {}

    /// Reads an audit log: a document a line, as the API server writes it, or an `EventList` as its webhook sends it.
    package mutating func read(_ bytes: [UInt8]) {
        let parser = JSONParser(maximumBytes: 64 << 20, maximumDepth: 256)
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.contains(where: { $0 > 0x20 }) {
            let read: Result<[AuthorizedRequest]?, JSONError> = unsafe line.withUnsafeBytes { bytes in
                Result { () throws(JSONError) in
                    unsafe try parser.withDocument(bytes) { AuthorizedRequest.all(in: $0) }
                }
            }
            guard case .success(let found?) = read else {
                unread += 1
                continue
            }
            for request in found { add(request) }
        }
    }

    /// Whether somebody is known to have been allowed something.
    package func isUsed(_ request: AccessRequest, by subject: Subject) -> Bool {
        requests[subject]?.contains(request) ?? false
    }

    /// By kind and name, so that what is written of them is alike each time.
    package var subjects: [Subject] {
        requests.keys.sorted {
            ($0.kind.rawValue, $0.namespace ?? "", $0.name) < ($1.kind.rawValue, $1.namespace ?? "", $1.name)
        }
    }

    private mutating func add(_ request: AuthorizedRequest) {
        events += 1
        let subject = Subject(user: request.user)
        for used in request.uses { insert(used, of: subject) }
        guard let impersonator = request.impersonator.map(Subject.init(user:)) else { return }
        for used in request.impersonations { insert(used, of: impersonator) }
    }

    private mutating func insert(_ request: AccessRequest, of subject: Subject) {
        guard kept < Self.maximumRequests else {
            isCutOff = true
            return
        }
        if requests[subject, default: []].insert(request).inserted { kept += 1 }
    }
}

extension Subject {
    /// Whom a user's name means: service accounts have names of their own form.
    ///
    /// Source: kubernetes, pkg/serviceaccount (`SplitUsername`).
    init(user name: String) {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 4, name.hasPrefix("system:serviceaccount:"), !parts[2].isEmpty, !parts[3].isEmpty {
            self.init(.serviceAccount, String(parts[3]), namespace: String(parts[2]))
        } else {
            self.init(.user, name)
        }
    }
}

extension AuthorizedRequest {
    /// What the authorizer was asked for it.
    fileprivate var uses: [AccessRequest] {
        // What a client wrote as a star is no name of anything, and a role would take it for everything.
        guard ![verb, group, resource, subresource, resource.isEmpty ? path : ""].contains(where: { $0.contains("*") })
        else { return [] }
        guard !resource.isEmpty else {
            return path.isEmpty ? [] : [.nonResource(NonResourceAttributes(verb: verb, path: path))]
        }
        // The log tells the name that an object got, the authorizer was asked before it had one.
        let isNameKnown =
            !["list", "watch", "deletecollection"].contains(verb) && (verb != "create" || !subresource.isEmpty)
        var attributes = ResourceAttributes(
            verb: verb,
            group: group,
            resource: resource,
            subresource: subresource,
            name: isNameKnown ? name : "",
            namespace: namespace
        )
        var uses = [AccessRequest.resource(attributes)]
        if statusCode == 201, verb == "update" || verb == "patch", subresource.isEmpty {
            // What was not there yet was made, which is asked for on its own.
            attributes.verb = "create"
            attributes.name = ""
            uses.append(.resource(attributes))
        }
        return uses
    }

    /// What the authorizer was asked of who acted for another.
    ///
    /// Source: apiserver, pkg/endpoints/filters/impersonation.go.
    fileprivate var impersonations: [AccessRequest] {
        let subject = Subject(user: user)
        let one =
            subject.kind == .serviceAccount
            ? ResourceAttributes(
                verb: "impersonate",
                resource: "serviceaccounts",
                name: subject.name,
                namespace: subject.namespace ?? ""
            ) : ResourceAttributes(verb: "impersonate", resource: "users", name: user)
        // The groups that every such user has are given, not asked for.
        let given: Set = ["system:authenticated", "system:unauthenticated", "system:serviceaccounts"]
        let asked = groups.filter { group in
            !given.contains(group) && !(subject.kind == .serviceAccount && group.hasPrefix("system:serviceaccounts:"))
        }
        return ([one] + asked.map { ResourceAttributes(verb: "impersonate", resource: "groups", name: $0) })
            .map { .resource($0) }
    }
}
