import Foundation
import Deployments
import Dialects
import Intake

/// Intake: compression, the format told by the head, every framing; records lie within the file and in order.
enum LogFileFuzzing {
    private static let path = FileManager.default.temporaryDirectory
        .appending(path: "tidewaiter-fuzz-\(ProcessInfo.processInfo.processIdentifier)").path

    static func run(_ bytes: UnsafeRawBufferPointer) {
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else { return }
        defer { unlink(path) }
        for framing in [Framing.lines, .jsonDocuments, .wholeFile] {
            do throws(IntakeError) {
                let file = try LogFile(path: path)
                if let format = FormatDetection.format(head: file.head) { _ = format.framing(head: file.head) }
                var end = 0
                try file.forEachRecord(framing, maximumRecordBytes: 1_024) { record in
                    // A list without its end is told by a record of nothing, where the rest should be.
                    let isEnd = record.bytes.isEmpty && record.defects.contains(.truncated)
                    precondition(isEnd || !record.bytes.isEmpty && record.bytes.count <= 1_024)
                    precondition(record.position.offset >= end, "records overlap")
                    end = record.position.offset + record.bytes.count
                }
            } catch {
                precondition(!error.description.isEmpty)
            }
        }
    }
}
