/// A pod as the API server's own checks see it, or the template of one: the typed fields that decide on its rights.
///
/// Unlike ``Deployments/ContainerDeployment``, which speaks of one container for any system, this is Kubernetes' own
/// form: nothing inherited, nothing translated, every list in its order. Fields that decide nothing are left out.
/// Reference: Kubernetes API, PodSpec v1 core.
package struct Pod: Sendable, Equatable {
    /// Annotations, in which older clusters keep profiles.
    package var annotations: [String: String] = [:]
    /// Where the annotations stand in the object: `metadata.annotations`.
    package var annotationsPath = "metadata.annotations"
    /// Where the spec stands in the object: `spec`, `spec.template.spec`.
    package var path = "spec"

    /// Fields that join the pod to namespaces of its host, where they are set.
    package var hostNetwork: Placed<Bool>?
    package var hostPID: Placed<Bool>?
    package var hostIPC: Placed<Bool>?
    /// False for a pod in a user namespace of its own.
    package var hostUsers: Placed<Bool>?
    /// `os.name`: `linux` or `windows`.
    package var operatingSystem: String?
    /// The handler that runs the pod, where it names one.
    package var runtimeClassName: String?

    /// What holds for every container that says nothing itself; empty where there is none.
    package var securityContext = PodSecurityContext()
    package var volumes: [PodVolume] = []
    package var initContainers: [PodContainer] = []
    package var containers: [PodContainer] = []
    package var ephemeralContainers: [PodContainer] = []

    package init() {}

    /// All containers in the order in which the API server's checks visit them.
    package var allContainers: [PodContainer] { initContainers + containers + ephemeralContainers }
}

/// A value and where it stands in its object, as people write paths: `spec.containers[1].ports[0].hostPort`.
package struct Placed<Value: Sendable & Equatable>: Sendable, Equatable {
    package var value: Value
    package var path: String

    package init(_ value: Value, at path: String) {
        self.value = value
        self.path = path
    }
}

/// A volume that a pod declares.
package struct PodVolume: Sendable, Equatable {
    package var name: String
    /// Where it stands: `spec.volumes[0]`.
    package var path: String
    /// The members that say what it is, such as `hostPath`; one, as read from an object.
    package var sources: [String]

    package init(name: String, path: String, sources: [String]) {
        self.name = name
        self.path = path
        self.sources = sources
    }
}

/// A container of a pod: what the API server's checks ask of it.
package struct PodContainer: Sendable, Equatable {
    package var name = ""
    package var image = ""
    /// Where it stands: `spec.containers[1]`.
    package var path: String
    package var ports: [Port] = []
    /// Hosts that probes and lifecycle handlers name, empty ones left out.
    package var handlerHosts: [Placed<String>] = []
    /// Its own context; empty where there is none.
    package var securityContext: ContainerSecurityContext

    package init(path: String) {
        self.path = path
        securityContext = ContainerSecurityContext()
        securityContext.shared.path = path + ".securityContext"
    }

    /// A port that a container declares; 0 where it is not set.
    package struct Port: Sendable, Equatable {
        package var hostPort: Int32 = 0
        package var containerPort: Int32 = 0
        /// Where it stands: `spec.containers[1].ports[0]`.
        package var path: String
    }
}
