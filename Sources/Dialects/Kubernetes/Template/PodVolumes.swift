internal import Deployments
internal import JSON

/// The volumes that a pod declares; a container has only those that it mounts.
struct PodVolumes {
    /// What a container gets by mounting a volume.
    struct Volume {
        /// The host's file system, from this path on.
        var hostPath: HostPath?
        /// Whether the host path is a device node.
        var isDevice = false
        /// Name of the claim whose storage it is.
        var claim: String?
        /// Whether it holds a token of the pod's account.
        var holdsToken = false
    }

    private static let few = 16

    private var all: [(name: JSONText, volume: Volume)] = []
    /// Where each stands, when there are many.
    private var positions: [String: Int] = [:]
    /// A hash of the host paths alone: other volumes come and go without anybody asking.
    private(set) var hostPathHash: UInt64 = 0

    init(_ list: JSONValue?) {
        guard let list else { return }
        for volume in list.elements {
            guard let name = volume["name"]?.text else { continue }
            all.append((name, Self.read(volume)))
            if let hostPath = volume["hostPath"] { hostPathHash &+= hostPath.contentHash }
        }
        guard all.count > Self.few else { return }
        for (position, one) in all.enumerated() { positions[String(one.name)] = position }
    }

    /// The volume of that name; the last of two counts.
    func volume(_ name: JSONText) -> Volume? {
        guard all.count <= Self.few else { return positions[String(name)].map { all[$0].volume } }
        for one in all.reversed() where one.name == name { return one.volume }
        return nil
    }

    private static func read(_ volume: JSONValue) -> Volume {
        var read = Volume()
        for (key, value) in volume.members {
            switch key.count {
            case 8 where key == "hostPath":
                read.hostPath = value["path"]?.string.map(HostPath.init)
                read.isDevice = value["type"]?.text.map { $0 == "CharDevice" || $0 == "BlockDevice" } ?? false
            case 9 where key == "projected":
                read.holdsToken =
                    value["sources"]?.elements.contains { $0["serviceAccountToken"]?.isObject ?? false } ?? false
            case 21 where key == "persistentVolumeClaim": read.claim = value["claimName"]?.string
            default: break
            }
        }
        return read
    }
}

extension PodVolumes.Volume {
    /// Gives the container of `record` the volume, as `mount` asks for it.
    func apply(_ mount: JSONValue, to record: inout ContainerDeployment) {
        // Most volumes are the cluster's own, and give the container nothing that is told.
        guard hostPath != nil || claim != nil || holdsToken else { return }
        let target = mount["mountPath"]?.string ?? mount["devicePath"]?.string ?? ""
        let isReadOnly = mount["readOnly"]?.bool ?? false
        if let hostPath {
            let below = mount["subPath"]?.string ?? mount["subPathExpr"]?.string ?? ""
            let source = below.isEmpty ? hostPath : hostPath.appending(below)
            record.host.mounts.append(.init(source: source, target: target, isReadOnly: isReadOnly))
            if isDevice { record.host.devices.append(source.path) }
        }
        if let claim { record.volumes.append(.init(name: claim, target: target, isReadOnly: isReadOnly)) }
        // A token that is mounted by hand is there whatever the pod says of the automatic one.
        if holdsToken { record.security.automountToken = true }
    }
}
