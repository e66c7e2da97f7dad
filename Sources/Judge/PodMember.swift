internal import JSON

/// What a member of an object is to the search for pod fields, told by its name.
enum PodMember {
    /// Holds no template, but may look like one or be large.
    case opaque
    case hostPath
    case capabilities
    case containers
    /// A plain value that is a field.
    case scalar(PodField)
    /// Anything else: searched in turn.
    case other

    init(_ name: JSONText) {
        self.init(length: name.count) { name == $0 }
    }

    init(_ name: some StringProtocol) {
        self.init(length: name.utf8.count) { name == $0.description }
    }

    /// Lengths first: nearly every name of a manifest is told apart by its own.
    private init(length: Int, isNamed: (StaticString) -> Bool) {
        switch length {
        case 4 where isNamed("data"), 6 where isNamed("status") || isNamed("schema"), 8 where isNamed("metadata"),
            10 where isNamed("stringData"), 15 where isNamed("openAPIV3Schema"):
            self = .opaque
        case 8 where isNamed("hostPath"): self = .hostPath
        case 12 where isNamed("capabilities"): self = .capabilities
        case 10 where isNamed("containers"), 14 where isNamed("initContainers"),
            19 where isNamed("ephemeralContainers"):
            self = .containers
        case 7 where isNamed("hostPID"): self = .scalar(.hostPID)
        case 7 where isNamed("hostIPC"): self = .scalar(.hostIPC)
        case 8 where isNamed("hostPort"): self = .scalar(.hostPort)
        case 9 where isNamed("runAsUser"): self = .scalar(.runAsUser)
        case 9 where isNamed("procMount"): self = .scalar(.procMount)
        case 10 where isNamed("privileged"): self = .scalar(.privileged)
        case 11 where isNamed("hostNetwork"): self = .scalar(.hostNetwork)
        case 12 where isNamed("runAsNonRoot"): self = .scalar(.runAsNonRoot)
        case 18 where isNamed("serviceAccountName"): self = .scalar(.serviceAccountName)
        case 22 where isNamed("readOnlyRootFilesystem"): self = .scalar(.readOnlyRootFilesystem)
        case 24 where isNamed("allowPrivilegeEscalation"): self = .scalar(.allowPrivilegeEscalation)
        default: self = .other
        }
    }
}
