internal import Deployments
internal import JSON

/// Reads what a patch adds or changes: JSON patches, merge patches, strategic and apply patches.
///
/// Where the answer shows the whole object, a container that the patch touches is told with all that it is then; the
/// others are not told again.
struct PatchReader {
    typealias Found = TemplateSearch.Found

    /// What the patch asks for.
    private(set) var asked: [Found] = []
    /// Paths of the operations, where it is a JSON patch.
    private var operations: [JSONPatch.Operation]?

    /// - Parameter patch: the patch as it was logged: an object, a list of operations, or either as text.
    init(_ patch: JSONValue, base: ContainerDeployment) {
        if let text = patch.string {
            guard let json = YAMLReader.json(fromEmbedded: text) else { return }
            let inner = try? JSONParser(maximumBytes: YAMLReader.maximumJSONBytes).withDocument(json) {
                $0.text == nil ? PatchReader($0, base: base) : nil
            }
            if let inner = inner ?? nil { self = inner }
            return
        }
        guard patch.isArray else {
            asked = WorkloadReader.found(in: patch, base: base, isPatch: true, detail: .versions)
            return
        }
        let operations = JSONPatch(patch)
        self.operations = operations.operations
        let found = try? JSONParser(maximumBytes: YAMLReader.maximumJSONBytes).withDocument(operations.piece) {
            WorkloadReader.found(in: $0, base: base, isPatch: true, detail: .versions)
        }
        asked = found ?? []
    }

    /// Those of the object's containers that the patch touches.
    func touched(of whole: [Found]) -> [Found] {
        if let operations { return whole.filter { one in operations.contains { Self.touches($0, one) } } }
        // A change of the pod's own fields touches all its containers.
        let pods = asked.filter { $0.record.container.role == nil }.map { $0.path + "/" }
        var names: Set<String> = []
        for one in asked where one.record.container.role != nil {
            names.insert("\(Self.list(of: one.path))\n\(one.record.container.name ?? one.path)")
        }
        return whole.filter { one in
            names.contains("\(Self.list(of: one.path))\n\(one.record.container.name ?? one.path)")
                || pods.contains { one.path.hasPrefix($0) }
        }
    }

    private static func list(of path: String) -> Substring {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        return JSONPointer.isPosition(path[slash...].dropFirst()) ? path[..<slash] : path[...]
    }

    private static func touches(_ operation: JSONPatch.Operation, _ one: Found) -> Bool {
        let container = JSONPointer.parts(of: one.path)
        let path = operation.path
        let isShared = zip(path, container).allSatisfy { $0 == $1 }
        if path.count >= container.count {
            // The container itself or something in it; what is taken out of a list touches none that stays.
            if isShared { return !(operation.isRemoval && path.count == container.count) }
        } else if isShared {
            return !operation.isRemoval
        }
        guard let last = container.last, JSONPointer.isPosition(last) else { return false }
        let list = container.dropLast()
        if path.count == container.count, path.last == "-", path.dropLast().elementsEqual(list) {
            return operation.name == nil || operation.name == one.record.container.name
        }
        // A field of the pod that the container stands in.
        let pod = list.dropLast()
        return path.count > pod.count && path.starts(with: pod) && podFields.contains(path[pod.count])
    }

    private static let podFields: Set<String> = [
        "hostPID", "hostIPC", "hostNetwork", "hostUsers", "volumes", "serviceAccountName", "serviceAccount",
        "securityContext", "automountServiceAccountToken", "runtimeClassName", "nodeName", "nodeSelector",
    ]
}
