internal import Deployments
internal import Sigma
internal import Signals

/// An alert in one line for a person: when, how bad, what, and on what.
package struct AlertLine: Sendable, Equatable {
    /// When to use colour.
    package enum Color: String, Sendable, CaseIterable {
        case automatic = "auto"
        case always, never
    }

    package var isColored: Bool
    /// The longest line, in bytes of text.
    private static let limit = 4_096

    package init(isColored: Bool) { self.isColored = isColored }

    package func text(_ alert: Alert) -> String {
        let time = alert.time.map { String($0.description.prefix(19)) + "Z" } ?? "-"
        let level = alert.level.rawValue.uppercased()
        let padded = level + String(repeating: " ", count: max(0, 13 - level.utf8.count))
        let rest = "\(alert.title): \(alert.sentence)\(AlertText.repeats(alert).map { "  (\($0))" } ?? "")"
        let text = VisibleText.escape(AlertText.cut(rest, bytes: Self.limit))
        return isColored
            ? "\u{1b}[2m\(time)\u{1b}[0m  \(color(alert.level))\(padded)\u{1b}[0m  \(text)"
            : "\(time)  \(padded)  \(text)"
    }

    private func color(_ level: Level) -> String {
        switch level {
        case .critical: "\u{1b}[1;35m"
        case .high: "\u{1b}[1;31m"
        case .medium: "\u{1b}[33m"
        case .low: "\u{1b}[36m"
        case .informational: "\u{1b}[2m"
        }
    }
}

/// Texts about alerts, bounded.
enum AlertText {
    /// At most so many bytes, the last of them an ellipsis where something is left out; no character is cut in two.
    static func cut(_ text: String, bytes limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var kept = ""
        var count = 0
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            if count > limit - 3 { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept + "…"
    }

    /// The same, with what could lead a reader astray shown as escapes.
    static func visible(_ text: String, bytes limit: Int) -> String {
        cut(VisibleText.escape(cut(text, bytes: limit)), bytes: limit)
    }

    /// `12 like it since 2026-11-24T15:47:33Z`; nil where there are none.
    static func repeats(_ alert: Alert) -> String? {
        guard let repeats = alert.repeats else { return nil }
        let since = repeats.first.map { " since \($0.description.prefix(19))Z" } ?? ""
        return "\(repeats.count) like it\(since)"
    }
}
