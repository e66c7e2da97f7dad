import Foundation
@testable import Posture
import Testing

/// The least rights of everybody in the audit log of a real API server, evaluated as it would.
@Suite(.enabled(if: RecordedUse.isPresent, "needs ../shared/data: least rights are NOT proven on a recorded audit log"))
struct RecordedUseTests {
    @Test func `all that was used is allowed, and of all that anybody asked for nothing else`() throws {
        let used = try RecordedUse.read("audit.jsonl")
        #expect(used.events == 1_340)
        #expect(used.unread == 0)
        #expect(used.subjects.count == 29)
        let universe = RecordedUse.universe(of: used)
        for subject in used.subjects {
            let least = try #require(used.leastRights(of: subject, within: .exact))
            let rights = Rights(roles: least.roles, bindings: least.bindings)
            let user = RecordedUse.user(subject)
            let allowed = universe.filter { rights.decide($0, for: user).isAllowed }
            let requests = used.requests[subject] ?? []
            #expect(requests.subtracting(allowed).count == 0, "\(subject)")
            // Who asked for all namespaces at once asked for each of them.
            let beyond = allowed.subtracting(requests).filter { !requests.contains($0.inAllNamespaces) }
            #expect(beyond.map { "\($0)" } == [], "\(subject)")
        }
    }

    @Test func `within their bounds roles still allow all that was used, and no verb or kind beyond`() throws {
        let used = try RecordedUse.read("audit.jsonl")
        let universe = RecordedUse.universe(of: used)
        for subject in used.subjects {
            let least = try #require(used.leastRights(of: subject))
            let rights = Rights(roles: least.roles, bindings: least.bindings)
            let user = RecordedUse.user(subject)
            let requests = used.requests[subject] ?? []
            #expect(requests.allSatisfy { rights.decide($0, for: user).isAllowed }, "\(subject)")
            let kinds = Set(requests.map(\.kindAlone))
            for request in universe where rights.decide(request, for: user).isAllowed {
                #expect(kinds.contains(request.kindAlone), "\(subject): \(request)")
            }
        }
    }

    @Test func `what it writes is read again as it was`() throws {
        let used = try RecordedUse.read("audit.jsonl")
        for subject in used.subjects {
            let least = try #require(used.leastRights(of: subject))
            var reader = ClusterReader()
            let yaml = least.manifests.map(\.yaml).joined(separator: "---\n")
            reader.read(Array(yaml.utf8), from: "least.yaml")
            #expect(reader.problems == [])
            var rights = RightsReader()
            for document in try Document.documents(yaml: yaml) {
                rights.read(document, kind: document["kind"]?.text ?? "", from: "least.yaml")
            }
            #expect(rights.roles == least.roles)
            #expect(rights.bindings == least.bindings)
        }
    }

    @Test func `what was held and not used is no longer`() throws {
        // Of the labelled attackers: who only looked around holds nothing to deploy by.
        let used = try RecordedUse.read("audit.jsonl")
        let dave = try #require(used.leastRights(of: Subject(.user, "dave")))
        let rights = Rights(roles: dave.roles, bindings: dave.bindings)
        let table = WhoCan(ClusterAccess(roles: dave.roles, bindings: dave.bindings)).withoutCluster
        #expect(Set(table.rows.flatMap(\.powers.keys)) == [.deploy])
        let delete = AccessRequest.resource(ResourceAttributes(verb: "delete", resource: "namespaces", name: "shop"))
        #expect(!rights.decide(delete, for: RecordedUse.user(Subject(.user, "dave"))).isAllowed)
    }
}

extension AccessRequest {
    fileprivate var inAllNamespaces: AccessRequest {
        guard case .resource(var attributes) = self else { return self }
        attributes.namespace = ""
        return .resource(attributes)
    }

    /// The same without name and namespace.
    fileprivate var kindAlone: AccessRequest {
        guard case .resource(var attributes) = self else { return self }
        attributes.name = ""
        attributes.namespace = ""
        return .resource(attributes)
    }
}

enum RecordedUse {
    static let folder = Oracle.folder.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "kubernetes")

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.appending(path: "audit.jsonl").path) }

    static func read(_ name: String) throws -> UsedRights {
        var used = UsedRights()
        used.read(Array(try Data(contentsOf: folder.appending(path: name))))
        return used
    }

    static func user(_ subject: Subject) -> UserInfo {
        switch subject.kind {
        case .serviceAccount: UserInfo.serviceAccount(subject.name, in: subject.namespace ?? "")
        case .user where subject.name == UserInfo.anonymous.name: .anonymous
        default: UserInfo(name: subject.name, groups: [UserInfo.authenticated])
        }
    }

    /// All that anybody asked for, and each of it with other verbs, names and namespaces.
    static func universe(of used: UsedRights) -> Set<AccessRequest> {
        var all = used.requests.values.reduce(into: Set<AccessRequest>()) { $0.formUnion($1) }
        for case .resource(let attributes) in all {
            for verb in ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"] {
                var other = attributes
                other.verb = verb
                all.insert(.resource(other))
                other.name = ""
                all.insert(.resource(other))
            }
            var other = attributes
            other.namespace = "elsewhere"
            all.insert(.resource(other))
            other = attributes
            other.name = "else"
            all.insert(.resource(other))
            other.subresource = other.subresource.isEmpty ? "status" : ""
            all.insert(.resource(other))
        }
        // No server asks for what is created or listed by a name.
        return all.filter { request in
            guard case .resource(let one) = request, !one.name.isEmpty else { return true }
            return !["list", "watch", "deletecollection"].contains(one.verb)
                && (one.verb != "create" || !one.subresource.isEmpty)
        }
    }
}
