internal import Deployments

/// What a deployment is given of the host and of rights, as names that can be held against another's.
struct Powers: Equatable {
    let names: Set<String>

    init(of deployment: ContainerDeployment) {
        var names: Set<String> = []
        let (host, security) = (deployment.host, deployment.security)
        if security.privileged == true { names.insert("privileged") }
        for capability in security.capabilitiesAdded { names.insert("capability \(capability.name)") }
        for mount in host.mounts { names.insert("mount \(mount.source.path) \(mount.isReadOnly ? "read" : "write")") }
        for device in host.devices { names.insert("device \(device)") }
        for namespace in host.namespaces { names.insert("namespace \(namespace.rawValue)") }
        self.names = names
    }

    func hold(_ other: Powers) -> Bool { other.names.isSubset(of: names) }
}
