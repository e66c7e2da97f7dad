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
    private let base: SharedRecord
    /// The nearest metadata: labels, and annotations that older clusters keep profiles in.
    let metadata: JSONValue?

    /// - Parameter base: what is known of every container from elsewhere.
    init(_ object: JSONValue, in parent: PodContext?, base: SharedRecord) {
        self.object = object
        self.parent = parent
        self.base = base
        metadata = object["metadata"] ?? parent?.metadata
    }

    /// What all containers share.
    var record: ContainerDeployment {
        var record = shared.record
        record.container.labels = labels
        return record
    }

    private lazy var labels = metadata?["labels"]?.assignments ?? []

    /// The record without labels: the one around, unless this object says something of its own.
    private lazy var shared: SharedRecord = {
        let around = parent?.shared ?? base
        var own: SharedRecord?
        for (key, value) in object.members {
            guard let field = PodField(key) else { continue }
            let record = own ?? SharedRecord(around.record)
            own = record
            Self.apply(field, value, to: &record.record)
        }
        return own ?? around
    }()

    private lazy var volumes = PodVolumes(object["volumes"])

    /// The volume of that name.
    func volume(_ name: JSONText) -> PodVolumes.Volume? {
        volumes.volume(name) ?? parent?.volume(name)
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
        let isPod = base.record.placement.resourceType == "pod"
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
    private static func apply(_ field: PodField, _ value: JSONValue, to record: inout ContainerDeployment) {
        switch field {
        case .hostPID: join(.pid, value, &record)
        case .hostIPC: join(.ipc, value, &record)
        case .nodeName: record.placement.nodeName = value.string
        case .affinity: record.placement.nodeSelector += NodeAffinity.labels(in: value)
        case .hostUsers: join(.user, value, &record)
        case .hostNetwork:
            join(.network, value, &record)
            record.host.networkMode = value.bool == true ? "host" : nil
        case .tolerations: record.placement.tolerations = value.elements.map(toleration)
        case .template:
            for (key, value) in value.members {
                if let field = PodField(key) { apply(field, value, to: &record) }
            }
        case .podSpecPatch:
            guard let json = value.string.flatMap(YAMLReader.json(fromEmbedded:)) else { return }
            _ = try? JSONParser(maximumBytes: YAMLReader.maximumJSONBytes).withDocument(json) { patch in
                for (key, value) in patch.members {
                    if let field = PodField(key), field != .podSpecPatch { apply(field, value, to: &record) }
                }
            }
        case .nodeSelector:
            record.placement.nodeSelector = value.assignments + record.placement.nodeSelector
        case .restartPolicy: record.placement.restartPolicy = value.string
        case .serviceAccount:
            record.security.serviceAccount = record.security.serviceAccount ?? value.string
        case .securityContext: SecurityContextReader.apply(pod: value, to: &record)
        case .runtimeClassName: record.container.runtime = value.string
        case .serviceAccountName: record.security.serviceAccount = value.string
        case .automountToken: record.security.automountToken = value.bool
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
