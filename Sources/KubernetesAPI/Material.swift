internal import Foundation

/// A certificate, a key or a token: the file that holds it, or the thing itself.
package enum Material: Sendable, Equatable, CustomStringConvertible {
    /// Read anew each time, since it may be replaced.
    case file(String)
    case bytes([UInt8])

    /// Its file's path; nil for the thing itself.
    package var path: String? { if case .file(let path) = self { path } else { nil } }

    /// Never the thing itself, which may be a secret.
    package var description: String { path ?? "\(byteCount) bytes" }

    private var byteCount: Int { if case .bytes(let bytes) = self { bytes.count } else { 0 } }

    /// Far more than tokens, keys and authorities are.
    static let sizeLimit = 1 << 20

    /// What it holds now.
    ///
    /// - Parameter what: what it is, for errors.
    func contents(_ what: String) throws(APIError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): return bytes
        case .file(let path):
            do {
                let file = try FileHandle(forReadingFrom: URL(filePath: path))
                defer { try? file.close() }
                return Array(try file.read(upToCount: Self.sizeLimit) ?? Data())
            } catch {
                throw APIError(.configuration, "\(path): \(what) cannot be read")
            }
        }
    }

    /// How an error begins that speaks of it.
    func place(_ what: String) -> String { path ?? what }
}
