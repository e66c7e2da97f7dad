internal import Foundation
internal import Intake

/// Where a stream of a file is gone on with, as its batches say it: JSON that only this room reads.
///
/// The file is found again by its device and inode under whatever name it has by then, and known by its first bytes:
/// inodes are given to new files once the old ones are gone, and a file that is cut keeps its own.
struct FileCursor: Sendable, Equatable, Codable {
    var device: UInt64
    var inode: UInt64
    /// Bytes read, of a compressed file decompressed: behind a line's end, except where `isSkipping`.
    var offset: Int
    /// Stands for the first bytes, as far as they were there.
    var head: FileHead
    /// When the file was changed last, as far as was known, in nanoseconds since 1970.
    var modified: Int64
    /// Whether the line at `offset` has been given cut, and the rest of it is passed over.
    var isSkipping = false

    /// The beginning of a file.
    init(_ identity: FileIdentity, modified: Int64) {
        device = identity.device
        inode = identity.number
        offset = 0
        head = FileHead()
        self.modified = modified
    }

    /// Reads what ``text`` wrote; nil for anything else.
    init?(_ text: String) {
        guard let cursor = try? JSONDecoder().decode(Self.self, from: Data(text.utf8)), cursor.offset >= 0,
            (0...FileHead.maximumLength).contains(cursor.head.length)
        else { return nil }
        self = cursor
    }

    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Numbers and text always have a form.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    var identity: FileIdentity {
        get { FileIdentity(device: device, number: inode) }
        set { (device, inode) = (newValue.device, newValue.number) }
    }
}

/// A file's first bytes, as their number and a hash.
///
/// A hash that nobody is meant to withstand: who can write a log's beginning can write the rest of it, too.
struct FileHead: Sendable, Equatable, Codable {
    static let maximumLength = 1_024

    var length: Int
    /// 16 hexadecimal digits.
    var hash: String

    /// Of no bytes, as which every file begins.
    init() { self.init(of: []) }

    init(of bytes: some Collection<UInt8>) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        length = bytes.count
        let digits = String(hash, radix: 16)
        self.hash = String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Whether a file that begins with `bytes` begins as this says.
    func isHead(of bytes: some Collection<UInt8>) -> Bool {
        bytes.count >= length && Self(of: bytes.prefix(length)) == self
    }
}
