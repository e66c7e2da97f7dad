internal import JSON

/// Reads a pod's typed form, strictly: a field of a wrong type is an error with its place.
struct PodReader {
    typealias Failure = PodReadingError

    /// Reads a pod, or a template of one: an object with `metadata` and `spec`.
    ///
    /// - Parameters:
    ///   - template: nil or null where it is left out, which is an empty pod.
    ///   - path: where it stands: empty for a pod, `spec.template` in a deployment.
    static func pod(_ template: JSONValue?, at path: String) throws(Failure) -> Pod {
        var pod = Pod()
        setPath(StrictJSON.join(path, "spec"), of: &pod)
        pod.annotationsPath = StrictJSON.join(path, "metadata.annotations")
        guard let template else { return pod }
        for (key, value) in try StrictJSON.members(template, path) {
            switch key.count {
            case 4 where key == "spec": try read(spec: value, at: pod.path, into: &pod)
            case 8 where key == "metadata":
                try read(metadata: value, at: StrictJSON.join(path, "metadata"), into: &pod)
            default: break
            }
        }
        return pod
    }

    /// Says where the spec of `pod` stands, before any of it is read.
    static func setPath(_ path: String, of pod: inout Pod) {
        pod.path = path
        pod.securityContext.shared.path = StrictJSON.join(path, "securityContext")
    }

    static func read(metadata: JSONValue, at path: String, into pod: inout Pod) throws(Failure) {
        for (key, value) in try StrictJSON.members(metadata, path) where key == "annotations" {
            pod.annotationsPath = "\(path).annotations"
            for (name, text) in try StrictJSON.members(value, pod.annotationsPath) {
                let place = "\(pod.annotationsPath)[\(String(name))]"
                pod.annotations[String(name)] = try StrictJSON.string(text, place) ?? ""
            }
        }
    }

    private static func read(spec: JSONValue, at path: String, into pod: inout Pod) throws(Failure) {
        for (key, value) in try StrictJSON.members(spec, path) {
            switch key.count {
            case 10 where key == "containers":
                pod.containers = try containers(value, StrictJSON.join(path, "containers"))
            case 14 where key == "initContainers":
                pod.initContainers = try containers(value, StrictJSON.join(path, "initContainers"))
            case 19 where key == "ephemeralContainers":
                pod.ephemeralContainers = try containers(value, StrictJSON.join(path, "ephemeralContainers"))
            default: try readField(key, value, of: path, into: &pod)
            }
        }
    }

    /// Reads a member of a pod spec that is no list of containers.
    ///
    /// - Returns: whether it is one that is read.
    @discardableResult
    static func readField(
        _ key: JSONText,
        _ value: JSONValue,
        of path: String,
        into pod: inout Pod
    ) throws(Failure) -> Bool {
        switch key.count {
        case 2 where key == "os":
            for (name, text) in try StrictJSON.members(value, StrictJSON.join(path, "os")) where name == "name" {
                pod.operatingSystem = try StrictJSON.string(text, StrictJSON.join(path, "os.name"))
            }
        case 7 where key == "hostPID": pod.hostPID = try flag(value, path, "hostPID")
        case 7 where key == "hostIPC": pod.hostIPC = try flag(value, path, "hostIPC")
        case 7 where key == "volumes": pod.volumes = try volumes(value, StrictJSON.join(path, "volumes"))
        case 9 where key == "hostUsers": pod.hostUsers = try flag(value, path, "hostUsers")
        case 11 where key == "hostNetwork": pod.hostNetwork = try flag(value, path, "hostNetwork")
        case 15 where key == "securityContext":
            let place = StrictJSON.join(path, "securityContext")
            try TypedSecurityContextReader.read(pod: value, place, into: &pod.securityContext)
        case 16 where key == "runtimeClassName":
            pod.runtimeClassName = try StrictJSON.string(value, StrictJSON.join(path, "runtimeClassName"))
        default: return false
        }
        return true
    }

    private static func flag(_ value: JSONValue, _ path: String, _ name: String) throws(Failure) -> Placed<Bool>? {
        let place = StrictJSON.join(path, name)
        return try StrictJSON.bool(value, place).map { Placed($0, at: place) }
    }

    private static func containers(_ list: JSONValue, _ path: String) throws(Failure) -> [PodContainer] {
        var containers: [PodContainer] = []
        for (index, element) in try StrictJSON.elements(list, path).enumerated() {
            var container = PodContainer(path: "\(path)[\(index)]")
            try PodContainerReader.read(element, into: &container)
            containers.append(container)
        }
        return containers
    }

    private static func volumes(_ list: JSONValue, _ path: String) throws(Failure) -> [PodVolume] {
        var volumes: [PodVolume] = []
        for (index, element) in try StrictJSON.elements(list, path).enumerated() {
            var volume = PodVolume(name: "", path: "\(path)[\(index)]", sources: [])
            for (key, value) in try StrictJSON.members(element, volume.path) {
                let name = String(key)
                if key == "name" {
                    volume.name = try StrictJSON.string(value, "\(volume.path).name") ?? ""
                } else if PodVolume.knownSources.contains(name) {
                    _ = try StrictJSON.members(value, "\(volume.path).\(name)")
                    if !value.isNull { volume.sources.append(name) }
                } else if value.isObject {
                    // The source of a later Kubernetes: what it does is not known here.
                    volume.sources.append(name)
                }
            }
            // Checks would see the one or the other.
            guard volume.sources.count < 2 else {
                let sources = volume.sources.joined(separator: ", ")
                throw Failure(path: volume.path, problem: "a volume is one thing, not several (\(sources))")
            }
            // As the API server fills it in.
            if volume.sources.isEmpty { volume.sources = ["emptyDir"] }
            volumes.append(volume)
        }
        return volumes
    }
}

extension PodVolume {
    /// The members of a volume that say what it is (Kubernetes API, Volume v1 core).
    static let knownSources: Set<String> = [
        "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "configMap", "csi", "downwardAPI",
        "emptyDir", "ephemeral", "fc", "flexVolume", "flocker", "gcePersistentDisk", "gitRepo", "glusterfs",
        "hostPath", "image", "iscsi", "nfs", "persistentVolumeClaim", "photonPersistentDisk", "portworxVolume",
        "projected", "quobyte", "rbd", "scaleIO", "secret", "storageos", "vsphereVolume",
    ]
}
