internal import Glibc

/// A regular file that is open for writing at its end.
final class OpenFile: Sendable {
    private let path: String
    private let descriptor: Int32
    private let device: dev_t
    private let inode: ino_t
    /// When it had been written to last when it was opened, in seconds since 1970.
    let writtenBefore: Int64

    init(_ configuration: RotatingFile.Configuration) throws(DeliveryError) {
        path = configuration.path
        let flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        descriptor = unsafe Glibc.open(path, flags, configuration.mode)
        guard descriptor >= 0 else { throw .file(configuration.path, "cannot be opened") }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            Glibc.close(descriptor)
            throw .file(configuration.path, "cannot be looked at")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            Glibc.close(descriptor)
            throw DeliveryError("\(configuration.path) is no file", isTransient: true)
        }
        (device, inode) = (status.st_dev, status.st_ino)
        writtenBefore = Int64(status.st_mtim.tv_sec)
    }

    deinit { Glibc.close(descriptor) }

    /// How large it is, in bytes.
    var size: Int64? {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// Whether it still has that name.
    func isStill(at path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_dev == device && status.st_ino == inode
    }

    /// Appends all bytes, or none.
    func append(_ bytes: [UInt8]) throws(DeliveryError) {
        guard let size else { throw .file(path, "cannot be looked at") }
        // A line that was cut, as by a crash, ends before the next begins.
        let bytes = size > 0 && last(of: size) != 10 ? [10] + bytes : bytes
        var count = 0
        while count < bytes.count {
            let written = unsafe bytes[count...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                let error = DeliveryError.file(path, "cannot be written")
                // What came to be written of them would be there twice after the next try.
                _ = ftruncate(descriptor, off_t(size))
                throw error
            }
            count += written
        }
    }

    func synchronize() throws(DeliveryError) {
        guard fdatasync(descriptor) == 0 else { throw .file(path, "cannot be synchronized") }
    }

    private func last(of size: Int64) -> UInt8? {
        var byte: UInt8 = 0
        return unsafe pread(descriptor, &byte, 1, off_t(size - 1)) == 1 ? byte : nil
    }
}
