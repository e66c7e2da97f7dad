internal import CSimdjson

/// Parses one JSON document at a time into memory that it reuses.
///
/// The parsed document is lent to a closure: a ``JSONValue`` must not leave it. One parser serves one task; make one
/// for each. Strictly RFC 8259: no comments, no trailing commas, valid UTF-8, one value and white space around it. A
/// number that neither 64 bits nor a finite double can hold is lent as a text of its digits.
@safe
package final class JSONParser {
    /// Bytes that should be readable after a document for it to be parsed where it stands, without a copy.
    package static let padding = tw_json_padding()

    private let handle: OpaquePointer
    private let maximumBytes: Int
    private let maximumDepth: Int
    private let takesNumbersOutOfRange: Bool
    private let keptBytes: Int

    /// Prepares a parser; memory is taken when the first document needs it.
    ///
    /// - Parameters:
    ///   - maximumBytes: documents longer than this are refused with ``JSONError/Reason/tooLarge``.
    ///   - maximumDepth: likewise for containers within containers; an empty one nests nothing.
    ///   - takesNumbersOutOfRange: whether a number that nothing here can hold is lent as a text, or refused.
    ///   - keptBytes: the memory of a document longer than this is given back after it: up to sixteen times its length.
    package init(
        maximumBytes: Int = 16 << 20,
        maximumDepth: Int = 512,
        takesNumbersOutOfRange: Bool = true,
        keptBytes: Int = .max
    ) {
        guard let handle = unsafe tw_json_parser_new(maximumBytes, maximumDepth) else {
            preconditionFailure("out of memory: no room for a JSON parser")
        }
        unsafe self.handle = handle
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.takesNumbersOutOfRange = takesNumbersOutOfRange
        self.keptBytes = keptBytes
    }

    deinit {
        unsafe tw_json_parser_free(handle)
    }

    /// Parses `bytes` and lends the root value to `body`.
    ///
    /// - Parameters:
    ///   - bytes: exactly one document.
    ///   - isPadded: whether ``padding`` readable bytes follow `bytes` in memory, whatever they hold.
    /// - Throws: ``JSONError`` when the bytes are no JSON document; what `body` throws comes back in the result.
    package func withDocument<Result>(
        _ bytes: UnsafeRawBufferPointer,
        isPadded: Bool = false,
        _ body: (JSONValue) -> Result
    ) throws(JSONError) -> Result {
        guard let base = bytes.baseAddress, unsafe !bytes.isEmpty else { throw JSONError(.empty, at: 0) }
        defer { if bytes.count > keptBytes { unsafe tw_json_parser_release(handle) } }
        var document = unsafe tw_json_document()
        let status = unsafe tw_json_parse(
            handle,
            base.assumingMemoryBound(to: UInt8.self),
            bytes.count,
            isPadded,
            &document
        )
        guard status == TW_JSON_OK else { return try unsafe withRefused(bytes, JSONError.Reason(status), body) }
        return unsafe body(JSONValue(tape: document.tape, strings: document.strings, index: 1))
    }

    /// Reads what simdjson has refused for a number's size alone, and says of everything else what is wrong and where.
    ///
    /// Servers skip numbers in fields that they do not know, whatever their size: one must not hide a whole document.
    private func withRefused<Result>(
        _ bytes: UnsafeRawBufferPointer,
        _ reason: JSONError.Reason,
        _ body: (JSONValue) -> Result
    ) throws(JSONError) -> Result {
        let found = unsafe JSONError.locating(
            reason,
            in: bytes,
            maximumBytes: maximumBytes,
            maximumDepth: maximumDepth
        )
        guard takesNumbersOutOfRange, !found.numbersOutOfRange.isEmpty else { throw found.error }
        var quoted: [UInt8] = []
        var copied = 0
        for number in found.numbersOutOfRange {
            unsafe quoted += bytes[copied..<number.lowerBound]
            quoted.append(UInt8(ascii: "\""))
            unsafe quoted += bytes[number]
            quoted.append(UInt8(ascii: "\""))
            copied = number.upperBound
        }
        unsafe quoted += bytes[copied...]
        guard quoted.count <= maximumBytes else { throw found.error }
        var outcome: Swift.Result<Result, JSONError> = .failure(found.error)
        unsafe quoted.withUnsafeBytes { copy in
            do throws(JSONError) {
                outcome = .success(try unsafe withDocument(copy, body))
            } catch {
                outcome = .failure(found.error)
            }
        }
        return try outcome.get()
    }

    /// Parses `text` and lends the root value to `body`; see ``withDocument(_:isPadded:_:)``.
    package func withDocument<Result>(
        _ text: String,
        _ body: (JSONValue) -> Result
    ) throws(JSONError) -> Result {
        var text = text
        var outcome: Swift.Result<Result, JSONError> = .failure(JSONError(.empty, at: 0))
        text.withUTF8 { utf8 in
            do throws(JSONError) {
                outcome = unsafe .success(try withDocument(UnsafeRawBufferPointer(utf8), body))
            } catch {
                outcome = .failure(error)
            }
        }
        return try outcome.get()
    }
}
