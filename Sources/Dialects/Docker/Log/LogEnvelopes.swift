internal import JSON

/// Opens the JSON objects in which a journal, a log driver or a collector keeps dockerd's lines.
struct LogEnvelopes {
    private let parser = JSONParser(maximumBytes: 4 << 20)

    /// dockerd's line in an object, nil where there is none.
    ///
    /// - Parameter bytes: padded as ``JSONParser`` needs them.
    func line(in bytes: UnsafeRawBufferPointer) throws(JSONError) -> DockerLogLine? {
        guard unsafe LogEnvelope.mayMatter(bytes),
            let entry = try unsafe parser.withDocument(bytes, isPadded: true, { LogEnvelope($0) })
        else { return nil }
        return try unwrap(entry, depth: 0)
    }

    /// The line within; envelopes within envelopes are opened a few times.
    private func unwrap(_ entry: LogEnvelope, depth: Int) throws(JSONError) -> DockerLogLine? {
        switch entry {
        case .line(let line): return line
        case .text(let text, let host, let time):
            var line: DockerLogLine?
            if text.utf8.first == UInt8(ascii: "{"), depth < 3 {
                line = try parser.withDocument(text) { LogEnvelope($0) }.flatMap { inner throws(JSONError) in
                    try unwrap(inner, depth: depth + 1)
                }
            } else {
                var text = text
                line = text.withUTF8 { unsafe DockerLogLine(UnsafeRawBufferPointer($0)) }
            }
            guard var line else { return nil }
            line.time = line.time ?? time
            line.host = line.host ?? host
            return line
        }
    }
}
