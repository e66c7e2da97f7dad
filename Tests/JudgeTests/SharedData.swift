import Deployments
import Dialects
import Foundation
import JSON

/// Recorded corpora that stand beside the project; tests that need them are skipped where they are absent.
enum SharedData {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")

    static var isPresent: Bool { FileManager.default.fileExists(atPath: root.path) }

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func lines(_ path: String) throws -> [String] {
        try text(path).split(separator: "\n").map(String.init)
    }

    static func objects(_ path: String) throws -> [[String: Any]] {
        try lines(path).map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:] }
    }
}

/// Everything that a dialect reads of some records.
func readings(
    of dialect: some Dialect,
    _ records: [String],
    path: String = "test",
    onRawEvent: ((RawLogSource, JSONValue, ContainerDeployment.LogPosition) -> Void)? = nil
) -> Reading {
    var dialect = dialect
    var reading = Reading()
    reading.onRawEvent = onRawEvent
    var offset = 0
    for record in records {
        var bytes = Array(record.utf8)
        let count = bytes.count
        bytes += [UInt8](repeating: 0, count: 64)
        unsafe bytes.withUnsafeBytes { buffer in
            let record = unsafe RawRecord(
                bytes: UnsafeRawBufferPointer(rebasing: buffer[..<count]),
                position: .init(path: path, offset: offset)
            )
            dialect.read(record, into: &reading)
        }
        offset += count + 1
    }
    dialect.finish(into: &reading)
    return reading
}
