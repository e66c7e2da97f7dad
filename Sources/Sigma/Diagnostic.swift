/// Something to say about a document: what is wrong, where, and what to do.
public struct Diagnostic: Sendable, Hashable {
    /// How much it matters.
    public enum Severity: Int, Sendable, Hashable, Comparable, CaseIterable {
        /// For information: the document works as it is.
        case note
        /// The document works, but perhaps not as its author meant.
        case warning
        /// The document, or the part of it that the place names, is not used.
        case error

        /// By severity.
        public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// How much it matters.
    public var severity: Severity
    /// What is wrong, in one sentence.
    public var message: String
    /// Where it stands.
    public var place: Place
    /// What to do about it, where something can be said.
    public var hint: String?

    /// A diagnostic at a place.
    public init(_ severity: Severity, _ message: String, at place: Place, hint: String? = nil) {
        self.severity = severity
        self.message = message
        self.place = place
        self.hint = hint
    }
}

extension Diagnostic: CustomStringConvertible {
    /// One line, in the form that compilers use: `file:line:column: error: message (hint)`.
    public var description: String {
        "\(place): \(severity): \(message)" + (hint.map { " (\($0))" } ?? "")
    }
}

/// A position in a rule file; lines and columns count from 1.
public struct Place: Sendable, Hashable, CustomStringConvertible {
    /// The file, as it was named to the reader.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column in Unicode scalars, from 1.
    public var column: Int

    /// A position in a file.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `file:line:column`.
    public var description: String { "\(file):\(line):\(column)" }
}
