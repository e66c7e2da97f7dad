import Foundation
import Testing

/// Kubernetes' own shapes of objects, from its OpenAPI definitions, which Scripts/kubernetes-validate fetches from PyPI.
private enum KubernetesShapes {
    static let isPossible = (try? run(["--version"]).status) == 0

    static func run(_ arguments: [String]) throws -> Binary.Result {
        try Binary.run(arguments, of: Binary.project.appending(path: "Scripts/kubernetes-validate"))
    }
}

/// What the program prints for `kubectl apply`, held to the shapes as an API server with strict validation does.
@Suite(
    .enabled(if: KubernetesShapes.isPossible, "kubernetes-validate could not be had: manifests are NOT held to shapes")
)
struct ManifestShapesTests {
    @Test(
        arguments: [["guard", "kubernetes", "--manifests"], ["audit", "--rbac"]],
        ["1.30", "1.34", "1.37"]
    )
    func `what is printed has the shapes of its kinds, and no field besides`(
        command: [String],
        version: String
    ) throws {
        let printed = try Binary.run(command).output
        let folder = try Folder()
        let result = try KubernetesShapes.run([
            "--strict", "-k", version, try folder.write(printed, as: "manifests.yaml"),
        ])
        let lines = result.output.split(separator: "\n")
        #expect(result.status == 0, "\(result.errors)")
        #expect(lines.filter { !$0.hasPrefix("INFO ") } == [])
        #expect(lines.count == printed.split(separator: "\n").count { $0.hasPrefix("kind: ") })
    }
}
