import CZlib
import CZstd
@testable import Intake
import Testing

/// Text that compresses well, but not to nothing.
private let text: [UInt8] = (0..<40_000).flatMap { "line \($0) of a log that is compressed\n".utf8 }

@Suite struct GzipSourceTests {
    static func compressed(_ bytes: [UInt8]) throws -> [UInt8] {
        var stream = unsafe z_stream()
        // 15: the largest window; 16: with gzip's header.
        let version = "1.2.13"
        #expect(
            unsafe deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, 0, version, Int32(MemoryLayout<z_stream>.size))
                == Z_OK
        )
        defer { unsafe deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count + 1_024)
        let count = unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe stream.next_in = input.baseAddress
                unsafe stream.avail_in = UInt32(input.count)
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(output.count)
                #expect(unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END)
                return unsafe output.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<count])
    }

    private func read(_ bytes: [UInt8], pieceBytes: Int = .max) throws -> (bytes: [UInt8], failure: IntakeError?) {
        IntakeTests.bytes(of: try GzipSource(MemorySource(bytes, pieceBytes: pieceBytes)))
    }

    @Test(arguments: [1, 3_000, .max])
    func `a member is read whole, however it arrives`(_ pieceBytes: Int) throws {
        let (bytes, failure) = try read(try Self.compressed(text), pieceBytes: pieceBytes)
        #expect(bytes == text)
        #expect(failure == nil)
    }

    @Test(arguments: [1, 100, .max])
    func `members one behind the other are one text, empty ones and padding of zeros no matter`(
        _ pieceBytes: Int
    ) throws {
        let members = try ["one\n", "", "two\n"].flatMap { try Self.compressed(Array($0.utf8)) }
        let (bytes, failure) = try read(members + [UInt8](repeating: 0, count: 700), pieceBytes: pieceBytes)
        #expect(bytes == Array("one\ntwo\n".utf8))
        #expect(failure == nil)
    }

    @Test func `data that ends early gives all that came before, then says so`() throws {
        let whole = try Self.compressed(text)
        let (bytes, failure) = try read(Array(whole.dropLast(20)))
        #expect(failure == IntakeError("the gzip data ends early: the file is cut"))
        #expect(bytes.count > text.count - 20_000 && text.starts(with: bytes))
        // Cut within the trailer: nothing of the text is missing.
        let (all, cut) = try read(Array(whole.dropLast(1)))
        #expect(all == text)
        #expect(cut == failure)
    }

    @Test func `an end at the header is told`() throws {
        #expect(try read([0x1f, 0x8b]).failure == IntakeError("the gzip data ends early: the file is cut"))
    }

    @Test func `garbage behind the data is told, and the data is given first`() throws {
        let (bytes, failure) = try read(try Self.compressed(text) + Array("garbage".utf8))
        #expect(bytes == text)
        #expect(failure == IntakeError("data that is no gzip follows the gzip data"))
    }

    @Test func `damage is told, and what came before it is given`() throws {
        var whole = try Self.compressed(text)
        let middle = whole.count / 2
        for index in middle..<(middle + 64) { whole[index] ^= 0x5a }
        let (bytes, failure) = try read(whole)
        #expect(failure == IntakeError("the gzip data is damaged"))
        #expect(bytes.count > text.count / 4 && bytes.count < text.count)
        #expect(text.starts(with: bytes.prefix(text.count / 4)))
    }
}

@Suite struct ZstdSourceTests {
    static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = unsafe output.withUnsafeMutableBytes { output in
            unsafe bytes.withUnsafeBytes { input in
                let context = unsafe ZSTD_createCCtx()
                defer { unsafe ZSTD_freeCCtx(context) }
                unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
                return unsafe ZSTD_compress2(context, output.baseAddress, output.count, input.baseAddress, input.count)
            }
        }
        return Array(output[..<count])
    }

    static let skippable: [UInt8] = [0x51, 0x2a, 0x4d, 0x18, 5, 0, 0, 0] + Array("notes".utf8)

    private func read(_ bytes: [UInt8], pieceBytes: Int = .max) throws -> (bytes: [UInt8], failure: IntakeError?) {
        IntakeTests.bytes(of: try ZstdSource(MemorySource(bytes, pieceBytes: pieceBytes)))
    }

    @Test(arguments: [1, 3_000, .max])
    func `a frame is read whole, however it arrives`(_ pieceBytes: Int) throws {
        let (bytes, failure) = try read(Self.compressed(text), pieceBytes: pieceBytes)
        #expect(bytes == text)
        #expect(failure == nil)
    }

    @Test(arguments: [1, .max])
    func `frames one behind the other are one text, and those to be skipped are`(_ pieceBytes: Int) throws {
        let one = Self.compressed(Array("one\n".utf8))
        let two = Self.compressed(Array("two\n".utf8))
        let all = Self.skippable + one + Self.skippable + Self.compressed([]) + two + Self.skippable
        let (bytes, failure) = try read(all, pieceBytes: pieceBytes)
        #expect(bytes == Array("one\ntwo\n".utf8))
        #expect(failure == nil)
    }

    @Test func `data that ends early gives what came before, then says so`() throws {
        let whole = Self.compressed(text)
        let (bytes, failure) = try read(Array(whole.dropLast(10)))
        #expect(failure == IntakeError("the zstd data ends early: the file is cut"))
        #expect(bytes.count > text.count / 2 && text.starts(with: bytes))
    }

    @Test func `much from little is not lost at the end of the input`() throws {
        let zeros = [UInt8](repeating: 0, count: 3_000_000)
        let (bytes, failure) = try read(Self.compressed(zeros))
        #expect(bytes == zeros)
        #expect(failure == nil)
    }

    @Test func `garbage behind the data is told, and the data is given first`() throws {
        let (bytes, failure) = try read(Self.compressed(text) + Array("garbage".utf8))
        #expect(bytes == text)
        #expect(failure == IntakeError("data that is no zstd follows the zstd data"))
    }

    @Test func `damage is told`() throws {
        var whole = Self.compressed(text)
        for index in (whole.count / 2)..<(whole.count / 2 + 64) { whole[index] ^= 0x5a }
        let (bytes, failure) = try read(whole)
        #expect(failure?.description.hasPrefix("the zstd data is damaged: ") == true)
        #expect(bytes.count <= text.count)
    }
}
