extension Pod {
    /// The pod as the API server's validating admission sees it, given what was asked for.
    ///
    /// Only pods get these, not templates. A pod in the host's network takes each container port on the host too; a
    /// deprecated annotation that takes AppArmor away becomes the field of the container that it names, unless that
    /// says something itself. Sources: kubernetes/kubernetes, pkg/apis/core/v1/defaults.go (`SetDefaults_Pod`) and
    /// pkg/registry/core/pod/strategy.go (`applyAppArmorVersionSkew`).
    mutating func fillInAsServer() {
        fillIn(&initContainers, withPorts: hostNetwork?.value == true)
        fillIn(&containers, withPorts: hostNetwork?.value == true)
        fillIn(&ephemeralContainers, withPorts: false)
    }

    private func fillIn(_ containers: inout [PodContainer], withPorts: Bool) {
        for index in containers.indices {
            if withPorts {
                for port in containers[index].ports.indices where containers[index].ports[port].hostPort == 0 {
                    containers[index].ports[port].hostPort = containers[index].ports[port].containerPort
                }
            }
            // Other values of the annotation make fields that no check minds.
            guard operatingSystem != "windows", containers[index].securityContext.shared.appArmorType == nil,
                annotations[Self.appArmorPrefix + containers[index].name] == "unconfined",
                securityContext.shared.appArmorType != "Unconfined"
            else { continue }
            containers[index].securityContext.shared.appArmorType = "Unconfined"
        }
    }

    /// What stands before a container's name in the deprecated annotation.
    package static let appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/"
}
