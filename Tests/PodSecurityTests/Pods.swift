import Deployments
import Dialects
import Foundation
import PodSecurity
import Testing

/// Pods as manifests write them.
enum Pods {
    /// What a manifest dialect reads of a text.
    static func reading(_ text: String) -> Reading {
        var reading = Reading()
        var dialect = KubernetesManifestDialect(readingInto: .pods)
        var bytes = Array(text.utf8)
        let count = bytes.count
        bytes += [UInt8](repeating: 0, count: 64)
        unsafe bytes.withUnsafeBytes { buffer in
            let text = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
            dialect.read(unsafe RawRecord(bytes: text, position: .init(path: "test", offset: 0)), into: &reading)
        }
        dialect.finish(into: &reading)
        return reading
    }

    /// The only pod in a text.
    static func only(_ text: String) throws -> Pod {
        let reading = reading(text)
        #expect(reading.problems == [])
        #expect(reading.pods.count == 1)
        return try #require(reading.pods.first).pod
    }

    /// A pod with this spec, in YAML's flow style.
    static func manifest(_ spec: String, annotations: String = "{}") -> String {
        "{apiVersion: v1, kind: Pod, metadata: {name: p, annotations: \(annotations)}, spec: \(spec)}"
    }

    /// What a policy says of a pod with this spec.
    static func verdict(_ policy: String, _ spec: String, annotations: String = "{}") throws -> PodSecurityVerdict {
        PodSecurityVerdict(
            of: try only(manifest(spec, annotations: annotations)),
            by: try PodSecurityPolicy(parsing: policy)
        )
    }
}

/// Recorded corpora that stand beside the project; tests that need them are skipped where they are absent.
enum SharedData {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/kubernetes")

    static var isPresent: Bool { FileManager.default.fileExists(atPath: root.path) }

    static func objects(_ path: String) throws -> [[String: Any]] {
        try String(contentsOf: root.appending(path: path), encoding: .utf8).split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
    }
}
