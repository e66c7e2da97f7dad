internal import Deployments
internal import JSON

extension TemplateSearch {
    /// What is told of each container.
    enum Detail {
        /// Its record alone.
        case records
        /// Where it stands, too.
        case places
        /// And what tells its versions apart.
        case versions
    }

    /// A container, and where in the object it stands.
    struct Found {
        var record: ContainerDeployment
        /// What tells this version of the container from another; 0 unless versions are asked for.
        var contentHash: UInt64 = 0
        /// JSON pointer to the container, or to the object whose pod fields are told; empty unless asked for.
        var path = ""

        /// What it is known by in its object: the list that it stands in, and its name.
        var nameInObject: String {
            let list = path.split(separator: "/").dropLast().joined(separator: "/")
            return "\(list)\n\(record.container.name ?? path)"
        }
    }

    /// A hash of the container and its pod's rights, without the token that the API server mounts into every pod.
    static func contentHash(of container: JSONValue, _ pod: PodContext) -> UInt64 {
        var sum: UInt64 = 0
        for (key, value) in container.members {
            var hash = TextHash()
            hash.combine(key)
            if key == "volumeMounts" {
                for mount in value.elements where !(mount["name"]?.text?.hasPrefix("kube-api-access-") ?? false) {
                    hash.combine(mount.contentHash)
                }
            } else {
                hash.combine(value.contentHash)
            }
            sum &+= hash.value
        }
        var hash = TextHash()
        hash.combine(pod.contentHash)
        hash.combine(sum)
        return hash.value
    }
}
