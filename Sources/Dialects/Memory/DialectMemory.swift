/// A dialect whose state can be stored and had again, so that a program that was stopped goes on as if it had not been.
package protocol RememberingDialect: Dialect {
    /// All that later records are joined to, as bytes; the same state gives the same bytes.
    func memory() throws(DialectMemoryError) -> [UInt8]

    /// Takes up what ``memory()`` gave.
    mutating func recall(_ memory: [UInt8]) throws(DialectMemoryError)
}

/// A dialect that can say what of its state has changed, so that a large state need not be stored again for a small change.
package protocol JournalingDialect: RememberingDialect {
    /// What has changed since the state was taken up or this was asked last: nothing, or bytes that ``recall(changes:)`` puts
    /// on top of the state as it was then.
    ///
    /// - Returns: nil where only ``memory()`` says it.
    mutating func takeChanges() -> [UInt8]?

    /// Takes up what ``takeChanges()`` gave, in the same order.
    mutating func recall(changes: [UInt8]) throws(DialectMemoryError)
}

/// Why a dialect's state cannot be stored or taken up again.
package struct DialectMemoryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package var description: String

    package init(_ description: String) { self.description = description }
}
