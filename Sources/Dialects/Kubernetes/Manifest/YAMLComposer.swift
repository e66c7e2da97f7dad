internal import CYaml

/// Writes the JSON text of one YAML document, event by event.
///
/// Anchored nodes are kept as the JSON that they became, so an alias costs what it writes; the bound on what may be
/// written is the bound on alias bombs.
@safe
struct YAMLComposer {
    /// What is wrong and on which line of the document, from 1.
    struct Failure: Error, Equatable {
        var problem: String
        var line: Int
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var output: [UInt8] = []
    private var anchors: [String: [UInt8]] = [:]
    /// Bytes copied for anchors and merges, beside the output.
    private var copiedBytes = 0

    /// The JSON text of the document in `bytes`; nil where there is none.
    static func json(of bytes: UnsafeRawBufferPointer) throws(Failure) -> String? {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { unsafe parser.deallocate() }
        guard unsafe yaml_parser_initialize(parser) == 1 else { throw Failure(problem: "no memory is left", line: 1) }
        defer { unsafe yaml_parser_delete(parser) }
        unsafe yaml_parser_set_input_string(
            parser,
            bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
            bytes.count
        )
        var composer = unsafe YAMLComposer(parser: parser)
        return try composer.document()
    }

    private init(parser: UnsafeMutablePointer<yaml_parser_t>) {
        unsafe self.parser = parser
    }

    private mutating func document() throws(Failure) -> String? {
        while true {
            let event = try next()
            switch event.kind {
            case .documentStart:
                try node(try next(), depth: 0)
                // The document's end, and then nothing more: marks have been taken apart before.
                _ = try next()
                let after = try next()
                guard case .streamEnd = after.kind else {
                    throw Failure(problem: "a second document follows without a mark", line: after.line)
                }
                return String(decoding: output, as: UTF8.self)
            case .streamEnd: return nil
            default: continue
            }
        }
    }

    private mutating func node(_ event: Event, depth: Int) throws(Failure) {
        guard depth < YAMLReader.maximumDepth else {
            throw Failure(problem: "values are nested deeper than \(YAMLReader.maximumDepth)", line: event.line)
        }
        guard output.count + copiedBytes <= YAMLReader.maximumJSONBytes else {
            throw Failure(problem: "aliases make the document larger than the limit", line: event.line)
        }
        let start = output.count
        switch event.kind {
        case .alias(let name):
            guard let text = anchors[name] else {
                throw Failure(problem: "the alias \(name) names no anchor", line: event.line)
            }
            output += text
            return
        case .scalar(let text, let tag, let isPlain):
            output += Self.scalar(text, tag: tag, isPlain: isPlain).utf8
        case .sequence:
            try sequence(depth: depth)
        case .mapping:
            try mapping(depth: depth)
        default:
            throw Failure(problem: "the document ends early", line: event.line)
        }
        if let anchor = event.anchor {
            copiedBytes += output.count - start
            anchors[anchor] = Array(output[start...])
        }
    }

    private mutating func sequence(depth: Int) throws(Failure) {
        output.append(UInt8(ascii: "["))
        var isFirst = true
        while true {
            let event = try next()
            if case .end = event.kind { break }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            try node(event, depth: depth + 1)
        }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func mapping(depth: Int) throws(Failure) {
        let start = output.count
        var members = MappingMembers()
        output.append(UInt8(ascii: "{"))
        while true {
            let event = try next()
            if case .end = event.kind { break }
            let key = try key(event)
            let begin = output.count
            if key.isMerge {
                try node(try next(), depth: depth + 1)
                copiedBytes += output.count - begin
                guard members.merge(Array(output[begin...])) else {
                    throw Failure(problem: "only mappings can be merged", line: event.line)
                }
                guard members.count <= YAMLReader.maximumMerged else {
                    throw Failure(problem: "merges make a mapping larger than the limit", line: event.line)
                }
                output.removeSubrange(begin...)
            } else {
                output += key.json.utf8
                output.append(UInt8(ascii: ":"))
                try node(try next(), depth: depth + 1)
                members.append(key.json, begin..<output.count)
                output.append(UInt8(ascii: ","))
            }
        }
        if let merged = members.merged(with: output) {
            output.replaceSubrange((start + 1)..., with: merged)
        } else if output.last == UInt8(ascii: ",") {
            output.removeLast()
        }
        output.append(UInt8(ascii: "}"))
    }

    private func key(_ event: Event) throws(Failure) -> (json: String, isMerge: Bool) {
        switch event.kind {
        case .scalar(let text, let tag, let isPlain):
            let isMerge = text == "<<" && (isPlain && tag == nil || tag == "tag:yaml.org,2002:merge")
            let json = Self.scalar(text, tag: tag, isPlain: isPlain)
            return (json.hasPrefix("\"") ? json : YAMLScalar.quoted(json == "null" ? text : json), isMerge)
        case .alias(let name):
            if let text = anchors[name], text.first == UInt8(ascii: "\"") {
                return (String(decoding: text, as: UTF8.self), false)
            }
            throw Failure(problem: "a key is no text", line: event.line)
        default:
            throw Failure(problem: "a key is no text", line: event.line)
        }
    }

    private static func scalar(_ text: String, tag: String?, isPlain: Bool) -> String {
        if let tag { return YAMLScalar.json(of: text, tag: tag) }
        return isPlain ? YAMLScalar.json(ofPlain: text) : YAMLScalar.quoted(text)
    }
}

extension YAMLComposer {
    /// One event of the parser, copied out of its memory.
    private struct Event {
        enum Kind {
            case documentStart, streamEnd, sequence, mapping, end, other
            case alias(String)
            case scalar(String, tag: String?, isPlain: Bool)
        }

        var kind: Kind
        var anchor: String?
        var line: Int
    }

    private func next() throws(Failure) -> Event {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else {
            let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "the text is no YAML"
            let mark = unsafe max(parser.pointee.problem_mark.line, parser.pointee.mark.line)
            throw Failure(problem: problem, line: Int(mark) + 1)
        }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe Self.read(event)
    }

    private static func read(_ event: yaml_event_t) -> Event {
        let line = unsafe Int(event.start_mark.line) + 1
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, line: line)
        case YAML_STREAM_END_EVENT: return Event(kind: .streamEnd, line: line)
        case YAML_SEQUENCE_START_EVENT:
            return unsafe Event(kind: .sequence, anchor: text(event.data.sequence_start.anchor), line: line)
        case YAML_MAPPING_START_EVENT:
            return unsafe Event(kind: .mapping, anchor: text(event.data.mapping_start.anchor), line: line)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return Event(kind: .end, line: line)
        case YAML_ALIAS_EVENT: return unsafe Event(kind: .alias(text(event.data.alias.anchor) ?? ""), line: line)
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let kind = unsafe Event.Kind.scalar(
                String(decoding: bytes, as: UTF8.self),
                tag: text(scalar.tag),
                isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE
            )
            return unsafe Event(kind: kind, anchor: text(scalar.anchor), line: line)
        default: return Event(kind: .other, line: line)
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }
}

/// The members of a mapping with merge keys (`<<`), as the tools resolve them: whatever comes last counts.
private struct MappingMembers {
    private enum Source { case written(Range<Int>), merged([UInt8]) }

    private var members: [(key: String, source: Source)] = []
    private var hasMerge = false
    var count: Int { members.count }

    mutating func append(_ key: String, _ range: Range<Int>) {
        members.append((key, .written(range)))
    }

    /// Takes in what a merge key names: a mapping, or a list of them of which the first to name a key wins.
    mutating func merge(_ json: [UInt8]) -> Bool {
        hasMerge = true
        switch json.first {
        case UInt8(ascii: "{"):
            for member in JSONPieces.pieces(of: json) {
                guard let key = JSONPieces.key(of: member) else { return false }
                members.append((key, .merged(Array(member))))
            }
            return true
        case UInt8(ascii: "["):
            return JSONPieces.pieces(of: json).reversed().allSatisfy {
                $0.first == UInt8(ascii: "{") && merge(Array($0))
            }
        default: return json == Array("null".utf8)
        }
    }

    /// The text between the braces; nil where nothing is merged.
    ///
    /// Keys that are written twice stay, so that it can be told.
    func merged(with output: [UInt8]) -> [UInt8]? {
        guard hasMerge else { return nil }
        var last: [String: Int] = [:]
        var isMergedToo: Set<String> = []
        for (index, member) in members.enumerated() {
            last[member.key] = index
            if case .merged = member.source { isMergedToo.insert(member.key) }
        }
        var kept: [[UInt8]] = []
        for (index, member) in members.enumerated() where last[member.key] == index || !isMergedToo.contains(member.key)
        {
            switch member.source {
            case .written(let range): kept.append(Array(output[range]))
            case .merged(let text): kept.append(text)
            }
        }
        return Array(kept.joined(separator: [UInt8(ascii: ",")]))
    }
}
