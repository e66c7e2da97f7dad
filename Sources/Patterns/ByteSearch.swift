internal import CPatterns

/// Finds one run of bytes in another, by the C library's linear-time search.
package enum ByteSearch {
    /// The offset of the first `needle` in `text`; nil when there is none.
    package static func first(_ needle: StaticString, in text: UnsafeRawBufferPointer) -> Int? {
        guard let base = text.baseAddress else { return nil }
        let found = unsafe tw_find(base, text.count, needle.utf8Start, needle.utf8CodeUnitCount)
        return found < 0 ? nil : found
    }
}
