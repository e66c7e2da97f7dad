import Foundation
import Glibc
import Synchronization

/// A receiver of alerts that may be dead: nobody listens at its port then.
final class WebhookReceiver: Sendable {
    private struct State {
        var listener: Int32?
        var bodies: [Data] = []
    }

    let port: Int
    private let state = Mutex(State())

    /// A dead one.
    init() throws { port = try LocalSocket.freePort() }

    deinit { stop() }

    /// The alerts that came, in order.
    var bodies: [Data] { state.withLock { $0.bodies } }

    /// The ids of the findings in them.
    var ids: [String] {
        bodies.flatMap { body -> [String] in
            let object = try? JSONSerialization.jsonObject(with: body)
            let records = object as? [[String: Any]] ?? (object as? [String: Any]).map { [$0] } ?? []
            return records.compactMap {
                (($0["tidewaiter"] as? [String: Any])?["finding"] as? [String: Any])?["id"] as? String
            }
        }
    }

    func start() throws {
        let listener = try LocalSocket.listener(port: port)
        state.withLock { $0.listener = listener }
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                self?.serve(LocalSocket(descriptor: connection))
            }
        }
    }

    func stop() {
        let listener = state.withLock { state in
            defer { state.listener = nil }
            return state.listener
        }
        guard let listener else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Takes one request, and ends the connection.
    private func serve(_ connection: LocalSocket) {
        var bytes: [UInt8] = []
        while true {
            let part = connection.receive()
            guard !part.isEmpty else { return }
            bytes += part
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let head = text[..<end.lowerBound].lowercased()
            let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
            let start = text[..<end.upperBound].utf8.count
            guard let length, bytes.count >= start + length else { continue }
            let body = Data(bytes[start..<(start + length)])
            // Told before it is answered: what is answered has come.
            state.withLock { $0.bodies.append(body) }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
            return
        }
    }
}
