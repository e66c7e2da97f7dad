import Foundation

/// A program that a fix names, run to see that what is written for it is what it takes.
struct ShellCommand {
    var status: Int32
    var output: String

    /// Whether all of some programs are there.
    static func finds(_ names: String...) -> Bool {
        names.allSatisfy { name in
            ["/usr/bin/", "/usr/sbin/", "/bin/", "/usr/local/bin/"].contains { folder in
                FileManager.default.isExecutableFile(atPath: folder + name)
            }
        }
    }

    /// Runs it, with a text on its standard input; what it says of errors is passed over.
    init(_ words: [String], input: String = "", in folder: URL? = nil, variables: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { _, own in own }
        let given = URL.temporaryDirectory.appending(path: "tidewaiter-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: given) }
        try Data(input.utf8).write(to: given)
        let pipe = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: given)
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        status = process.terminationStatus
        output = String(decoding: data, as: UTF8.self)
    }
}
