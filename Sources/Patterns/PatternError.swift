internal import CPatterns
internal import Foundation

/// A pattern that cannot be compiled.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which of the patterns, in the order they were given.
    package var index: Int
    /// What is wrong, in words.
    package var message: String
    /// Where in a regular expression, in bytes, when it is known.
    package var offset: Int?

    package init(index: Int, message: String, offset: Int? = nil) {
        self.index = index
        self.message = message
        self.offset = offset
    }

    package var description: String { message }
}

extension PatternError {
    /// Takes the words out of the library's error, and the offset when they end in `at index N.`.
    init(index: Int, taking error: inout tw_pattern_error) {
        self.init(index: index, message: unsafe error.message.map { unsafe String(cString: $0) } ?? "not a pattern")
        unsafe tw_pattern_error_free(&error)
        guard let mark = message.range(of: " at index ") else { return }
        offset = Int(message[mark.upperBound...].prefix { $0.isNumber })
    }
}
