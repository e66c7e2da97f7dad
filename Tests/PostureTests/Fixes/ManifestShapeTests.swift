import Foundation
@testable import Posture
import Testing

/// Kubernetes' own shapes of objects, from its OpenAPI definitions, which Scripts/kubernetes-validate fetches from PyPI.
private enum KubernetesShapes {
    private static let script = URL(filePath: #filePath)
        .appending(path: "../../../../Scripts/kubernetes-validate").standardized

    static let isPossible = (try? run(["--version"]).status) == 0

    /// Holds documents to them as an API server with strict validation does, and tells what is wrong with any.
    static func run(_ arguments: [String]) throws -> (status: Int32, lines: [String]) {
        let process = Process()
        process.executableURL = script
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text.split(separator: "\n").map(String.init))
    }
}

/// The manifests of all fixes on the recorded cluster.
@Suite(.enabled(if: !RecordedCase.all.isEmpty, "needs ../shared/data: manifests of fixes are NOT held to shapes"))
struct ManifestShapeTests {
    private struct Written {
        var check: String
        var document: Document

        var kind: String { document["kind"]?.text ?? "" }
        /// A kind of a custom resource, of which Kubernetes has no shape.
        var isCustom: Bool { Self.custom.contains { document["apiVersion"]?.text?.hasPrefix($0 + "/") ?? false } }

        private static let custom = ["security.istio.io"]
    }

    /// What fixes write for the recorded cluster as it is, and for one whose applications are in a mesh, whose policies
    /// limit them then.
    private static let manifests = Result<[Written], any Error> {
        var cluster = try RecordedCluster.all()
        for kind in ["AuthorizationPolicy", "PeerAuthentication"] { cluster.add([], of: kind) }
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        let meshed = evidence.applying(
            .manifest([
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": ["name": "kubeflow", "labels": ["istio-injection": "enabled"]],
            ])
        )
        return Check.all.flatMap { check in
            [evidence, meshed].flatMap { check.fixes(on: $0) }.flatMap(\.changes).compactMap { change in
                guard case .manifest(let document) = change else { return nil }
                return Written(check: check.id, document: document)
            }
        }
    }

    @Test func `every manifest of a fix reads as what was meant, and every kind is written`() throws {
        let manifests = try Self.manifests.get()
        for one in manifests {
            #expect(try Document.documents(yaml: one.document.yaml) == [one.document], "\(one)")
        }
        let kinds: Set = [
            "NetworkPolicy", "ClusterRole", "ClusterRoleBinding", "RoleBinding", "AuthorizationPolicy", "Service",
        ]
        #expect(kinds.subtracting(manifests.map(\.kind)).isEmpty)
    }

    @Test(
        .enabled(if: KubernetesShapes.isPossible, "kubernetes-validate could not be had: shapes are NOT held to"),
        arguments: ["1.25", "1.31", "1.37"]
    )
    func `every manifest of a fix has the shape that Kubernetes gives its kind, and no field besides`(
        version: String
    ) throws {
        let manifests = try Self.manifests.get().filter { !$0.isCustom }
        let file = FileManager.default.temporaryDirectory.appending(path: "manifests-\(UUID()).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(manifests.map(\.document.yaml).joined(separator: "---\n").utf8).write(to: file)
        let (status, lines) = try KubernetesShapes.run(["--strict", "-k", version, file.path])
        #expect(status == 0)
        #expect(lines.filter { !$0.hasPrefix("INFO ") } == [])
        #expect(lines.count == manifests.count)
    }

    /// Source: the definitions of security.istio.io/v1 in Istio 1.22.
    @Test func `every manifest of a mesh's policy has the fields that Istio knows`() throws {
        let fields: [String: Set<String>] = [
            "AuthorizationPolicy": ["selector", "targetRefs", "action", "rules", "provider"],
            "PeerAuthentication": ["selector", "mtls", "portLevelMtls"],
        ]
        let policies = try Self.manifests.get().filter(\.isCustom)
        #expect(!policies.isEmpty)
        for policy in policies {
            #expect(policy.document["apiVersion"]?.text == "security.istio.io/v1", "\(policy)")
            let known = try #require(fields[policy.kind], "\(policy)")
            let spec = policy.document["spec"]?.members ?? []
            #expect(Set(spec.map(\.name)).subtracting(known).isEmpty, "\(policy)")
            #expect(policy.document.at("metadata", "name")?.text != nil, "\(policy)")
        }
    }
}
