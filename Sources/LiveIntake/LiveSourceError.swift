/// Why a source cannot be followed until a person mends it.
package struct LiveSourceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The source's name.
    package var source: String
    /// What is wrong and what to do; never a secret.
    package var message: String

    package init(_ source: String, _ message: String) {
        self.source = source
        self.message = message
    }

    package var description: String { "\(source): \(message)" }
}
