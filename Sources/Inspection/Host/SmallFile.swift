#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Files that are read whole, up to a limit.
enum SmallFile {
    /// Why a file cannot be read.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// The bytes of a regular file, or of one that the kernel makes up.
    ///
    /// - Throws: ``Failure`` where it cannot be opened without waiting, or is larger than the limit.
    static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        // A named pipe would have us wait for whoever writes.
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw Failure(description: unsafe String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(description: "it is no file to read")
        }
        var bytes: [UInt8] = []
        while true {
            var count = 0
            let part = unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, initialized in
                count = unsafe systemRead(descriptor, buffer.baseAddress, buffer.count)
                initialized = max(0, count)
            }
            guard count >= 0 else { throw Failure(description: unsafe String(cString: strerror(errno))) }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw Failure(description: "it is larger than \(limit) bytes") }
            bytes += part
        }
    }

    static func bytes(_ path: String, limit: Int) -> [UInt8]? { try? read(path, limit: limit) }

    static func text(_ path: String, limit: Int) -> String? {
        bytes(path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// read(2): the enum has a function of that name itself.
private func systemRead(_ descriptor: Int32, _ address: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, address, count)
}
