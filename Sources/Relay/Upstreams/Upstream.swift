/// The server behind the relay, asked on the relay's own behalf.
package protocol Upstream: Sendable {
    /// Sends `GET target` and collects the answer.
    ///
    /// - Throws: ``UpstreamError`` when there is no answer in time, or one above the limit.
    func get(_ target: String) async throws(UpstreamError) -> UpstreamAnswer
}

/// A collected answer.
package struct UpstreamAnswer: Sendable, Equatable {
    package var status: Int
    package var body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Why the server behind the relay gave no answer.
package struct UpstreamError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do.
    package var description: String

    package init(_ description: String) { self.description = description }
}
