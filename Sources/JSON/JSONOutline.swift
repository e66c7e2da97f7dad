internal import CSimdjson

/// A document whose structure is known and whose values have not been read: lent, like a ``JSONValue``.
///
/// Looking at a few members of it costs next to nothing, however long the document is.
@safe
package struct JSONOutline {
    private let handle: OpaquePointer
    private let firstMember: UInt32

    init(handle: OpaquePointer, firstMember: UInt32 = 1) {
        unsafe self.handle = handle
        self.firstMember = firstMember
    }

    /// A member of an object that has not been read.
    @safe
    package struct Member {
        /// Its name; names with escapes end the list of members.
        package let name: JSONText
        fileprivate let handle: OpaquePointer
        fileprivate let member: tw_json_member

        /// The value, when it is a short string without escapes.
        package var text: JSONText? {
            guard unsafe member.value[0] == UInt8(ascii: "\"") else { return nil }
            let count = unsafe tw_json_string_count(handle, member.value)
            return unsafe count < 0 ? nil : JSONText(start: member.value + 1, count: count)
        }

        /// The value, when it is an object.
        package var object: JSONOutline? {
            guard unsafe member.value[0] == UInt8(ascii: "{") else { return nil }
            return unsafe JSONOutline(handle: handle, firstMember: member.value_index + 1)
        }
    }

    /// Calls `visit` with the members in the order they are written, until it returns false.
    ///
    /// - Returns: whether all members were visited: false also where a name has escapes.
    @discardableResult
    package func forEachMember(_ visit: (Member) -> Bool) -> Bool {
        var index = firstMember
        var member = unsafe tw_json_member()
        while unsafe tw_json_member_at(handle, &index, &member) {
            let name = unsafe JSONText(start: member.name, count: member.name_count)
            guard unsafe visit(Member(name: name, handle: handle, member: member)) else { return false }
        }
        return unsafe tw_json_is_object_end(handle, index)
    }
}

extension JSONParser {
    /// Parses `bytes` and lends the root value to `body`, unless `isUnwanted` says, from the outline, that nobody needs
    /// it; then the document is only checked, at a part of the cost.
    ///
    /// An unwanted document is as valid as a wanted one, and none of its own members stands twice: where that is not
    /// certain it is parsed and lent as well.
    ///
    /// - Parameter bytes: exactly one document, with ``padding`` readable bytes behind it.
    /// - Returns: nil for a document that was unwanted.
    package func withDocument<Result>(
        padded bytes: UnsafeRawBufferPointer,
        unless isUnwanted: (JSONOutline) -> Bool,
        _ body: (JSONValue) -> Result
    ) throws(JSONError) -> Result? {
        guard let base = bytes.baseAddress, unsafe !bytes.isEmpty else { throw JSONError(.empty, at: 0) }
        var status = unsafe tw_json_index(handle, base.assumingMemoryBound(to: UInt8.self), bytes.count)
        if status == TW_JSON_OK {
            if isUnwanted(unsafe JSONOutline(handle: handle)), unsafe tw_json_is_valid(handle) { return nil }
            var document = unsafe tw_json_document()
            status = unsafe tw_json_read(handle, &document)
            if status == TW_JSON_OK {
                return unsafe body(JSONValue(tape: document.tape, strings: document.strings, index: 1))
            }
        }
        return try unsafe withRefused(bytes, JSONError.Reason(status), body)
    }
}
