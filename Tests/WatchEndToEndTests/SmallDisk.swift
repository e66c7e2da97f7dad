import Foundation

/// A file system of its own that is small, so that it can be filled.
final class SmallDisk {
    private let path: String
    private var ballast: String { path + "/ballast" }

    /// Whether this process may mount one.
    static let isPossible: Bool = {
        let path = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-disk-\(UUID().uuidString)").path
        return (try? SmallDisk(at: path, mebibytes: 1)) != nil
    }()

    /// Mounts it at a folder, which is made.
    init(at path: String, mebibytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let options = ["-t", "tmpfs", "-o", "size=\(mebibytes)m", "tmpfs", path]
        guard try Tool.run("/usr/bin/env", ["mount"] + options).status == 0 else {
            try? FileManager.default.removeItem(atPath: path)
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    deinit {
        _ = try? Tool.run("/usr/bin/env", ["umount", "--lazy", path])
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Takes all the room that is left.
    func fill() throws {
        _ = FileManager.default.createFile(atPath: ballast, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: ballast))
        var size = 1 << 20
        while size >= 1 {
            while (try? file.write(contentsOf: Data(repeating: 1, count: size))) != nil {}
            size /= 4
        }
        try file.close()
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: ballast) }
}
