/// How much of a message head is read before it is refused.
package struct HeadLimits: Sendable, Equatable {
    /// Bytes, with the empty line.
    package var bytes: Int
    package var fields: Int

    package init(bytes: Int = 64 << 10, fields: Int = 256) {
        self.bytes = bytes
        self.fields = fields
    }
}
