internal import Deployments
internal import JSON

/// Makes pods of the containers that a search by shape finds in a custom resource.
///
/// The object that a container's list stands in is its pod. Where that is the `spec` of a template, it is a pod spec
/// and nothing around it counts; elsewhere (Argo's templates, Tekton's tasks) what the objects around say of a pod
/// holds too, the nearest first, as for ``PodContext``.
final class PodGathering {
    /// An object around a container, and where it stands.
    struct Surrounding {
        var object: JSONValue
        var path: String
        /// Whether it stands under the name `spec` in an object that is itself no root.
        var isTemplateSpec: Bool
    }

    private(set) var pods: [Pod] = []
    /// The first field of a wrong type; what was gathered does not count then.
    private(set) var failure: PodReadingError?
    private var positions: [String: Int] = [:]
    /// Patches that stand as text, by the pod that they change.
    private var patches: [Int: [(text: String, path: String)]] = [:]

    /// A container as the search finds it.
    struct Found {
        var value: JSONValue
        var role: Role
        var path: String
        /// The name that it goes by where it has none of its own.
        var nameOfMember: String
        /// What holds for it where it says nothing itself.
        var defaults: JSONValue?
    }

    /// Takes a container and the objects around it, outermost first, which are at least one.
    func add(_ found: Found, in surroundings: [Surrounding]) {
        guard failure == nil, let nearest = surroundings.last else { return }
        do throws(PodReadingError) {
            let position = try self.position(surroundings, at: nearest.path)
            var container = PodContainer(path: found.path)
            if let defaults = found.defaults { try PodContainerReader.read(defaults, into: &container) }
            try PodContainerReader.read(found.value, into: &container)
            if container.name.isEmpty { container.name = found.nameOfMember }
            switch found.role {
            case .`init`: pods[position].initContainers.append(container)
            case .ephemeral: pods[position].ephemeralContainers.append(container)
            case .app, .sidecar: pods[position].containers.append(container)
            }
        } catch {
            failure = error
        }
    }

    /// The pods, with what patches make of them.
    func finish() throws(PodReadingError) -> [Pod] {
        for (position, patches) in patches.sorted(by: { $0.key < $1.key }) {
            for patch in patches { try apply(patch.text, at: patch.path, to: position) }
        }
        patches = [:]
        if let failure { throw failure }
        return pods
    }

    /// Says that something may hold containers that are not looked at, so that the whole object cannot be judged.
    func refuse(_ problem: String, at path: String) {
        failure = failure ?? PodReadingError(path: path, problem: problem)
    }

    private func position(_ surroundings: [Surrounding], at path: String) throws(PodReadingError) -> Int {
        if let position = positions[path] { return position }
        return try begin(surroundings)
    }

    private func begin(_ surroundings: [Surrounding]) throws(PodReadingError) -> Int {
        var pod = Pod()
        guard let nearest = surroundings.last else { return 0 }
        PodReader.setPath(nearest.path, of: &pod)
        let position = pods.count
        let levels = nearest.isTemplateSpec ? surroundings.suffix(1) : surroundings[...]
        for level in levels {
            if level.object["securityContext"] != nil { pod.securityContext = PodSecurityContext() }
            var outer = pod
            outer.volumes = []
            do throws(PodReadingError) {
                try read(level.object, at: level.path, into: &outer, patching: position)
                outer.volumes += pod.volumes
                pod = outer
            } catch {
                // Further out a name may mean something else.
                if level.path == nearest.path { throw error }
            }
        }
        let metadata = surroundings.reversed().compactMap { level in
            level.object["metadata"].map { ($0, StrictJSON.join(level.path, "metadata")) }
        }
        if let (metadata, path) = metadata.first { try PodReader.read(metadata: metadata, at: path, into: &pod) }
        pods.append(pod)
        positions[nearest.path] = position
        return position
    }

    private func read(
        _ object: JSONValue,
        at path: String,
        into pod: inout Pod,
        patching position: Int
    ) throws(PodReadingError) {
        for (key, value) in try StrictJSON.members(object, path) {
            switch key.count {
            case 11 where key == "podTemplate", 15 where key == "taskRunTemplate":
                guard value.isObject else { continue }
                try read(value, at: StrictJSON.join(path, String(key)), into: &pod, patching: position)
            case 12 where key == "podSpecPatch":
                guard let text = value.string else { continue }
                patches[position, default: []].append((text, StrictJSON.join(path, "podSpecPatch")))
            default: try PodReader.readField(key, value, of: path, into: &pod)
            }
        }
    }

    /// Applies a patch of the pod's spec: its fields, and its containers to those of the same name.
    private func apply(_ text: String, at path: String, to position: Int) throws(PodReadingError) {
        guard position < pods.count, text.utf8.contains(where: { $0 > 32 }) else { return }
        var pod = pods[position]
        // A template's placeholders make no document until they are filled in; until then nobody knows the pod.
        let json = YAMLReader.json(fromEmbedded: text) ?? ""
        let outcome = try? JSONParser(maximumBytes: YAMLReader.maximumJSONBytes).withDocument(json) { root in
            Result { () throws(PodReadingError) in try Self.patch(&pod, root, path) }
        }
        guard let outcome else {
            throw PodReadingError(path: path, problem: "the patch is no YAML or JSON that can be read")
        }
        try outcome.get()
        pods[position] = pod
    }

    private static func patch(_ pod: inout Pod, _ patch: JSONValue, _ path: String) throws(PodReadingError) {
        for (key, value) in try StrictJSON.members(patch, path) {
            if try PodReader.readField(key, value, of: path, into: &pod) { continue }
            switch key.count {
            case 10 where key == "containers": try self.patch(&pod.containers, value, "\(path).containers")
            case 14 where key == "initContainers": try self.patch(&pod.initContainers, value, "\(path).initContainers")
            default: break
            }
        }
    }

    private static func patch(
        _ containers: inout [PodContainer],
        _ list: JSONValue,
        _ path: String
    ) throws(PodReadingError) {
        for (index, element) in try StrictJSON.elements(list, path).enumerated() {
            let name = element["name"]?.string ?? ""
            // Argo calls the one that has no name `main`.
            let target = containers.firstIndex { $0.name == name || (name == "main" && argoMain.contains($0.name)) }
            guard let target else {
                var container = PodContainer(path: "\(path)[\(index)]")
                try PodContainerReader.read(element, into: &container)
                containers.append(container)
                continue
            }
            try PodContainerReader.read(element, into: &containers[target])
        }
    }

    private static let argoMain: Set<String> = ["container", "script"]
}
