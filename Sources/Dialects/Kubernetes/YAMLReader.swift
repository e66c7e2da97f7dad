internal import Foundation
internal import JSON
internal import Yams

/// Turns YAML into JSON text, as the API server's own tools do, so that one reading of templates serves both.
///
/// Scalars are those of YAML 1.1, as sigs.k8s.io/yaml reads them: `yes` and `on` are booleans.
enum YAMLReader {
    /// A manifest larger than this is no manifest; Kubernetes itself takes 3 MiB.
    static let maximumBytes = 8 << 20
    static let maximumDepth = 128
    /// Aliases multiply: more nodes than this come from a bomb, not from a manifest.
    static let maximumNodes = 100_000

    /// A document and where it starts.
    struct Document {
        var json: String
        /// Bytes from the text's first.
        var offset: Int
    }

    /// Why a document cannot be read, and where.
    struct Failure: Error {
        var message: String
        /// Bytes from the text's first.
        var offset: Int
    }

    /// Splits `text` at its document marks; each part is read by itself, so that a broken one costs only itself.
    static func documents(in text: String) -> [Result<Document, Failure>] {
        split(text).compactMap { part in
            guard part.text.utf8.contains(where: { $0 > 32 }) else { return nil }
            do {
                guard let node = try Yams.compose(yaml: part.text) else { return nil }
                var count = 0
                let value = try value(of: node, depth: 0, count: &count)
                let data = try JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)
                return .success(Document(json: String(decoding: data, as: UTF8.self), offset: part.offset))
            } catch {
                return .failure(Failure(message: message(of: error), offset: part.offset))
            }
        }
    }

    /// A manifest that stands as text inside another object, as JSON text; nil when it is none.
    static func json(fromEmbedded text: String) -> String? {
        guard text.utf8.count <= 1 << 20, text.contains(":") else { return nil }
        if let first = text.utf8.first(where: { $0 > 32 }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            return text
        }
        let documents = documents(in: text).compactMap { try? $0.get().json }.filter { $0.hasPrefix("{") }
        return documents.count == 1 ? documents[0] : documents.isEmpty ? nil : "[\(documents.joined(separator: ","))]"
    }

    private static func split(_ text: String) -> [(text: String, offset: Int)] {
        var parts: [(String, Int)] = []
        var start = text.utf8.startIndex
        var line = start
        let bytes = text.utf8
        while line < bytes.endIndex {
            let end = bytes[line...].firstIndex(of: UInt8(ascii: "\n")).map { bytes.index(after: $0) } ?? bytes.endIndex
            if line > start, isMark(bytes[line..<end]) {
                parts.append((String(text[start..<line]), bytes.distance(from: bytes.startIndex, to: start)))
                start = line
            }
            line = end
        }
        parts.append((String(text[start...]), bytes.distance(from: bytes.startIndex, to: start)))
        return parts
    }

    private static func isMark(_ line: Substring.UTF8View) -> Bool {
        guard line.starts(with: "---".utf8) else { return false }
        return line.dropFirst(3).first.map { $0 <= 32 } ?? true
    }

    private static func value(of node: Node, depth: Int, count: inout Int) throws -> Any {
        count += 1
        guard depth < maximumDepth else { throw Failure(message: "nested deeper than \(maximumDepth)", offset: 0) }
        guard count < maximumNodes else { throw Failure(message: "more than \(maximumNodes) nodes", offset: 0) }
        switch node {
        case .mapping(let mapping):
            var object: [String: Any] = [:]
            for (key, child) in mapping {
                guard let name = key.scalar?.string else { throw Failure(message: "a key is no text", offset: 0) }
                object[name] = try value(of: child, depth: depth + 1, count: &count)
            }
            return object
        case .sequence(let sequence):
            var array: [Any] = []
            for child in sequence { array.append(try value(of: child, depth: depth + 1, count: &count)) }
            return array
        case .scalar(let scalar):
            return self.scalar(scalar, node)
        case .alias:
            throw Failure(message: "an alias names no anchor", offset: 0)
        }
    }

    private static func scalar(_ scalar: Node.Scalar, _ node: Node) -> Any {
        guard scalar.style == .plain else { return scalar.string }
        if scalar.string.isEmpty || node.null != nil { return NSNull() }
        if let bool = node.bool { return bool }
        if let integer = node.int { return integer }
        if let double = node.float, double.isFinite { return double }
        return scalar.string
    }

    private static func message(of error: any Error) -> String {
        switch error {
        case let failure as Failure: failure.message
        case let error as YamlError: "the document is no YAML: \(error)"
        default: "the document is no YAML"
        }
    }
}
