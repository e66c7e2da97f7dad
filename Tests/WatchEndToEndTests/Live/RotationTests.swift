import Foundation
import ProcessTesting
import Testing

/// A log that is written to without a pause while the real logrotate turns it, and is watched all along.
@Suite(
    .enabled(
        if: Command.areThere(["logrotate"]),
        "needs logrotate (Scripts/setup tests): its rotations are NOT followed under load"
    )
)
struct RotationTests {
    enum Way: String, CaseIterable {
        /// The server writes on to the old file until it is told to open the new one.
        case rename = "create\n    compress\n    delaycompress"
        case copytruncate
    }

    private static let lines = 6_000
    private static let rotations = 12

    private static func line(_ number: Int) -> String {
        "192.0.2.7 - - [24/Nov/2026:10:00:00 +0000] "
            + "\"POST /v1.41/containers/create?name=c\(number) HTTP/1.1\" 201 20 \"-\" \"curl/8\"\n"
    }

    @Test(arguments: Way.allCases)
    func `no line is lost, and none is told twice`(way: Way) async throws {
        let watcher = try Watcher()
        let log = watcher.path("logs/access.log")
        try FileManager.default.createDirectory(atPath: watcher.path("logs"), withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: log))
        try watcher.configure(
            "  - name: proxy\n    files: {paths: [\(log)], from: beginning, format: access-log}",
            more: "built-in-rules: false"
        )
        let configuration = """
            \(log) {
                rotate 50
                su root root
                \(way.rawValue)
            }

            """.replacing("su root root", with: getuid() == 0 ? "su root root" : "")
        try Data(configuration.utf8).write(to: URL(filePath: watcher.path("logrotate.conf")))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: watcher.path("logrotate.conf"))
        try watcher.start()
        #expect(try await watcher.follows(["proxy"]), "\(watcher.messages)")

        let (configured, state) = (watcher.path("logrotate.conf"), watcher.path("state"))
        async let turned: Void = rotate(configured, state)
        try await write(to: log, reopens: way == .rename)
        try await turned

        let kept = try Self.names(in: watcher.path("logs"))
        // What is written between the copy and the cut is in no file, as logrotate itself says; nor is what a slow writer
        // writes to a file that was rotated twice, and so compressed.
        let certain = kept
        #expect(kept.count > Self.lines / 2)
        let isWhole = try await eventually(within: 120) {
            try certain.isSubset(of: Set(Self.names(of: watcher.deployments())))
        }
        #expect(watcher.stop() == 0)
        let found = try Self.names(of: watcher.deployments())
        #expect(isWhole, "missing \(certain.subtracting(found).sorted().prefix(10)) \(watcher.messages)")
        #expect(Set(found).count == found.count)
        #expect(Set(found).isSubset(of: 0..<Self.lines))
        print("\(way): \(Self.lines) lines written, \(kept.count) in the files, \(found.count) told of")
    }

    /// Writes as a server does: one line after the other, to the file that it has open.
    private func write(to log: String, reopens: Bool) async throws {
        var file = try Self.open(log)
        var sinceRename = 0
        for number in 0..<Self.lines {
            try file.write(contentsOf: Data(Self.line(number).utf8))
            if reopens, try Self.isMoved(file, from: log) {
                sinceRename += 1
                // It has yet to be told, and to come to it.
                if sinceRename > 40 { (file, sinceRename) = (try Self.open(log), 0) }
            }
            if number.isMultiple(of: 10) { try await Task.sleep(for: .milliseconds(4)) }
        }
        try file.close()
    }

    private static func open(_ log: String) throws -> FileHandle {
        let descriptor = unsafe Foundation.open(log, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        guard descriptor >= 0 else { throw Command.Failed("\(log) cannot be opened") }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private static func isMoved(_ file: FileHandle, from log: String) throws -> Bool {
        var (mine, theirs) = (stat(), stat())
        guard unsafe fstat(file.fileDescriptor, &mine) == 0, unsafe stat(log, &theirs) == 0 else { return false }
        return mine.st_ino != theirs.st_ino
    }

    private func rotate(_ configuration: String, _ state: String) async throws {
        for _ in 0..<Self.rotations {
            try await Task.sleep(for: .milliseconds(150))
            try await Command.run(["logrotate", "--force", "--state", state, configuration])
        }
    }

    /// The numbers of the lines in a folder's files.
    private static func names(in folder: String) throws -> Set<Int> {
        var found: Set<Int> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let path = "\(folder)/\(name)"
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["gzip", "-cdf", path]
            process.standardOutput = pipe
            try process.run()
            let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.untilEnd()
            for line in text.split(separator: "\n") {
                guard let start = line.firstRange(of: "name=c")?.upperBound else { continue }
                if let number = Int(line[start...].prefix { $0.isNumber }) { found.insert(number) }
            }
        }
        return found
    }

    private static func names(of deployments: [[String: Any]]) -> [Int] {
        deployments.compactMap { value($0, "container.name") }.compactMap { Int($0.dropFirst()) }
    }
}
