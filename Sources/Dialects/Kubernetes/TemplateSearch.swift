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

    let base: ContainerDeployment
    private(set) var found: [ContainerDeployment] = []

    init(base: ContainerDeployment) {
        self.base = base
    }

    /// Searches a whole object (or what a patch says of one).
    mutating func search(_ object: JSONValue, isPatch: Bool) {
        let metadata = object["metadata"]
        visit(object, key: nil, context: [], metadata: metadata, depth: 0, isPatch: isPatch)
    }

    private mutating func visit(
        _ value: JSONValue,
        key: JSONText?,
        context: [JSONValue],
        metadata: JSONValue?,
        depth: Int,
        isPatch: Bool
    ) {
        guard depth < Self.maximumDepth, found.count < Self.maximumContainers else { return }
        if value.isArray {
            for element in value.elements {
                visit(element, key: key, context: context, metadata: metadata, depth: depth + 1, isPatch: isPatch)
            }
            return
        }
        guard value.isObject else { return }
        let inner = context + [value]
        let ownMetadata = depth == 0 ? metadata : value["metadata"] ?? metadata
        let reader = PodTemplateReader(base: base, context: inner, metadata: ownMetadata)
        let before = found.count
        var holdsPodFields = false
        for (name, member) in value.members {
            if let role = Self.role(ofList: name), member.isArray {
                // What stands around a list of containers is their pod.
                for container in member.elements where Self.isContainer(container, isPatch: isPatch) {
                    guard found.count < Self.maximumContainers else { return }
                    found.append(reader.record(of: container, role: role))
                }
            } else if let text = member.string {
                if name == "image", !text.isEmpty, key.map({ !($0 == "rbd") }) ?? true {
                    let around = PodTemplateReader(base: base, context: context, metadata: ownMetadata)
                    found.append(around.record(of: value, role: .app))
                } else if Self.isEmbedded(name) {
                    embedded(text, depth: depth, isPatch: isPatch)
                }
            } else if Self.isPodField(name, member) {
                holdsPodFields = true
            } else if !Self.isOpaque(name) {
                visit(member, key: name, context: inner, metadata: ownMetadata, depth: depth + 1, isPatch: isPatch)
            }
        }
        // A patch may change the pod's own fields and name no container.
        if isPatch, holdsPodFields, found.count == before { found.append(reader.podRecord()) }
    }

    private mutating func embedded(_ text: String, depth: Int, isPatch: Bool) {
        guard let json = YAMLReader.json(fromEmbedded: text) else { return }
        var inner = TemplateSearch(base: base)
        _ = try? JSONParser(maximumBytes: 4 << 20).withDocument(json) { root in
            inner.visit(root, key: nil, context: [], metadata: root["metadata"], depth: depth + 8, isPatch: isPatch)
        }
        found += inner.found.prefix(Self.maximumContainers - found.count)
    }

    private static func isContainer(_ value: JSONValue, isPatch: Bool) -> Bool {
        guard value.isObject else { return false }
        return value["image"] != nil || value["name"] != nil || isPatch
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

    /// Strings in which whole manifests stand: Argo's resource templates and pod patches, Kubeflow pipelines.
    private static func isEmbedded(_ name: JSONText) -> Bool {
        switch name.count {
        case 7 where name == "content": true
        case 8 where name == "manifest": true
        case 9 where name == "trialSpec": true
        case 12 where name == "podSpecPatch": true
        case 17 where name == "workflow_manifest", 17 where name == "pipeline_manifest": true
        case 16 where name == "workflowManifest", 16 where name == "pipelineManifest": true
        default: false
        }
    }

    /// Pod fields that matter where a patch sets them alone.
    private static func isPodField(_ name: JSONText, _ value: JSONValue) -> Bool {
        switch name.count {
        case 7 where name == "hostPID" || name == "hostIPC": value.bool != nil
        case 11 where name == "hostNetwork": value.bool != nil
        case 18 where name == "serviceAccountName": true
        case 7 where name == "volumes": value.isArray
        default: false
        }
    }

    /// Members that hold no template but may look like one.
    private static func isOpaque(_ name: JSONText) -> Bool {
        switch name.count {
        case 4 where name == "data": true
        case 6 where name == "status" || name == "values" || name == "schema": true
        case 7 where name == "volumes": true
        case 8 where name == "metadata": true
        case 10 where name == "stringData" || name == "parameters": true
        case 15 where name == "openAPIV3Schema": true
        default: false
        }
    }
}
