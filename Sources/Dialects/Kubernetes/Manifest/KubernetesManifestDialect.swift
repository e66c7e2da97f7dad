internal import Deployments
internal import JSON

/// Reads Kubernetes manifests, YAML or JSON, one document or many, alone or in a `List`.
///
/// A record is a whole file's text or one document of it.
package struct KubernetesManifestDialect: Dialect {
    /// What is made of an object.
    package enum Form: Sendable {
        /// A record for each container, which rules judge.
        case containers
        /// Typed pods, which the Pod Security Standards judge.
        case pods
    }

    private let parser = JSONParser(maximumBytes: YAMLReader.maximumJSONBytes + 1)
    private let form: Form

    package init(readingInto form: Form = .containers) {
        self.form = form
    }

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        guard unsafe record.bytes.count <= YAMLReader.maximumBytes, !record.defects.contains(.oversized) else {
            reading.problems.append(ReadingProblem(at: record.position, "the manifest is larger than 8 MiB"))
            return
        }
        guard let values = unsafe JSONStream.values(in: record.bytes) else {
            readYAML(unsafe YAMLReader.documents(in: record.bytes), of: record, into: &reading)
            return
        }
        var attempt = Reading()
        for range in values {
            let position = record.position.moved(by: range.lowerBound)
            unsafe readJSON(UnsafeRawBufferPointer(rebasing: record.bytes[range]), at: position, into: &attempt)
        }
        // YAML may look like JSON; where YAML makes more of it, JSON's complaint is not the one to tell.
        if !attempt.problems.isEmpty {
            var other = Reading()
            readYAML(unsafe YAMLReader.documents(in: record.bytes), of: record, into: &other)
            let finds = (other.deployments.count + other.pods.count, attempt.deployments.count + attempt.pods.count)
            if other.problems.isEmpty || finds.0 > finds.1 { attempt = other }
        }
        reading.deployments += attempt.deployments
        reading.pods += attempt.pods
        reading.problems += attempt.problems
    }

    package mutating func finish(into reading: inout Reading) {}

    private func readYAML(
        _ documents: [Result<YAMLReader.Document, YAMLReader.Failure>],
        of record: RawRecord,
        into reading: inout Reading
    ) {
        for document in documents {
            switch document {
            case .success(let document):
                var json = document.json
                json.withUTF8 { bytes in
                    let position = record.position.moved(by: document.offset)
                    unsafe readJSON(UnsafeRawBufferPointer(bytes), at: position, into: &reading)
                }
            case .failure(let failure):
                reading.problems.append(ReadingProblem(at: record.position.moved(by: failure.offset), failure.message))
            }
        }
    }

    private func readJSON(
        _ json: UnsafeRawBufferPointer,
        at position: ContainerDeployment.LogPosition,
        into reading: inout Reading
    ) {
        do throws(JSONError) {
            let found = try unsafe parser.withDocument(json) { root in
                var found = Reading()
                read(root, at: position, into: &found)
                return found
            }
            reading.deployments += found.deployments
            reading.pods += found.pods
            reading.problems += found.problems
        } catch {
            reading.problems.append(ReadingProblem(at: position.moved(by: error.offset), error.reason.rawValue))
        }
    }

    private func read(
        _ root: JSONValue,
        at position: ContainerDeployment.LogPosition,
        path: String = "",
        into reading: inout Reading
    ) {
        if root.isArray { return readAll(of: root, at: position, path: path, into: &reading) }
        guard let kind = root["kind"]?.text, !WorkloadReader.isNoWorkload(root) else { return }
        // `List`, `PodList`, `DeploymentList`…
        if kind.hasSuffix("List"), let items = root["items"], items.isArray {
            return readAll(of: items, at: position, path: path, into: &reading)
        }
        var base = ContainerDeployment(
            event: .init(
                id: "\(position.path)#\(position.offset)\(path)",
                action: kind == "Pod" ? .podCreate : .workloadCreate,
                dataset: .kubernetesManifest
            ),
            route: .manifest
        )
        base.log = position
        base.placement.orchestratorType = "kubernetes"
        switch form {
        case .containers:
            if root.hasDuplicateKeys { base.defects.insert(.duplicateKeys) }
            reading.deployments += WorkloadReader.records(of: root, base: base)
        case .pods: readPods(of: root, base, at: position, into: &reading)
        }
    }

    private func readPods(
        of root: JSONValue,
        _ base: ContainerDeployment,
        at position: ContainerDeployment.LogPosition,
        into reading: inout Reading
    ) {
        var base = base
        WorkloadReader.describe(root, into: &base)
        do throws(PodReadingError) {
            for pod in try WorkloadReader.pods(in: root, base: base) {
                var deployment = base
                // Each of an object's pods is a record of its own.
                deployment.event.id += ":\(pod.path)"
                reading.pods.append(DeployedPod(deployment: deployment, pod: pod))
            }
        } catch {
            let name = [base.placement.resourceType, base.placement.resourceName].compactMap { $0 }
            let object = name.joined(separator: "/")
            reading.problems.append(ReadingProblem(at: position, "\(object) is not judged: \(error)"))
        }
    }

    private func readAll(
        of list: JSONValue,
        at position: ContainerDeployment.LogPosition,
        path: String,
        into reading: inout Reading
    ) {
        // A list in a list in a list is nothing that any tool takes.
        guard path.utf8.count < 64 else {
            if form == .pods {
                reading.problems.append(ReadingProblem(at: position, "lists in lists are not judged so deep"))
            }
            return
        }
        for (index, item) in list.elements.enumerated() {
            read(item, at: position, path: "\(path)/\(index)", into: &reading)
        }
    }
}

/// A manifest is read by itself: there is nothing to remember.
extension KubernetesManifestDialect: RememberingDialect {
    package func memory() throws(DialectMemoryError) -> [UInt8] { [] }

    package mutating func recall(_ memory: [UInt8]) throws(DialectMemoryError) {
        guard memory.isEmpty else { throw DialectMemoryError("manifests are read without a state") }
    }
}

/// JSON values one after another, as the API server's tools take them too.
enum JSONStream {
    /// Where the values stand; nil when the text is not JSON by its shape, and so for YAML to read.
    ///
    /// What is left of one that is not closed is a value too, for the parser to complain of.
    static func values(in bytes: UnsafeRawBufferPointer) -> [Range<Int>]? {
        var start = unsafe bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        var ranges: [Range<Int>] = []
        while true {
            while start < bytes.count, unsafe bytes[start] <= 32 { start += 1 }
            guard start < bytes.count else { return ranges.isEmpty ? nil : ranges }
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
            guard unsafe isJSON(rest) else { return ranges.isEmpty ? nil : ranges + [start..<bytes.count] }
            let end = unsafe JSONPieces(of: rest, maximumPieces: .max).end ?? rest.count
            ranges.append(start..<(start + end))
            start += end
        }
    }

    /// Whether a container begins as JSON does: YAML's flow style needs no quotes.
    private static func isJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let first = unsafe bytes.first, first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            return false
        }
        let second = unsafe bytes.dropFirst().first { $0 > 32 }
        let allowed = first == UInt8(ascii: "{") ? "\"}" : "{[\"]"
        return second.map(allowed.utf8.contains) ?? true
    }
}

extension ContainerDeployment.LogPosition {
    /// The place that many bytes further on.
    func moved(by bytes: Int) -> Self { Self(path: path, offset: offset + bytes) }
}
