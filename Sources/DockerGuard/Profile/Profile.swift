/// A level of what a container may ask for: the counterpart of Kubernetes' Pod Security levels for Docker.
package enum Profile: String, Sendable, CaseIterable {
    /// Nothing beyond what the daemon gives a container that asks for nothing.
    case strict
    /// Nothing that is known to lead out of the container.
    case baseline
    /// Whatever the rules let pass.
    case none
}
