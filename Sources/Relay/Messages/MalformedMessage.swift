/// Why a message cannot be read for certain, and where.
package struct MalformedMessage: Error, Sendable, Equatable, CustomStringConvertible {
    /// The part of a message that an offset counts in.
    package enum Part: String, Sendable {
        case head
        case body
    }

    /// The HTTP status to refuse a request with.
    package var status: Int
    /// What is wrong.
    package var problem: String
    package var part: Part
    /// The byte of that part where it is wrong, from 0.
    package var offset: Int

    package init(status: Int = 400, _ problem: String, in part: Part = .head, at offset: Int) {
        self.status = status
        self.problem = problem
        self.part = part
        self.offset = offset
    }

    package var description: String { "\(problem) (byte \(offset) of the \(part.rawValue))" }
}
