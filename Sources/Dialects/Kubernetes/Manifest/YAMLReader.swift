internal import JSON

/// Turns YAML into JSON text, as the API server's own tools do, so that one reading of templates serves both.
///
/// Scalars are those of YAML 1.1 as sigs.k8s.io/yaml reads them (``YAMLScalar``). Duplicate keys stay in the JSON, so
/// that whoever reads it sees that there are two; of anchors, aliases and merge keys nothing is left.
enum YAMLReader {
    /// A manifest larger than this is no manifest; Kubernetes itself takes 3 MiB.
    static let maximumBytes = 8 << 20
    static let maximumDepth = 128
    /// Aliases multiply: more JSON than this comes from a bomb, not from a manifest.
    static let maximumJSONBytes = maximumBytes * 4

    /// Members that merge keys may bring into one mapping.
    static let maximumMerged = 100_000

    /// A document and where it starts.
    struct Document {
        var json: String
        /// Bytes from the text's first.
        var offset: Int
    }

    /// Why a document cannot be read, and where.
    struct Failure: Error, Equatable {
        /// What is wrong, with the line that it is on.
        var message: String
        /// Where the document starts: bytes from the text's first.
        var offset: Int
    }

    /// Splits `text` at its document marks; each part is read by itself, so that a broken one costs only itself.
    static func documents(in text: String) -> [Result<Document, Failure>] {
        var text = text
        return text.withUTF8 { unsafe documents(in: UnsafeRawBufferPointer($0)) }
    }

    /// The same for bytes, which need not be UTF-8: a document that is not is a failure.
    static func documents(in bytes: UnsafeRawBufferPointer) -> [Result<Document, Failure>] {
        unsafe YAMLDocuments.parts(of: bytes).compactMap { part in
            let content = unsafe UnsafeRawBufferPointer(rebasing: bytes[part.range])
            guard unsafe content.contains(where: { $0 > 32 }) else { return nil }
            do throws(YAMLComposer.Failure) {
                guard let json = try unsafe YAMLComposer.json(of: content) else { return nil }
                return .success(Document(json: json, offset: part.range.lowerBound))
            } catch {
                let hint =
                    unsafe YAMLDocuments.isTemplate(content)
                    ? "; it is a template: render it first (helm template)" : ""
                let message = "line \(part.line + error.line): \(error.problem)\(hint)"
                return .failure(Failure(message: message, offset: part.range.lowerBound))
            }
        }
    }

    /// A manifest that stands as text inside another object, as JSON text; nil when it is none.
    static func json(fromEmbedded text: String) -> String? {
        guard text.utf8.count <= 1 << 20, text.utf8.contains(UInt8(ascii: ":")) else { return nil }
        // YAML's flow style begins like JSON, and who deploys the manifest reads both.
        if let first = text.utf8.first(where: { $0 > 32 }), first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            (try? JSONParser(maximumBytes: maximumJSONBytes).withDocument(text) { _ in }) != nil
        {
            return text
        }
        let documents = documents(in: text).compactMap { try? $0.get().json }.filter { $0.hasPrefix("{") }
        return documents.count == 1 ? documents[0] : documents.isEmpty ? nil : "[\(documents.joined(separator: ","))]"
    }
}

/// Finds where the documents of a YAML stream stand, without reading them (YAML 1.2.2, section 9.1).
enum YAMLDocuments {
    /// One document's bytes, and how many lines stand before it.
    struct Part: Equatable {
        var range: Range<Int>
        var line: Int
    }

    /// The parts between the marks `---` and `...`, which stand alone at a line's start in whatever they interrupt.
    static func parts(of bytes: UnsafeRawBufferPointer) -> [Part] {
        var parts: [Part] = []
        var start = unsafe bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        var startLine = 0
        var line = 0
        var position = start
        // Directives and comments before a mark belong to the document that it opens.
        var hasContent = false
        while position < bytes.count {
            let end = unsafe bytes[position...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
            let text = unsafe bytes[position..<end]
            if unsafe isMark(text, "---") {
                if hasContent {
                    parts.append(Part(range: start..<position, line: startLine))
                    (start, startLine) = (position, line)
                }
                hasContent = true
            } else if unsafe isMark(text, "...") {
                parts.append(Part(range: start..<end, line: startLine))
                (start, startLine, hasContent) = (end, line + 1, false)
            } else if let first = unsafe text.first(where: { $0 > 32 }) {
                hasContent = hasContent || (first != UInt8(ascii: "#") && first != UInt8(ascii: "%"))
            }
            position = end
            line += 1
        }
        parts.append(Part(range: start..<bytes.count, line: startLine))
        return parts
    }

    /// Whether the text holds template actions, which only their engine can read.
    static func isTemplate(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var previous: UInt8 = 0
        return unsafe bytes.contains { byte in
            defer { previous = byte }
            return byte == UInt8(ascii: "{") && previous == byte
        }
    }

    private static func isMark(_ line: Slice<UnsafeRawBufferPointer>, _ mark: StaticString) -> Bool {
        guard unsafe line.count >= 3, unsafe line.starts(with: UnsafeBufferPointer(start: mark.utf8Start, count: 3))
        else { return false }
        return unsafe line.dropFirst(3).first.map { $0 <= 32 } ?? true
    }
}
