import JSON

@testable import LiveIntake

/// The journal's export format: in one piece or byte by byte the same entries, each JSON, none larger than is taken.
enum JournalFuzzing {
    /// Small, so that values are cut.
    private static let limit = 512

    static func run(_ bytes: UnsafeRawBufferPointer) {
        let bytes = Array(bytes)
        let (entries, damages) = read(bytes, step: max(bytes.count, 1))
        let piecewise = read(bytes, step: 1)
        precondition(entries == piecewise.entries && damages == piecewise.damages, "a cut changes the entries")
        let parser = JSONParser(maximumBytes: 64 << 20)
        for entry in entries {
            precondition(entry.fields.reduce(0) { $0 + $1.value.count } <= limit)
            precondition((try? parser.withDocument(entry.json) { $0.isObject }) == true, "no JSON: \(entry.json)")
        }
    }

    private static func read(_ bytes: [UInt8], step: Int) -> (entries: [JournalEntry], damages: Int) {
        var parser = JournalExportParser(maximumBytes: limit)
        var entries: [JournalEntry] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            entries += parser.entries(in: bytes[start..<min(start + step, bytes.count)])
        }
        return (entries, parser.damages)
    }
}
