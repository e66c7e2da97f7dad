/// Tells the lines of records that are known by their byte offsets, for tools that point at lines.
package enum LineNumbers {
    /// For each of `offsets`, which rise, the line that it is in, the first being 1; nil where the file cannot be read
    /// again, as standard input.
    ///
    /// Reads the file once more, to the last offset: lines are asked for at the end, and of few records.
    package static func lines(at offsets: [Int], in path: String) -> [Int]? {
        guard path != "-", FileKind(at: path) == .file, let file = try? LogFile(path: path) else { return nil }
        return try? file.lines(at: offsets)
    }
}

extension LogFile {
    fileprivate func lines(at offsets: [Int]) throws(IntakeError) -> [Int] {
        var counter = LineCounter(offsets)
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while !counter.isDone {
            let count = try read(into: &chunk)
            if count == 0 { break }
            unsafe chunk.withUnsafeBytes { bytes in
                unsafe counter.take(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }
        }
        return counter.finished()
    }
}

/// Counts lines up to offsets that rise.
private struct LineCounter {
    private let offsets: [Int]
    private var lines: [Int] = []
    private var position = 0
    private var line = 1

    init(_ offsets: [Int]) { self.offsets = offsets }

    var isDone: Bool { lines.count == offsets.count }

    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var index = 0
        while !isDone, offsets[lines.count] < position + bytes.count {
            let stop = max(index, offsets[lines.count] - position)
            unsafe line += bytes[index..<stop].count { $0 == 10 }
            index = stop
            lines.append(line)
        }
        if !isDone { unsafe line += bytes[index...].count { $0 == 10 } }
        position += bytes.count
    }

    /// What lies behind the end stands in the last line.
    func finished() -> [Int] { lines + Array(repeating: line, count: offsets.count - lines.count) }
}
