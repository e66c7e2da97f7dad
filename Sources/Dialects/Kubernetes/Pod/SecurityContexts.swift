/// What pods and containers can both say of their rights.
///
/// Reference: Kubernetes API, PodSecurityContext and SecurityContext v1 core.
package struct SharedSecurityContext: Sendable, Equatable {
    /// Where the context stands, or would: `spec.securityContext`.
    package var path = "spec.securityContext"
    package var runAsUser: Int64?
    package var runAsNonRoot: Bool?
    /// `seccompProfile.type`, empty where the profile names none; nil without a profile.
    package var seccompType: String?
    /// `appArmorProfile.type`, likewise.
    package var appArmorType: String?
    package var seLinuxOptions: SELinuxOptions?
    /// `windowsOptions.hostProcess`.
    package var hostProcess: Bool?

    package init() {}

    /// The SELinux label's parts; empty where they are not set.
    package struct SELinuxOptions: Sendable, Equatable {
        package var user = ""
        package var role = ""
        package var type = ""

        package init() {}
    }
}

/// A pod's own context.
package struct PodSecurityContext: Sendable, Equatable {
    package var shared = SharedSecurityContext()
    /// The names of the kernel parameters that it sets.
    package var sysctls: [Placed<String>] = []

    package init() {}
}

/// A container's own context.
package struct ContainerSecurityContext: Sendable, Equatable {
    package var shared = SharedSecurityContext()
    package var privileged: Bool?
    package var allowPrivilegeEscalation: Bool?
    package var procMount: String?
    package var capabilitiesAdded: [String] = []
    package var capabilitiesDropped: [String] = []

    package init() {}
}
