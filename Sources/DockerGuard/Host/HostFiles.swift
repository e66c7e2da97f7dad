package import Deployments

/// The host's file system, as far as it tells where a bind mount really leads.
package protocol HostFiles: Sendable {
    /// Where `path` leads on the host once its links are followed.
    ///
    /// What does not exist is resolved as far as it exists, since the daemon makes missing directories.
    ///
    /// - Throws: ``Unresolvable`` where that cannot be told.
    func resolve(_ path: String) throws(Unresolvable) -> HostPath

    /// The text of `/proc/PID/cgroup`.
    ///
    /// - Throws: ``Unresolvable`` where it cannot be read.
    func controlGroups(ofProcess id: Int32) throws(Unresolvable) -> String
}

/// Why it cannot be told where a path leads.
package struct Unresolvable: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}
