import Foundation

/// Recorded corpora that stand beside the project; tests that need them are skipped where they are absent.
enum SharedData {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")

    static var isPresent: Bool { FileManager.default.fileExists(atPath: root.path) }

    static func objects(_ path: String) throws -> [[String: Any]] {
        try String(contentsOf: root.appending(path: path), encoding: .utf8).split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
    }
}
