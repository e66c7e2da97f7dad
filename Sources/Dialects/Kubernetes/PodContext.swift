internal import Deployments
internal import JSON

/// What the objects around a container say of its pod: a pod spec, or whatever stands around it in a custom resource;
/// the nearest counts.
///
/// Each object is read at most once, however many containers stand in it, and only when there is one.
/// Fields: Kubernetes API reference, PodSpec v1 core. Keys are case-sensitive and the last of two counts, as the API
/// server reads them.
final class PodContext {
    private let parent: PodContext?
    private let object: JSONValue
    private let base: ContainerDeployment
    /// The nearest metadata: labels, and annotations that older clusters keep profiles in.
    let metadata: JSONValue?

    init(_ object: JSONValue, in parent: PodContext?, base: ContainerDeployment) {
        self.object = object
        self.parent = parent
        self.base = base
        metadata = object["metadata"] ?? parent?.metadata
    }

    /// What all containers share.
    private(set) lazy var record: ContainerDeployment = {
        var record = parent?.record ?? base
        for (key, value) in object.members { Self.apply(key, value, to: &record) }
        record.container.labels = (metadata?["labels"]?.pairs ?? []).map { "\($0)=\($1)" }
        return record
    }()

    private lazy var volumes = PodVolumes(object["volumes"])

    /// The volume of that name.
    func volume(_ name: JSONText) -> PodVolumes.Volume? {
        volumes.byName.isEmpty ? parent?.volume(name) : volumes.byName[String(name)] ?? parent?.volume(name)
    }

    /// Profiles that annotations name, as they were written before they became fields.
    func readAnnotations(into record: inout ContainerDeployment) {
        guard let annotations = metadata?["annotations"] else { return }
        for (key, value) in annotations.members where key.count > 20 {
            if key.hasPrefix("container.apparmor.security.beta.kubernetes.io/") {
                guard Self.isSuffix(of: key, record.container.name) else { continue }
                record.security.appArmor = record.security.appArmor ?? value.string
            } else if key == "seccomp.security.alpha.kubernetes.io/pod" {
                record.security.seccomp = record.security.seccomp ?? value.string
            } else if key.hasPrefix("container.seccomp.security.alpha.kubernetes.io/") {
                guard Self.isSuffix(of: key, record.container.name) else { continue }
                record.security.seccomp = record.security.seccomp ?? value.string
            }
        }
    }

    /// A hash of all that is read here and may change the container's rights.
    private(set) lazy var contentHash: UInt64 = {
        var hash = TextHash()
        hash.combine(parent?.contentHash ?? 0)
        // Which account a pod runs as is filled in when it is made, and does not change.
        let isPod = base.placement.resourceType == "pod"
        for (key, value) in object.members where Self.isRight(key) && !(isPod && key == "serviceAccountName") {
            hash.combine(key)
            hash.combine(value.contentHash)
        }
        hash.combine(volumes.hostPathHash)
        return hash.value
    }()

    private static func isSuffix(of key: JSONText, _ name: String?) -> Bool {
        String(key).split(separator: "/", maxSplits: 1).last.map(String.init) == name
    }

    private static func isRight(_ key: JSONText) -> Bool {
        switch key.count {
        case 7: key == "hostPID" || key == "hostIPC"
        case 9: key == "hostUsers"
        case 11: key == "hostNetwork" || key == "podTemplate"
        case 12: key == "nodeSelector" || key == "podSpecPatch"
        case 15: key == "securityContext" || key == "taskRunTemplate"
        case 16: key == "runtimeClassName"
        case 18: key == "serviceAccountName"
        case 28: key == "automountServiceAccountToken"
        default: false
        }
    }
}

extension PodContext {
    private static func apply(_ key: JSONText, _ value: JSONValue, to record: inout ContainerDeployment) {
        switch key.count {
        case 7 where key == "hostPID": join(.pid, value, &record)
        case 7 where key == "hostIPC": join(.ipc, value, &record)
        case 8 where key == "nodeName": record.placement.nodeName = value.string
        case 8 where key == "affinity": record.placement.nodeSelector += NodeAffinity.labels(in: value)
        case 9 where key == "hostUsers": join(.user, value, &record)
        case 11 where key == "hostNetwork":
            join(.network, value, &record)
            record.host.networkMode = value.bool == true ? "host" : nil
        case 11 where key == "tolerations": record.placement.tolerations = value.elements.map(toleration)
        // Tekton says of its pods in a template that stands beside the steps.
        case 11 where key == "podTemplate", 15 where key == "taskRunTemplate":
            for (key, value) in value.members { apply(key, value, to: &record) }
        // Argo's patch of the pod, as text.
        case 12 where key == "podSpecPatch":
            guard let json = value.string.flatMap(YAMLReader.json(fromEmbedded:)) else { return }
            _ = try? JSONParser(maximumBytes: YAMLReader.maximumJSONBytes).withDocument(json) { patch in
                for (key, value) in patch.members where !(key == "podSpecPatch") { apply(key, value, to: &record) }
            }
        case 12 where key == "nodeSelector":
            record.placement.nodeSelector = value.pairs.map { "\($0)=\($1)" } + record.placement.nodeSelector
        case 13 where key == "restartPolicy": record.placement.restartPolicy = value.string
        case 14 where key == "serviceAccount":
            record.security.serviceAccount = record.security.serviceAccount ?? value.string
        case 15 where key == "securityContext": SecurityContextReader.apply(pod: value, to: &record)
        case 16 where key == "runtimeClassName": record.container.runtime = value.string
        case 18 where key == "serviceAccountName": record.security.serviceAccount = value.string
        case 28 where key == "automountServiceAccountToken": record.security.automountToken = value.bool
        default: break
        }
    }

    private static func join(_ namespace: HostNamespace, _ value: JSONValue, _ record: inout ContainerDeployment) {
        switch value.bool {
        case true: record.host.namespaces.insert(namespace)
        case false: record.host.namespaces.remove(namespace)
        case nil: if value.text != nil { record.defects.insert(.wrongType) }
        }
    }

    private static func toleration(_ value: JSONValue) -> String {
        let key = value["key"]?.string ?? ""
        let effect = value["effect"]?.string ?? ""
        if value["operator"]?.string == "Exists" {
            return key.isEmpty && effect.isEmpty ? "*" : "\(key.isEmpty ? "*" : key):\(effect)"
        }
        return "\(key)=\(value["value"]?.string ?? ""):\(effect)"
    }
}

/// The nodes that a pod must run on, as far as its affinity names them.
enum NodeAffinity {
    /// Labels that a required term asks for, as `key=value`, and `key=` for one that need only exist.
    static func labels(in affinity: JSONValue) -> [String] {
        let required = affinity["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]
        guard let terms = required?["nodeSelectorTerms"] else { return [] }
        return terms.elements.flatMap { term in
            [term["matchExpressions"], term["matchFields"]].flatMap { list in
                list.map { $0.elements.flatMap(labels(ofExpression:)) } ?? []
            }
        }
    }

    private static func labels(ofExpression expression: JSONValue) -> [String] {
        guard let key = expression["key"]?.string, let relation = expression["operator"]?.text else { return [] }
        if relation == "Exists" { return ["\(key)="] }
        guard relation == "In" else { return [] }
        return (expression["values"]?.strings ?? []).map { "\(key)=\($0)" }
    }
}
