/// Kubernetes' own programs, and where a host keeps what they are told.
package enum ControlPlane {
    /// The files that the checks of the control plane read, by path or glob, whole texts; links resolved.
    ///
    /// Beyond them: every file that an argument of these programs, or of a static pod, names (see ``namedFiles(_:)``).
    package static let filesToCollect = [
        "/etc/kubernetes/manifests", "/etc/kubernetes/manifests/*",
    ]
}
