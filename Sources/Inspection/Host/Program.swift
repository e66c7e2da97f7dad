internal import Foundation
internal import Posture

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A program of the system's that is asked for what it knows.
struct Program: Sendable {
    var name: String
    var arguments: [String]

    private static let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]
    private static let maximumBytes = 32 << 20

    init(_ name: String, _ arguments: [String] = []) {
        self.name = name
        self.arguments = arguments
    }

    /// What it prints; absent where it is not installed.
    ///
    /// - Parameter time: after how many seconds it is ended.
    func output(within time: Double = 5) -> Reading<String> {
        // Not by PATH: an audit often runs as root.
        let path = Self.folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let path else { return .absent }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ["LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        let complaints = Pipe()
        process.standardOutput = output
        process.standardError = complaints
        do { try process.run() } catch { return .unreadable("\(path) cannot be run: \(error)") }
        let identifier = process.processIdentifier
        let end = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + time, execute: end)
        let bytes = (try? output.fileHandleForReading.read(upToCount: Self.maximumBytes)) ?? Data()
        let words = (try? complaints.fileHandleForReading.read(upToCount: 4_096)) ?? Data()
        process.waitUntilExit()
        end.cancel()
        guard process.terminationStatus == 0 else {
            let line = String(decoding: words, as: UTF8.self).split(separator: "\n").first.map(String.init)
            return .unreadable("\(path) failed: \(line ?? "status \(process.terminationStatus)")")
        }
        return .known(String(decoding: bytes, as: UTF8.self))
    }
}
