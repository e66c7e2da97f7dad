import Foundation

extension Watcher {
    /// The sources of the records that spoke of a finding's deployment, in the order in which they were read.
    func trail(ofFinding id: String) throws -> [String] {
        let text = try ask(["findings", "show", id, "--ledger", path("ledger.sqlite"), "--format", "json"])
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return (object?["trail"] as? [[String: Any]] ?? []).compactMap { $0["source"] as? String }
    }

    /// What an output of the kind `file` was told, each a JSON object.
    func told(_ name: String) throws -> [[String: Any]] {
        let text = (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? ""
        return try text.split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    /// Waits until all sources follow.
    func follows(_ sources: [String]) async throws -> Bool {
        try await eventually(within: 60) { sources.allSatisfy { messages.contains("\($0) follows") } }
    }
}

/// A field of an ECS object, by its dotted name.
func value(_ object: [String: Any], _ path: String) -> String? {
    var value: Any? = object
    for part in path.split(separator: ".") { value = (value as? [String: Any])?[String(part)] }
    return value.map { "\($0)" }
}
