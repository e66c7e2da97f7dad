internal import HTTPTypes
internal import Hummingbird
internal import Ledger
internal import NIOCore
internal import ServiceLifecycle

/// What is new, as it comes: server-sent events (HTML standard, section 9.2).
///
/// An event says only that there is something: pages ask for it themselves.
extension ConsoleRouter {
    /// How often the ledger is looked at, in milliseconds; another process writes it.
    private static let interval = 1_000
    /// Looks between two lines that show that the connection stands.
    private static let silentLooks = 15
    /// After so many looks the browser connects again, so that no connection is held for ever.
    private static let maximumLooks = 3_600

    func live(_ request: Request) async throws -> Response {
        let start = try await ledger.newestSequence()
        let body = ResponseBody { writer in
            var newest = start
            try await writer.write(Self.event("hello", newest))
            for look in 1...Self.maximumLooks {
                try await Task.sleep(for: .milliseconds(Self.interval))
                if Task.isShuttingDownGracefully { break }
                let now = try await ledger.newestSequence()
                if now != newest {
                    newest = now
                    try await writer.write(Self.event("findings", newest))
                } else if look.isMultiple(of: Self.silentLooks) {
                    try await writer.write(ByteBuffer(string: ":\n\n"))
                }
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "text/event-stream"], body: body)
    }

    private static func event(_ name: String, _ sequence: Int64) -> ByteBuffer {
        ByteBuffer(string: "event: \(name)\ndata: \(sequence)\n\n")
    }
}
