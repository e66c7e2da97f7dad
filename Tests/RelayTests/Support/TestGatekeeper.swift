import Relay
import Synchronization

/// Passes everything but what its paths tell: `/deny`, `/judge` (whole), `/unread`, `/close`; `/turn` takes turns.
struct TestGatekeeper: Gatekeeper {
    var limit = 1 << 10
    /// What judged requests are forwarded with.
    var replacement: [UInt8]?
    var seen = Seen()

    final class Seen: Sendable {
        private let state = Mutex<[(RequestHead, [UInt8]?, Client)]>([])
        func note(_ head: RequestHead, _ body: [UInt8]?, _ client: Client) {
            state.withLock { $0.append((head, body, client)) }
        }
        var count: Int { state.withLock { $0.count } }
        var targets: [String] { state.withLock { $0.map(\.0.target) } }
        var bodies: [String?] { state.withLock { $0.map { $0.1.map { String(decoding: $0, as: UTF8.self) } } } }
        var clients: [Client] { state.withLock { $0.map(\.2) } }
    }

    func admit(_ head: RequestHead, from client: Client) -> Admission {
        if head.target.hasPrefix("/judge") { return .judge(.whole(limit: limit)) }
        if head.target.hasPrefix("/unread") { return .judge(.unread) }
        seen.note(head, nil, client)
        if head.target.hasPrefix("/deny") { return .answer(refusal(status: 403, message: "no")) }
        if head.target.hasPrefix("/close") {
            return .answer(Answer(status: 403, body: [], closes: true))
        }
        return .pass(passage(head))
    }

    func judge(_ head: RequestHead, body: [UInt8]?, from client: Client) async -> Ruling {
        seen.note(head, body, client)
        if head.target.hasSuffix("deny") { return .answer(refusal(status: 403, message: "no")) }
        return .pass(passage(head), body: body == nil ? nil : replacement ?? body)
    }

    func refusal(status: Int, message: String) -> Answer {
        Answer(status: status, contentType: "text/plain", body: Array(message.utf8))
    }

    private func passage(_ head: RequestHead) -> Passage {
        var tunnel = Tunnel.never
        if let name = head.values(of: "upgrade").first {
            tunnel = .upgrade(to: name, hijack: true)
        } else if head.target.hasSuffix("/attach") {
            tunnel = .hijack
        }
        return Passage(
            method: head.method,
            target: head.target,
            fields: head.fields,
            tunnel: tunnel,
            takesTurns: head.target.hasPrefix("/turn")
        )
    }
}
