/// Why a source stopped giving bytes before its end.
package struct IntakeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do.
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// Bytes from somewhere, in order, until there are none.
protocol ByteSource: AnyObject {
    /// Fills the start of `buffer`, which is not empty; 0 at the end.
    ///
    /// - Throws: ``IntakeError`` once every byte before the failure has been given.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int
    /// Bytes taken from the file so far, compressed where it is, for progress.
    var position: Int { get }
}

/// Bytes already read, then the rest of a source: for looking at a head without losing it.
final class PrependedSource: ByteSource {
    private let head: [UInt8]
    private var taken = 0
    private let rest: any ByteSource
    var position: Int { rest.position }

    init(_ head: [UInt8], _ rest: any ByteSource) {
        self.head = head
        self.rest = rest
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        guard taken < head.count else { return try unsafe rest.read(into: buffer) }
        let count = min(head.count - taken, buffer.count)
        unsafe buffer.copyBytes(from: head[taken..<(taken + count)])
        taken += count
        return count
    }
}

/// A source whose failure was met while its head was read: told when the head has been used up.
final class FailingSource: ByteSource {
    private let failure: IntakeError
    private let source: any ByteSource
    var position: Int { source.position }

    init(_ failure: IntakeError, _ source: any ByteSource) {
        self.failure = failure
        self.source = source
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int { throw failure }
}
