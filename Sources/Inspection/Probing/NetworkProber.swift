internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL
internal import Posture

/// Asks what listens in another network namespace, each question by a connection that is made in there.
struct NetworkProber: Asker {
    let door: NetworkDoor
    let tls: Contexts

    /// How long a connection, and then an answer, is waited for.
    let patience: TimeAmount

    /// What TLS is spoken by.
    struct Contexts: Sendable {
        private let anonymous: NIOSSLContext?
        private let selfMade: NIOSSLContext?
        private let outdated: NIOSSLContext?

        init() {
            let tls = StrangerTLS()
            anonymous = try? NIOSSLContext(configuration: tls.anonymous)
            selfMade = tls.selfMade.flatMap { try? NIOSSLContext(configuration: $0) }
            outdated = try? NIOSSLContext(configuration: tls.outdated)
        }

        /// What a question is asked by; nil where that could not be made.
        func context(for question: Probe) -> NIOSSLContext? {
            if question.newestTLS != nil { return outdated }
            return question.certificate == .none ? anonymous : selfMade
        }
    }

    func answer(to question: Probe) async throws(NetworkDoor.Closed) -> Probe {
        var probe = question
        var context: NIOSSLContext?
        if question.scheme == .https {
            context = tls.context(for: question)
            guard context != nil else {
                probe.failure = "no certificate could be made"
                return probe
            }
        }
        let milliseconds = Int32(clamping: patience.nanoseconds / 1_000_000)
        switch try await door.connect(to: question.listener, milliseconds: milliseconds) {
        case .connected(let socket):
            do {
                let end = NIODeadline.now() + patience
                let answer = try await SocketCall.answer(to: question, over: socket, by: context, until: end)
                probe.take(status: answer.head.status, headers: answer.head.headers)
                probe.body = String(decoding: answer.body, as: UTF8.self)
            } catch {
                probe.take(failure: error)
            }
        case .failed(let reason), .unreached(let reason): probe.failure = reason
        }
        return probe
    }
}
