internal import Deployments
internal import Signals

/// Texts of records as pages show them.
///
/// Templates escape markup; here what cannot be seen, or turns the direction of writing, becomes visible, and what is
/// long is cut.
enum ShownText {
    /// As much as a line of a list shows, in characters.
    static let line = 200
    /// As much as a page on one thing shows of each value, in characters.
    static let value = 4_096
    /// As much of a record as is laid out, in characters; the whole is at the API's address.
    static let record = 64 << 10

    static func of(_ text: String, upTo limit: Int = value) -> String {
        // A record's field may be a megabyte: what is not shown is not looked at either.
        let head = text.unicodeScalars.prefix(limit + 1)
        guard head.count > limit else { return VisibleText.escape(text) }
        return VisibleText.escape(String(String.UnicodeScalarView(head.dropLast()))) + "…"
    }

    /// The same for a text of several lines, whose line ends stay.
    static func lines(of text: String, upTo limit: Int) -> String {
        let head = text.unicodeScalars.prefix(limit + 1)
        guard head.count > limit else { return VisibleText.escape(lines: text) }
        return VisibleText.escape(lines: String(String.UnicodeScalarView(head.dropLast()))) + "…"
    }
}

/// A moment, as pages show it: in UTC, until the page's script has it in the viewer's zone.
struct ShownTime: Sendable {
    /// RFC 3339, for programs and the script.
    var iso: String
    /// `2026-11-25 10:31:07 UTC`.
    var text: String

    init(_ time: Timestamp) {
        iso = time.description
        text = "\(iso.prefix(10)) \(iso.dropFirst(11).prefix(8)) UTC"
    }
}
