internal import Foundation

/// Something that must not be known: where it is, never what.
package enum Secret: Sendable, Equatable, CustomStringConvertible {
    /// What a file holds, without white space around it; read each time, so that a new one counts at once.
    case file(String)
    /// What a variable of the process's environment holds.
    case environment(String)

    package var description: String {
        switch self {
        case .file(let path): "the secret in \(path)"
        case .environment(let name): "the secret in $\(name)"
        }
    }

    /// More than any token or key has.
    private static let sizeLimit = 64 << 10

    /// What it is.
    ///
    /// - Throws: ``DeliveryError`` that may pass: a secret is put into its place by somebody else.
    func bytes() throws(DeliveryError) -> [UInt8] {
        var bytes: [UInt8]
        switch self {
        case .file(let path):
            guard let file = FileHandle(forReadingAtPath: path) else {
                throw DeliveryError("\(path): the secret cannot be read", isTransient: true)
            }
            defer { try? file.close() }
            do {
                bytes = Array(try file.read(upToCount: Self.sizeLimit) ?? Data())
            } catch {
                throw DeliveryError("\(path): the secret cannot be read", isTransient: true)
            }
        case .environment(let name): bytes = Array((ProcessInfo.processInfo.environment[name] ?? "").utf8)
        }
        while let last = bytes.last, Self.isSpace(last) { bytes.removeLast() }
        bytes = Array(bytes.drop(while: Self.isSpace))
        guard !bytes.isEmpty else { throw DeliveryError("\(self) is empty", isTransient: true) }
        return bytes
    }

    /// What it is, as one word of a header or an address.
    func word() throws(DeliveryError) -> String {
        let bytes = try bytes()
        guard bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw DeliveryError("\(self) is no single line of printable ASCII", isTransient: true)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
