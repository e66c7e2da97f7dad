internal import CZstd

/// zstd, of one frame or many (RFC 8878); windows up to 128 MiB.
@safe
final class ZstdSource: ByteSource {
    private let compressed: any ByteSource
    private let stream: OpaquePointer
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private var filled = 0
    private var taken = 0
    private var isFrameDone = true
    private var hasFrame = false
    /// Met behind bytes that had to be given first.
    private var failure: IntakeError?
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
        if let failure { throw failure }
        var output = unsafe ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        do throws(IntakeError) {
            while unsafe output.pos == 0 {
                guard try unsafe advance(&output) else { return 0 }
            }
        } catch {
            failure = error
            if unsafe output.pos == 0 { throw error }
        }
        return unsafe output.pos
    }

    /// Decompresses a piece; false at the end.
    private func advance(_ output: inout ZSTD_outBuffer) throws(IntakeError) -> Bool {
        if taken == filled {
            filled = try unsafe compressed.read(into: input)
            taken = 0
            if filled == 0, isFrameDone { return false }
        }
        var piece = unsafe ZSTD_inBuffer(src: input.baseAddress, size: filled, pos: taken)
        let status = unsafe ZSTD_decompressStream(stream, &output, &piece)
        taken = unsafe piece.pos
        guard ZSTD_isError(status) == 0 else {
            // A frame whose window is larger than 128 MiB would take as much memory.
            let name = unsafe String(cString: ZSTD_getErrorName(status))
            throw IntakeError(isFrameDone && hasFrame ? Self.behind : "the zstd data is damaged: \(name)")
        }
        isFrameDone = status == 0
        hasFrame = hasFrame || isFrameDone
        // With nothing more to come, what zstd still holds has to come out now.
        guard unsafe filled > 0 || output.pos > 0 || isFrameDone else {
            throw IntakeError("the zstd data ends early: the file is cut")
        }
        return true
    }

    private static let behind = "data that is no zstd follows the zstd data"

    /// Whether a file that begins with `magic` is zstd: a frame, or one to be skipped (RFC 8878, 3.1.2).
    static func isRecognised(_ magic: [UInt8]) -> Bool {
        guard magic.count >= 4 else { return false }
        if magic.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) { return true }
        return magic[0] & 0xf0 == 0x50 && magic[1...].starts(with: [0x2a, 0x4d, 0x18])
    }
}
