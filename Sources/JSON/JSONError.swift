internal import CSimdjson

/// Why bytes are no JSON document, and where.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package enum Reason: String, Sendable {
        case empty = "the document is empty"
        case tooLarge = "the document is larger than the limit"
        case tooDeep = "values are nested deeper than the limit"
        case invalidUTF8 = "the text is not valid UTF-8"
        case invalidString = "a string is not closed or holds a control character or a bad escape"
        case controlCharacter = "a string holds a control character that is not escaped"
        case invalidEscape = "a string holds an escape that JSON does not have"
        case loneSurrogate = "a string holds half of a surrogate pair"
        case invalidNumber = "a number is malformed"
        case numberOutOfRange = "a number is larger than 64 bits or a double can hold"
        case malformed = "the text is not JSON"
        case truncated = "the document ends early"
        case trailingData = "data follows the document"
        case outOfMemory = "no memory is left to parse it"
    }

    /// What is wrong.
    package var reason: Reason
    /// Where: bytes from the document's first.
    package var offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "\(reason.rawValue) (byte \(offset))" }
}

extension JSONError.Reason {
    init(_ status: tw_json_status) {
        self =
            switch status {
            case TW_JSON_EMPTY: .empty
            case TW_JSON_TOO_LARGE: .tooLarge
            case TW_JSON_TOO_DEEP: .tooDeep
            case TW_JSON_BAD_UTF8: .invalidUTF8
            case TW_JSON_BAD_STRING: .invalidString
            case TW_JSON_BAD_NUMBER: .invalidNumber
            case TW_JSON_NO_MEMORY: .outOfMemory
            default: .malformed
            }
    }
}
