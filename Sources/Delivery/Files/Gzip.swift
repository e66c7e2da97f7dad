internal import CZlib
internal import Glibc

/// Compresses as gzip (RFC 1952).
enum Gzip {
    private static let level: Int32 = 6
    private static let pieceSize = 256 << 10

    /// - Throws: ``DeliveryError`` where there is no memory for it.
    static func compress(_ bytes: [UInt8]) throws(DeliveryError) -> [UInt8] {
        let compressor = try Compressor()
        var output: [UInt8] = []
        try compressor.add(bytes, isLast: true) { output += $0 }
        return output
    }

    /// Puts `PATH.gz` in the place of a file.
    static func compress(file path: String, mode: UInt32) throws(DeliveryError) {
        let compressor = try Compressor()
        let source = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw .file(path, "cannot be opened") }
        defer { close(source) }
        let partial = "\(path).gz.part"
        let target = unsafe open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard target >= 0 else { throw .file(partial, "cannot be opened") }
        let failure: DeliveryError?
        do throws(DeliveryError) {
            defer { close(target) }
            try copy(from: source, to: target, with: compressor, path)
            guard fdatasync(target) == 0 else { throw .file(partial, "cannot be synchronized") }
            failure = nil
        } catch {
            failure = error
        }
        guard failure == nil, unsafe rename(partial, "\(path).gz") == 0, unsafe unlink(path) == 0 else {
            unsafe unlink(partial)
            throw failure ?? .file(path, "cannot be replaced")
        }
    }

    private static func copy(
        from source: Int32,
        to target: Int32,
        with compressor: Compressor,
        _ path: String
    ) throws(DeliveryError) {
        var piece = [UInt8](repeating: 0, count: pieceSize)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe read(source, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw .file(path, "cannot be read") }
            var failure: DeliveryError?
            try compressor.add(Array(piece[..<count]), isLast: count == 0) { output in
                guard failure == nil else { return }
                let written = unsafe output.withUnsafeBytes { unsafe write(target, $0.baseAddress, $0.count) }
                if written != output.count { failure = .file("\(path).gz", "cannot be written") }
            }
            if let failure { throw failure }
            if count == 0 { return }
        }
    }

    /// One gzip member that is being made.
    @safe
    private final class Compressor {
        private var stream = unsafe z_stream()

        init() throws(DeliveryError) {
            guard unsafe tw_deflate_init(&stream, Gzip.level) == Z_OK else {
                throw DeliveryError("no memory to compress", isTransient: true)
            }
        }

        deinit { unsafe deflateEnd(&stream) }

        func add(_ bytes: [UInt8], isLast: Bool, _ give: ([UInt8]) -> Void) throws(DeliveryError) {
            var bytes = bytes
            var output = [UInt8](repeating: 0, count: Gzip.pieceSize)
            unsafe bytes.withUnsafeMutableBufferPointer { input in
                unsafe stream.next_in = input.baseAddress
                unsafe stream.avail_in = UInt32(input.count)
                var room: UInt32 = 0
                while room == 0 {
                    let count = unsafe output.withUnsafeMutableBufferPointer { buffer in
                        unsafe stream.next_out = buffer.baseAddress
                        unsafe stream.avail_out = UInt32(buffer.count)
                        _ = unsafe deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                        room = unsafe stream.avail_out
                        return buffer.count - Int(room)
                    }
                    if count > 0 { give(Array(output[..<count])) }
                }
            }
        }
    }
}
