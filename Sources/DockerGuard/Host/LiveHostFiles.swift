package import Deployments

/// The file system of the host that the guard runs on.
package struct LiveHostFiles: HostFiles {
    private let root: String

    /// - Parameter root: where the host's root directory is seen from here.
    package init(root: String = "/") { self.root = root }

    package func resolve(_ path: String) throws(Unresolvable) -> HostPath { throw Unresolvable("not yet") }
}
