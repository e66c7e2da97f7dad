package import JSON

/// An object as the API server sent it, in JSON.
///
/// Its text does not show what it holds, which may be a secret.
package struct APIObject: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package var description: String { "an object of \(bytes.count) bytes" }
    package var debugDescription: String { description }

    /// Lends the parsed object to `body`; what is lent must not leave it.
    ///
    /// - Throws: ``APIError`` of code ``APIError/Code/malformed`` for what is no JSON object.
    package func read<Result>(_ body: (JSONValue) -> Result) throws(APIError) -> Result {
        try bytes.readObject(limit: max(bytes.count, 1), body)
    }
}

extension [UInt8] {
    /// Lends the JSON object that these bytes are.
    func readObject<Result>(limit: Int, _ body: (JSONValue) -> Result) throws(APIError) -> Result {
        let parser = JSONParser(maximumBytes: limit, maximumDepth: 256)
        let read: Swift.Result<Result?, JSONError> = unsafe withUnsafeBytes { bytes in
            Swift.Result { () throws(JSONError) in
                unsafe try parser.withDocument(bytes) { $0.isObject ? body($0) : nil }
            }
        }
        let result: Result?
        do throws(JSONError) {
            result = try read.get()
        } catch {
            throw APIError(.malformed, "the answer is no JSON: \(error)")
        }
        guard let result else { throw APIError(.malformed, "the answer is no JSON object") }
        return result
    }
}
