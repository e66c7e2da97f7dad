/// Finds the JSON in a line that a log collector wrapped: CRI and syslog prefixes stand before the first brace.
enum AuditEnvelope {
    /// The bytes from the first brace on; nil for a line without one.
    static func content(of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let first = unsafe bytes.first else { return nil }
        if first == UInt8(ascii: "{") { return unsafe bytes }
        // A prefix is short; a line of text with a brace far out is no audit event.
        guard let brace = unsafe bytes.prefix(512).firstIndex(of: UInt8(ascii: "{")) else { return nil }
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[brace...])
    }
}
