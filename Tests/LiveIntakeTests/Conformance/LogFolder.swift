import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder that goes with the test, with logs in it that are written and rotated.
final class LogFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "live-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Appends to a file as a log's writer does, made where it is not there.
    @discardableResult
    func append(_ text: String, to name: String) throws -> String { try append(Array(text.utf8), to: name) }

    @discardableResult
    func append(_ bytes: [UInt8], to name: String) throws -> String {
        let file = path(name)
        let folder = URL(filePath: file).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if !FileManager.default.fileExists(atPath: file) { try Data().write(to: URL(filePath: file)) }
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
        return file
    }

    func move(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(atPath: path(name), toPath: path(other))
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func link(_ name: String, to target: String) throws {
        let folder = URL(filePath: path(name)).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    }

    /// Copies a log and cuts it, as logrotate's copytruncate does.
    func copyAndCut(_ name: String, to other: String) throws {
        try Data(contentsOf: URL(filePath: path(name))).write(to: URL(filePath: path(other)))
        try cut(name, to: 0)
    }

    func cut(_ name: String, to size: UInt64) throws {
        let handle = try #require(FileHandle(forWritingAtPath: path(name)))
        try handle.truncate(atOffset: size)
        try handle.close()
    }

    /// Compresses as logrotate does: the plain file goes once the other is whole.
    func compress(_ name: String) throws {
        let arguments = ["/usr/bin/gzip", path(name)]
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var process = pid_t()
        var status: Int32 = 0
        #expect(unsafe posix_spawn(&process, arguments[0], nil, nil, &words, environ) == 0)
        // Not by Foundation's Process, which waits on a run loop.
        #expect(unsafe waitpid(process, &status, 0) == process)
        #expect(status == 0)
    }
}
