/// Why a request cannot be read for certain, and so is refused.
package struct ReadingRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The HTTP status to answer with: 400, or 404 for what the daemon does not route.
    package var status: Int
    /// Where: `target`, `header content-type`, or a path in the body such as `HostConfig.Binds[0]`.
    package var place: String
    /// The byte offset in the body, where it is known.
    package var offset: Int?
    /// What is wrong and what to do.
    package var message: String

    package init(status: Int = 400, place: String, offset: Int? = nil, _ message: String) {
        self.status = status
        self.place = place
        self.offset = offset
        self.message = message
    }

    package var description: String {
        "\(place)\(offset.map { " (byte \($0))" } ?? ""): \(message)"
    }
}
