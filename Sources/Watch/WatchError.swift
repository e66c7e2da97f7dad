/// Why watching cannot begin or go on.
package struct WatchError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do.
    package var description: String

    package init(_ description: String) { self.description = description }
}
