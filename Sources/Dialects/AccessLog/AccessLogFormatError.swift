/// Why a format string cannot be used, with the place and what to do.
package struct AccessLogFormatError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, as a sentence part.
    package var message: String
    /// The byte of the text given where it is wrong.
    package var offset: Int
    /// What to write instead.
    package var hint: String

    package init(_ message: String, at offset: Int, hint: String) {
        self.message = message
        self.offset = offset
        self.hint = hint
    }

    package var description: String { "\(message) (byte \(offset)); \(hint)" }
}
