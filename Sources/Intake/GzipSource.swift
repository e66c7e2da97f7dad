internal import CZlib

/// gzip, of one member or many (RFC 1952).
@safe
final class GzipSource: ByteSource {
    private let compressed: any ByteSource
    private var stream = unsafe z_stream()
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private var isMemberDone = false
    private var isInputDone = false
    /// Met behind bytes that had to be given first.
    private var failure: IntakeError?
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
        if let failure { throw failure }
        let room = UInt32(clamping: buffer.count)
        unsafe stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.avail_out = room
        do throws(IntakeError) {
            while unsafe stream.avail_out == room {
                guard try advance() else { return 0 }
            }
        } catch {
            failure = error
            if unsafe stream.avail_out == room { throw error }
        }
        return unsafe Int(room - stream.avail_out)
    }

    /// Decompresses a piece; false at the end.
    private func advance() throws(IntakeError) -> Bool {
        if unsafe stream.avail_in == 0, !isInputDone { try refill() }
        if isMemberDone {
            if isInputDone { return false }
            guard try beginMember() else { return false }
        }
        let outputRoom = unsafe stream.avail_out
        let status = unsafe inflate(&stream, Z_NO_FLUSH)
        switch status {
        case Z_STREAM_END: isMemberDone = true
        case Z_OK, Z_BUF_ERROR:
            // With nothing more to come, what zlib still holds has to come out now.
            guard unsafe !isInputDone || stream.avail_out < outputRoom else {
                throw IntakeError("the gzip data ends early: the file is cut")
            }
        default: throw IntakeError("the gzip data is damaged")
        }
        return true
    }

    private func refill() throws(IntakeError) {
        let count = try unsafe compressed.read(into: input)
        isInputDone = count == 0
        unsafe stream.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.avail_in = UInt32(count)
    }

    /// Turns to the member that follows; false where zeros fill the file up, as tapes do.
    private func beginMember() throws(IntakeError) -> Bool {
        guard let next = unsafe stream.next_in, unsafe next.pointee == 0x1f else {
            guard try hasOnlyZeros() else { throw IntakeError("data that is no gzip follows the gzip data") }
            return false
        }
        isMemberDone = false
        unsafe inflateReset(&stream)
        return true
    }

    private func hasOnlyZeros() throws(IntakeError) -> Bool {
        while !isInputDone {
            let rest = unsafe UnsafeRawBufferPointer(start: stream.next_in, count: Int(stream.avail_in))
            guard unsafe rest.allSatisfy({ $0 == 0 }) else { return false }
            try refill()
        }
        return true
    }
}
