internal import Deployments
internal import JSON

/// Finds the containers of an object: in a pod template where Kubernetes puts it, and anywhere by shape in custom
/// resources (Kubeflow, Argo, Tekton, Ray, Knative, Spark and those to come).
///
/// By shape, a container is an element of a list that containers stand in, or an object with an `image` string; what
/// the objects around it say of volumes, host namespaces and accounts applies to it.
struct TemplateSearch {
    /// Deeper than any template stands; custom resources nest workflows in workflows.
    static let maximumDepth = 32
    /// More containers than any object holds.
    static let maximumContainers = 1_000
    /// More manifests than stand as text in any object.
    static let maximumEmbedded = 100

    private let base: SharedRecord
    /// Whether the object is only what a patch says of one, so that a container may stand there without its image.
    private let isPatch: Bool
    private let detail: Detail
    private(set) var found: [Found] = []
    /// Whether a bound was met, so that there may be containers that were not found.
    private(set) var isCut = false
    /// The names and positions that lead to where the search is.
    private(set) var trail: [Step] = []
    /// The objects around where the search is, outermost first.
    private(set) var around: [Level] = []
    /// Where an object stands that the one being searched stands in as text.
    private var outerPath = ""
    /// The same as people write it, for typed pods.
    private(set) var outerPlace = ""
    private var embeddedCount = 0
    /// What patches that stand as text say of a pod and of no container.
    private var podPatches: [Found] = []
    /// Where typed pods are made of what is found, when somebody wants them.
    let gathering: PodGathering?

    init(
        base: ContainerDeployment,
        isPatch: Bool = false,
        detail: Detail = .records,
        gathering: PodGathering? = nil
    ) {
        self.init(SharedRecord(base), isPatch: isPatch, detail: detail, gathering: gathering)
    }

    private init(_ base: SharedRecord, isPatch: Bool, detail: Detail, gathering: PodGathering?) {
        self.base = base
        self.isPatch = isPatch
        self.detail = detail
        self.gathering = gathering
    }

    /// Searches a whole object (or what a patch says of one).
    mutating func search(_ object: JSONValue) {
        visit(object, key: nil, depth: 0)
        // Otherwise it is told with the containers that it applies to.
        if found.isEmpty { found = podPatches }
    }

    private mutating func visit(_ value: JSONValue, key: JSONText?, depth: Int) {
        guard depth < Self.maximumDepth, found.count < Self.maximumContainers else {
            isCut = isCut || value.isObject || value.isArray
            refuse("it nests too deep, or holds too many containers, to be looked through")
            return
        }
        if value.isArray {
            for (index, element) in value.elements.enumerated() where element.isObject || element.isArray {
                trail.append(.position(index))
                visit(element, key: key, depth: depth + 1)
                trail.removeLast()
            }
            return
        }
        guard value.isObject else { return }
        around.append(Level(object: value, depth: trail.count))
        defer { around.removeLast() }
        let before = found.count
        var holdsPodFields = false
        for (name, member) in value.members where !Self.isOpaque(name) {
            if member.isArray, let role = Self.role(ofList: name) {
                trail.append(.name(name))
                readList(member, role, named: name, of: value, depth: depth)
                trail.removeLast()
            } else if let text = member.text {
                if name == "image", !text.isEmpty, key.map({ !($0 == "rbd") }) ?? true {
                    append(value, .app, ContainerReader(pod: pod, defaults: nil), isLevel: true)
                } else if let isPodPatch = Self.isPatch(embedded: name) {
                    embedded(String(text), named: name, isPatch: isPatch || isPodPatch, depth: depth)
                }
                if Self.isPodField(name, member) { holdsPodFields = true }
            } else if Self.isPodField(name, member) {
                holdsPodFields = true
            } else if member.isObject || member.isArray {
                trail.append(.name(name))
                visit(member, key: name, depth: depth + 1)
                trail.removeLast()
            }
        }
        // A patch may change the pod's own fields and name no container.
        if isPatch, holdsPodFields, found.count == before {
            found.append(Found(record: pod.record, path: path))
        }
    }

    /// Reads a list of containers; what stands around it is their pod.
    private mutating func readList(
        _ list: JSONValue,
        _ role: Role,
        named name: JSONText,
        of object: JSONValue,
        depth: Int
    ) {
        let isSteps = name == "steps"
        let reader = ContainerReader(pod: pod, defaults: isSteps ? object["stepTemplate"] : nil)
        let mustShowImage = isSteps && reader.defaults?["image"] == nil
        for (index, element) in list.elements.enumerated() {
            guard found.count < Self.maximumContainers else {
                isCut = true
                refuse("there are more than \(Self.maximumContainers) containers")
                return
            }
            trail.append(.position(index))
            if isContainer(element, mustShowImage: mustShowImage) {
                append(element, role, reader, isLevel: false)
            } else {
                visit(element, key: name, depth: depth + 1)
            }
            trail.removeLast()
        }
    }

    /// - Parameter isLevel: whether the container is the innermost object around, and not only in a list of it.
    private mutating func append(
        _ container: JSONValue,
        _ role: Role,
        _ reader: ContainerReader,
        isLevel: Bool
    ) {
        if let gathering { gather(container, role, reader.defaults, isLevel: isLevel, into: gathering) }
        var one = Found(record: reader.record(of: container, role: role))
        if detail != .records { one.path = path }
        if detail == .versions { one.contentHash = Self.contentHash(of: container, reader.pod) }
        found.append(one)
    }

    private mutating func embedded(_ text: String, named name: JSONText, isPatch: Bool, depth: Int) {
        guard isPatch || text.contains("image") else { return }
        guard embeddedCount < Self.maximumEmbedded else {
            isCut = true
            refuse("there are more than \(Self.maximumEmbedded) manifests as text")
            return
        }
        embeddedCount += 1
        guard let json = YAMLReader.json(fromEmbedded: text) else {
            if name == "manifest" { refuse("the manifest that stands in it as text cannot be read") }
            return
        }
        // Typed pods take patches from the objects around them.
        let gathering = isPatch ? nil : gathering
        var inner = TemplateSearch(base, isPatch: isPatch, detail: detail, gathering: gathering)
        if gathering != nil { inner.outerPlace = StrictJSON.join(place(trail[...]), String(name)) + " > " }
        _ = try? JSONParser(maximumBytes: YAMLReader.maximumJSONBytes).withDocument(json) { root in
            inner.outerPath = path
            inner.visit(root, key: nil, depth: depth + 8)
        }
        let isOfPod = { (one: Found) in isPatch && one.record.container.role == nil }
        isCut = isCut || inner.isCut
        podPatches += inner.found.filter(isOfPod)
        found += inner.found.filter { !isOfPod($0) }.prefix(Self.maximumContainers - found.count)
    }

    /// An object that the search is in, and what it says of a pod once a container is found in it.
    struct Level {
        let object: JSONValue
        /// How many steps lead to it.
        let depth: Int
        var pod: PodContext?
    }

    /// What the objects around say of a pod.
    private var pod: PodContext {
        mutating get { pod(at: around.count - 1) }
    }

    private mutating func pod(at level: Int) -> PodContext {
        if let pod = around[level].pod { return pod }
        let outer = level > 0 ? pod(at: level - 1) : nil
        let pod = PodContext(around[level].object, in: outer, base: base)
        around[level].pod = pod
        return pod
    }

    enum Step {
        case name(JSONText)
        case position(Int)
    }

    /// JSON pointer to where the search is; empty unless asked for.
    private var path: String {
        guard detail != .records else { return "" }
        var path = outerPath
        path.reserveCapacity(outerPath.utf8.count + 64)
        for step in trail {
            path += "/"
            switch step {
            case .name(let name): path += JSONPointer.escape(String(name))
            case .position(let index): path += String(index)
            }
        }
        return path
    }
}

extension TemplateSearch {
    /// - Parameter mustShowImage: other tools have steps too, which are no containers.
    private func isContainer(_ value: JSONValue, mustShowImage: Bool) -> Bool {
        guard value.isObject else { return false }
        if value["image"] != nil || (mustShowImage && value["script"] != nil) { return true }
        if isPatch {
            let isNamed = value["name"] != nil
            if let directive = value["$patch"]?.text { return isNamed && !(directive == "delete") }
            return true
        }
        return value["name"] != nil && !mustShowImage
    }

    private static func role(ofList name: JSONText) -> Role? {
        switch name.count {
        case 5 where name == "steps": .app
        case 8 where name == "sidecars": .sidecar
        case 10 where name == "containers": .app
        case 14 where name == "initContainers": .`init`
        case 19 where name == "ephemeralContainers": .ephemeral
        default: nil
        }
    }

    /// Strings in which whole manifests stand, or patches of a pod: Argo's resource templates and pod patches, Kubeflow
    /// pipelines; nil for other members.
    private static func isPatch(embedded name: JSONText) -> Bool? {
        switch name.count {
        case 7 where name == "content": false
        case 8 where name == "manifest": false
        case 9 where name == "trialSpec": false
        case 12 where name == "podSpecPatch": true
        case 17 where name == "workflow_manifest", 17 where name == "pipeline_manifest": false
        case 16 where name == "workflowManifest", 16 where name == "pipelineManifest": false
        default: nil
        }
    }

    /// Pod fields that matter where a patch sets them alone.
    private static func isPodField(_ name: JSONText, _ value: JSONValue) -> Bool {
        switch name.count {
        case 7 where name == "hostPID" || name == "hostIPC": value.bool != nil
        case 7 where name == "volumes": value.isArray
        case 8 where name == "nodeName": value.text != nil
        case 9 where name == "hostUsers": value.bool != nil
        case 11 where name == "hostNetwork": value.bool != nil
        case 15 where name == "securityContext": value.isObject
        case 18 where name == "serviceAccountName": true
        case 28 where name == "automountServiceAccountToken": value.bool != nil
        default: false
        }
    }

    /// Members that hold no template but may look like one, and the directives of a strategic patch.
    private static func isOpaque(_ name: JSONText) -> Bool {
        switch name.count {
        case 0: false
        case 4 where name == "data": true
        case 6 where name == "status" || name == "values" || name == "schema": true
        case 8 where name == "metadata": true
        case 10 where name == "stringData" || name == "parameters": true
        case 15 where name == "openAPIV3Schema": true
        default: name[0] == UInt8(ascii: "$")
        }
    }
}
