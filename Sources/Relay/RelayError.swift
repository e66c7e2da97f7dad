/// Why the relay cannot start or go on, and what to do.
package struct RelayError: Error, Sendable, CustomStringConvertible {
    package struct Code: Sendable, Equatable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// An address that is none.
        package static let address = Code("address")
        /// A listener that cannot be opened.
        package static let listen = Code("listen")
        /// TLS files that cannot be used, or TLS that is missing.
        package static let tls = Code("tls")
    }

    package var code: Code
    /// What, where, and what to do.
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
