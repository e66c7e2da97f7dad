/// A dialect whose state can be stored and had again, so that a program that was stopped goes on as if it had not been.
package protocol RememberingDialect: Dialect {
    /// All that later records are joined to, as bytes; the same state gives the same bytes.
    func memory() throws(DialectMemoryError) -> [UInt8]

    /// Takes up what ``memory()`` gave.
    mutating func recall(_ memory: [UInt8]) throws(DialectMemoryError)
}

/// Why a dialect's state cannot be stored or taken up again.
package struct DialectMemoryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package var description: String

    package init(_ description: String) { self.description = description }
}
