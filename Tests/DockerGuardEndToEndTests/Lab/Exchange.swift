import Foundation

/// An HTTP answer as it came.
struct Reply {
    var status: Int
    var fields: [(name: String, value: String)]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func field(_ name: String) -> String? { fields.first { $0.name.lowercased() == name }?.value }

    /// The body as JSON: an object, or an empty one.
    var object: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:]
    }

    var array: [[String: Any]] {
        (try? JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]]) ?? []
    }

    /// The message of an error, as the API puts it.
    var message: String { object["message"] as? String ?? text }
}

/// A connection to a Unix socket on which bytes are sent exactly as they are.
final class Exchange {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private(set) var hasEnded = false

    init(_ path: String, timeout seconds: Int = 30) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard descriptor >= 0, bytes.count < room else { throw LaboratoryError("no socket for \(path)") }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // Everything is set by now, so that what is thrown away closes the socket itself.
        guard connected == 0 else { throw LaboratoryError("\(path) does not answer: \(errno)") }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends all of it; false when the other end takes no more.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Foundation.send(
                    descriptor,
                    buffer.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    func closeWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next bytes of a stream; nil at its end or when none come in time.
    func read() -> [UInt8]? {
        if !buffer.isEmpty {
            defer { buffer = [] }
            return buffer
        }
        return fill() ? read() : nil
    }

    /// The next answer, without its body when it is a switch of protocols; nil when none comes.
    func reply(to method: String = "GET") -> Reply? {
        guard let head = take(through: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let status = Int(words[1]) else { return nil }
        let fields = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (String(line[..<colon]), value)
        }
        var reply = Reply(status: status, fields: fields, body: [])
        if status == 100 { return self.reply(to: method) }
        let isRaw = reply.field("content-type")?.hasPrefix("application/vnd.docker") == true
        let isBare = status == 101 || status == 204 || status == 304 || method == "HEAD"
        if isBare || (isRaw && reply.field("transfer-encoding") == nil) { return reply }
        if reply.field("transfer-encoding")?.lowercased() == "chunked" {
            reply.body = chunks()
        } else if let length = reply.field("content-length").flatMap({ Int($0) }) {
            reply.body = take(length) ?? buffer
        } else {
            while fill() {}
            reply.body = buffer
            buffer = []
        }
        return reply
    }

    private func chunks() -> [UInt8] {
        var body: [UInt8] = []
        while let line = take(through: [13, 10]) {
            let size = String(decoding: line.dropLast(2), as: UTF8.self).split(separator: ";").first ?? "0"
            guard let count = Int(size, radix: 16), count > 0 else {
                _ = take(through: [13, 10])
                break
            }
            guard let chunk = take(count) else { break }
            body += chunk
            _ = take(2)
        }
        return body
    }

    private func take(_ count: Int) -> [UInt8]? {
        while buffer.count < count { guard fill() else { return nil } }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private func take(through end: [UInt8]) -> [UInt8]? {
        var searched = 0
        while true {
            if let index = buffer.firstIndex(of: end, from: searched) {
                return take(index + end.count)
            }
            searched = max(0, buffer.count - end.count + 1)
            guard fill() else { return nil }
        }
    }

    private func fill() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
        }
        guard count > 0 else {
            // Zero, or a reset: nothing more can come. A time-out leaves the stream open.
            hasEnded = count == 0 || errno == ECONNRESET
            return false
        }
        buffer += bytes[..<count]
        return true
    }
}

extension [UInt8] {
    /// Where a run of bytes begins, at or after a place.
    fileprivate func firstIndex(of run: [UInt8], from start: Int) -> Int? {
        guard count >= run.count else { return nil }
        var index = start
        while index <= count - run.count {
            if self[index] == run[0], self[index..<index + run.count].elementsEqual(run) { return index }
            index += 1
        }
        return nil
    }
}
