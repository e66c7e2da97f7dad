internal import Deployments
internal import Foundation
internal import JSON

/// Reads Kubernetes manifests, YAML or JSON, one document or many, alone or in a `List`.
///
/// A record is a whole file's text or one document of it.
package struct KubernetesManifestDialect: Dialect {
    private let parser = JSONParser(maximumBytes: YAMLReader.maximumBytes * 4)

    package init() {}

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        guard unsafe record.bytes.count <= YAMLReader.maximumBytes, !record.defects.contains(.oversized) else {
            reading.problems.append(ReadingProblem(at: record.position, "the manifest is larger than 8 MiB"))
            return
        }
        let text = unsafe String(decoding: record.bytes, as: UTF8.self)
        if let first = text.utf8.first(where: { $0 > 32 }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            // YAML may begin with a brace too; then JSON's complaint is not the one to tell.
            var attempt = Reading()
            readJSON(text, at: record.position, into: &attempt)
            let isYAML =
                !attempt.problems.isEmpty && YAMLReader.documents(in: text).allSatisfy { (try? $0.get()) != nil }
            guard isYAML else {
                reading.deployments += attempt.deployments
                reading.problems += attempt.problems
                return
            }
        }
        for document in YAMLReader.documents(in: text) {
            switch document {
            case .success(let document):
                readJSON(document.json, at: record.position.moved(by: document.offset), into: &reading)
            case .failure(let failure):
                reading.problems.append(ReadingProblem(at: record.position.moved(by: failure.offset), failure.message))
            }
        }
    }

    package mutating func finish(into reading: inout Reading) {}

    private func readJSON(
        _ json: String,
        at position: ContainerDeployment.LogPosition,
        into reading: inout Reading
    ) {
        do throws(JSONError) {
            reading.deployments += try parser.withDocument(json) { Self.deployments(in: $0, at: position) }
        } catch {
            reading.problems.append(ReadingProblem(at: position.moved(by: error.offset), error.reason.rawValue))
        }
    }

    private static func deployments(
        in root: JSONValue,
        at position: ContainerDeployment.LogPosition
    ) -> [ContainerDeployment] {
        if root.isArray { return root.elements.flatMap { deployments(in: $0, at: position) } }
        if let kind = root["kind"]?.text, let items = root["items"], items.isArray {
            // `List`, `PodList`, `DeploymentList`…
            if kind.count >= 4, String(kind).hasSuffix("List") {
                return items.elements.flatMap { deployments(in: $0, at: position) }
            }
        }
        guard let kind = root["kind"]?.text, !WorkloadReader.isNoWorkload(kind: kind) else { return [] }
        let isPod = kind == "Pod"
        var base = ContainerDeployment(
            event: .init(
                id: "\(position.path)#\(position.offset)",
                action: isPod ? .podCreate : .workloadCreate,
                dataset: .kubernetesManifest
            ),
            route: .manifest
        )
        base.log = position
        base.placement.orchestratorType = "kubernetes"
        return WorkloadReader.records(of: root, base: base)
    }
}

extension ContainerDeployment.LogPosition {
    /// The place that many bytes further on.
    func moved(by bytes: Int) -> Self { Self(path: path, offset: offset + bytes) }
}
