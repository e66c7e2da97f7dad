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
        self.place = Self.shown(place)
        self.offset = offset
        self.message = Self.shown(message)
    }

    /// What a request says comes back in a refusal, which ends in terminals and logs: nothing that they would obey.
    private static func shown(_ text: String) -> String {
        guard text.utf8.count > maximumBytes || text.utf8.contains(where: { $0 < 32 || $0 > 126 }) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard shown.count < maximumBytes else {
                shown.append("…")
                break
            }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                shown.append("\u{fffd}")
            default: shown.append(scalar)
            }
        }
        return String(shown)
    }

    private static let maximumBytes = 400

    package var description: String {
        "\(place)\(offset.map { " (byte \($0))" } ?? ""): \(message)"
    }
}
