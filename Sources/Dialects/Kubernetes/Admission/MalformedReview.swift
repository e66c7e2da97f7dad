internal import JSON

/// Why bytes are no admission review that can be answered, and where.
package struct MalformedReview: Error, Sendable, Equatable, CustomStringConvertible {
    /// The member, such as `request.uid`; `review` for the document itself.
    package var place: String
    /// What is wrong there.
    package var message: String
    /// Bytes from the document's first, where it is no JSON.
    package var offset: Int?

    package init(_ place: String, _ message: String, offset: Int? = nil) {
        self.place = place
        self.message = message
        self.offset = offset
    }

    init(_ error: JSONError) {
        self.init("review", error.reason.rawValue, offset: error.offset)
    }

    package var description: String {
        "\(place)\(offset.map { ", byte \($0)" } ?? ""): \(message)"
    }
}
