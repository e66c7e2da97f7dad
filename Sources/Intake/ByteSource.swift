internal import CZlib
internal import CZstd
internal import Foundation

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Why a source stopped giving bytes before its end.
package struct IntakeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do.
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// Bytes from somewhere, in order, until there are none.
protocol ByteSource: AnyObject {
    /// Fills the start of `buffer`; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int
    /// Bytes taken from the file so far, compressed where it is, for progress.
    var position: Int { get }
}

/// An open file, or standard input.
final class FileSource: ByteSource {
    private let descriptor: Int32
    private let isOwned: Bool
    private(set) var position = 0
    /// Size in bytes; nil for what has none, such as a pipe.
    let size: Int?

    init(path: String) throws(IntakeError) {
        if path == "-" {
            descriptor = 0
            isOwned = false
            size = nil
            return
        }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw IntakeError(unsafe String(cString: strerror(errno))) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            close(descriptor)
            throw IntakeError(unsafe String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw IntakeError("a folder where a file was expected")
        }
        self.descriptor = descriptor
        isOwned = true
        size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        while true {
            #if canImport(Glibc)
                let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #else
                let count = unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
            if count >= 0 {
                position += count
                return count
            }
            guard errno == EINTR else { throw IntakeError(unsafe String(cString: strerror(errno))) }
        }
    }
}

/// Bytes already read, then the rest of a source: for looking at a head without losing it.
final class PrependedSource: ByteSource {
    private var head: [UInt8]
    private let rest: any ByteSource
    var position: Int { rest.position }

    init(_ head: [UInt8], _ rest: any ByteSource) {
        self.head = head
        self.rest = rest
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        guard !head.isEmpty else { return try unsafe rest.read(into: buffer) }
        let count = min(head.count, buffer.count)
        unsafe buffer.copyBytes(from: head[..<count])
        head.removeFirst(count)
        return count
    }
}

/// gzip, of one member or many (RFC 1952).
@safe
final class GzipSource: ByteSource {
    private let compressed: any ByteSource
    private var stream = unsafe z_stream()
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private var isMemberDone = false
    var position: Int { compressed.position }

    init(_ compressed: any ByteSource) throws(IntakeError) {
        self.compressed = compressed
        guard unsafe tw_inflate_init(&stream) == Z_OK else { throw IntakeError("no memory to decompress gzip") }
    }

    deinit {
        unsafe inflateEnd(&stream)
        unsafe input.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        unsafe stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.avail_out = UInt32(buffer.count)
        while unsafe stream.avail_out == UInt32(buffer.count) {
            if unsafe stream.avail_in == 0 {
                let count = try unsafe compressed.read(into: input)
                if count == 0 {
                    guard isMemberDone else { throw IntakeError("the gzip data ends early: the file is cut") }
                    return 0
                }
                unsafe stream.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                unsafe stream.avail_in = UInt32(count)
            }
            if isMemberDone {
                isMemberDone = false
                unsafe inflateReset(&stream)
            }
            let status = unsafe inflate(&stream, Z_NO_FLUSH)
            if status == Z_STREAM_END {
                isMemberDone = true
            } else if status != Z_OK, status != Z_BUF_ERROR {
                throw IntakeError("the gzip data is damaged")
            }
        }
        return unsafe buffer.count - Int(stream.avail_out)
    }
}

/// zstd, of one frame or many (RFC 8878); windows up to 128 MiB.
@safe
final class ZstdSource: ByteSource {
    private let compressed: any ByteSource
    private let stream: OpaquePointer
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private var filled = 0
    private var taken = 0
    private var isFrameDone = true
    var position: Int { compressed.position }

    init(_ compressed: any ByteSource) throws(IntakeError) {
        self.compressed = compressed
        guard let stream = unsafe ZSTD_createDStream() else { throw IntakeError("no memory to decompress zstd") }
        unsafe self.stream = stream
    }

    deinit {
        unsafe ZSTD_freeDStream(stream)
        unsafe input.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
        var output = unsafe ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        while unsafe output.pos == 0 {
            if taken == filled {
                filled = try unsafe compressed.read(into: input)
                taken = 0
                if filled == 0 {
                    guard isFrameDone else { throw IntakeError("the zstd data ends early: the file is cut") }
                    return 0
                }
            }
            var piece = unsafe ZSTD_inBuffer(src: input.baseAddress, size: filled, pos: taken)
            let status = unsafe ZSTD_decompressStream(stream, &output, &piece)
            taken = unsafe piece.pos
            guard ZSTD_isError(status) == 0 else { throw IntakeError("the zstd data is damaged") }
            isFrameDone = status == 0
        }
        return unsafe output.pos
    }
}
