import Foundation

/// What was recorded of real systems and stands beside the project; tests that need it are skipped where it is absent.
enum Recorded {
    private static let root = EngineHost.project.deletingLastPathComponent().appending(path: "shared/data")

    /// A route by which a management application deploys.
    struct Route: Decodable {
        var app: String
        var method: String
        var example: String
        var effect: String
    }

    /// The table of routes; nil where it is absent.
    static let routes: [Route]? = {
        guard let text = try? String(contentsOf: root.appending(path: "routes.jsonl"), encoding: .utf8) else {
            return nil
        }
        return try? text.split(separator: "\n").map { try JSONDecoder().decode(Route.self, from: Data($0.utf8)) }
    }()

    static let auditBatchesFile = root.appending(path: "kubernetes/audit-eventlists.jsonl")

    /// Batches that an API server sent to an audit webhook, an `EventList` each; nil where they are absent.
    static let auditBatches = (try? String(contentsOf: auditBatchesFile, encoding: .utf8))?
        .split(separator: "\n").map(String.init)
}
