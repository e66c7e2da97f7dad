/// Why bytes are not what they should be; says nothing of the bytes themselves, which may be secret.
package struct Malformed: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
