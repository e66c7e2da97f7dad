internal import Foundation
internal import Synchronization

/// A token that clients must send, as its file has it; never told.
final class BearerToken: Sendable {
    private let path: String
    private let token: Mutex<[UInt8]>

    /// Reads the file.
    ///
    /// - Throws: ``Unreadable`` for a file that holds no token.
    init(file path: String) throws(Unreadable) {
        self.path = path
        token = Mutex(try Self.read(path))
    }

    /// Why there is no token.
    struct Unreadable: Error, CustomStringConvertible {
        var description: String
    }

    /// Reads the file again; what was there stays where it cannot be read.
    func refresh() throws(Unreadable) {
        let read = try Self.read(path)
        token.withLock { $0 = read }
    }

    /// Whether a header's value is `Bearer` and the token (RFC 6750, section 2.1).
    ///
    /// How long it takes tells nothing of how much of the token is right.
    func isShown(by value: String) -> Bool {
        let scheme = "bearer "
        let bytes = Array(value.utf8)
        guard bytes.count > scheme.utf8.count,
            String(decoding: bytes.prefix(scheme.utf8.count), as: UTF8.self).lowercased() == scheme
        else { return false }
        let shown = bytes.dropFirst(scheme.utf8.count)
        return token.withLock { token in
            guard shown.count == token.count else { return false }
            var difference: UInt8 = 0
            for (one, other) in zip(shown, token) { difference |= one ^ other }
            return difference == 0
        }
    }

    private static func read(_ path: String) throws(Unreadable) -> [UInt8] {
        let data: Data?
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            data = try file.read(upToCount: 64 << 10)
        } catch {
            throw Unreadable(description: "\(path): the token cannot be read")
        }
        // What is no token must not be quoted: it may be another secret.
        let token = (data ?? Data()).filter { $0 > 32 }
        guard token.count >= 16, token.allSatisfy({ $0 < 127 }) else {
            throw Unreadable(description: "\(path): it holds no token of at least 16 printable characters")
        }
        return Array(token)
    }
}
