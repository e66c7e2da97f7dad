import Foundation
@testable import Posture
import Testing

/// What a real API server answered to 2,522 questions about who may do what.
@Suite(.enabled(if: Oracle.isPresent, "needs ../shared/data: the API server's answers are NOT compared"))
struct RightsOracleTests {
    @Test func `every answer of a real API server is given alike, with its reason`() throws {
        let rights = try Oracle.rights()
        let reviews = try Oracle.reviews()
        #expect(reviews.count == 2_522)
        var different: [String] = []
        var unlikeReasons: [String] = []
        for review in reviews {
            let decision = rights.decide(review.request, for: review.user)
            if decision.isAllowed != review.allowed { different.append("\(review)") }
            // Of several that allow it the server names any one; that it changed a name for safety is no reason of roles.
            let reasons = decision.isAllowed ? decision.grants.map(\.reason) : [decision.reason]
            let reason = review.reason.hasSuffix("unsafeproxy") ? "" : review.reason
            if !reasons.contains(reason) { unlikeReasons.append("\(review): \(reasons)") }
        }
        #expect(different == [])
        #expect(unlikeReasons == [])
        #expect(reviews.count { $0.allowed } == 612)
    }

    @Test func `who is listed as able to do something are those whom the server allowed it`() throws {
        let rights = try Oracle.rights()
        var different: [String] = []
        for review in try Oracle.reviews() {
            guard case .resource(let attributes) = review.request else { continue }
            // A question without a namespace is for all at once, which no namespace's binding allows.
            let holders = rights.holders(of: attributes).filter {
                $0.names.isEmpty && ($0.namespace == nil || !attributes.namespace.isEmpty)
            }
            let isListed = holders.contains { $0.subject.isMeant(by: review.user) }
            if isListed != review.allowed { different.append("\(review)") }
        }
        #expect(different == [])
    }
}

/// The recorded objects of a cluster, and what its API server said of them.
enum Oracle {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/data/posture/evidence/kube/objects")

    static var isPresent: Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "sar-oracle.jsonl").path)
    }

    struct Review: Decodable, CustomStringConvertible {
        struct Attributes: Decodable {
            var verb: String
            var group: String?
            var resource: String
            var subresource: String?
            var name: String?
            var namespace: String?
        }

        private enum CodingKeys: String, CodingKey { case name = "user", groups, resourceAttributes, allowed, reason }

        var name: String
        var groups: [String]
        var resourceAttributes: Attributes
        var allowed: Bool
        var reason: String

        var user: UserInfo { UserInfo(name: name, groups: Set(groups)) }
        var request: AccessRequest {
            .resource(
                ResourceAttributes(
                    verb: resourceAttributes.verb,
                    group: resourceAttributes.group ?? "",
                    resource: resourceAttributes.resource,
                    subresource: resourceAttributes.subresource ?? "",
                    name: resourceAttributes.name ?? "",
                    namespace: resourceAttributes.namespace ?? ""
                )
            )
        }

        var description: String { "\(name) \(groups) \(resourceAttributes) \(allowed) \(reason)" }
    }

    static func reviews() throws -> [Review] {
        let text = try String(contentsOf: folder.appending(path: "sar-oracle.jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Review.self, from: Data($0.utf8)) }
    }

    static func rights() throws -> Rights {
        var reader = RightsReader()
        for name in ["roles", "clusterroles", "rolebindings", "clusterrolebindings"] {
            let bytes = try Data(contentsOf: folder.appending(path: "\(name).json"))
            reader.read(Array(bytes), from: "\(name).json")
        }
        #expect(reader.problems == [])
        return reader.rights
    }
}
