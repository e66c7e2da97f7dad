/// Finds where JSON values begin and end, byte by byte, without reading what they hold.
///
/// It tells a document that cannot be JSON by a few signs (a line break in a string, a bracket of the wrong kind or in
/// the wrong place, nesting past any parser's limit) and then passes over the rest of it, to the next line that begins
/// with a bracket, no further in than documents begin. Where documents are indented, such a line begins a new one at
/// once. So a broken document costs itself, and at most the one behind it: `{"a":` and a whole document on the next line
/// make one value so far.
///
/// Where a file is one list of objects, each of them is a document, so that a list may be longer than memory.
struct DocumentScanner {
    /// What a byte is to the document that is being gathered.
    enum Part {
        /// Between documents.
        case outside
        /// The first byte of a document, before which nothing is.
        case first
        case inside
        /// The last byte of a document.
        case end
        /// The first byte of a document, before which a broken document or stray text ends.
        case next
        /// White space, before which stray text ends.
        case gap
    }

    private enum State { case beginning, list, between, stray, document, string, escape, broken }

    private var state = State.beginning
    /// Whether the file is a list whose end is not reached.
    private var isInList = false
    /// The open containers, outermost first; true for objects.
    private var open: [Bool] = []
    /// The last byte that is no white space and not within a string.
    private var last: UInt8 = 0
    /// White space since the line's start; negative behind anything else.
    private var indent = 0
    /// How far in documents begin: the elements of a list are indented.
    private var base = 0
    private var isIndented = false

    /// Deeper documents are refused by every parser here.
    private static let maximumDepth = 512

    /// Whether the bytes so far end within a document.
    var isWithinDocument: Bool { state == .document || state == .string || state == .escape }

    /// Whether the bytes so far end in a list, behind one of its documents.
    var isWithinList: Bool { isInList && state == .between }

    /// Whether a document may begin here, by where in its line it is.
    private var isAtBase: Bool { indent >= 0 && indent <= base }

    /// Takes one byte and says what it is.
    mutating func take(_ byte: UInt8) -> Part {
        defer { count(byte) }
        switch state {
        case .beginning: return takeBeginning(byte)
        case .list: return takeListStart(byte)
        case .between: return takeBetween(byte)
        case .stray: return takeStray(byte)
        case .document: return takeInDocument(byte)
        case .string:
            switch byte {
            case UInt8(ascii: "\""): state = .document
            case UInt8(ascii: "\\"): state = .escape
            case 10: state = .broken
            default: break
            }
            return .inside
        case .escape:
            state = byte == 10 ? .broken : .string
            return .inside
        case .broken:
            guard isAtBase, Self.isOpening(byte) else { return .inside }
            begin(byte)
            return .next
        }
    }

    private mutating func count(_ byte: UInt8) {
        if byte == 10 {
            indent = 0
        } else if indent >= 0 {
            indent = byte == 32 || byte == 9 ? indent + 1 : -1
        }
    }

    private mutating func takeBeginning(_ byte: UInt8) -> Part {
        if byte <= 32 { return .outside }
        guard byte == UInt8(ascii: "[") else { return takeBetween(byte) }
        state = .list
        return .inside
    }

    /// What follows the bracket that a file begins with: objects make it a list, anything else a document.
    private mutating func takeListStart(_ byte: UInt8) -> Part {
        if byte <= 32 { return .inside }
        begin(UInt8(ascii: "["))
        guard byte == UInt8(ascii: "{") else { return takeInDocument(byte) }
        isInList = true
        base = max(0, indent)
        begin(byte)
        return .first
    }

    private mutating func takeBetween(_ byte: UInt8) -> Part {
        // RFC 7464 puts a record separator, a control character, before each text.
        if byte <= 32 { return .outside }
        if isInList, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") {
            isInList = byte == UInt8(ascii: ",")
            return .outside
        }
        if Self.isOpening(byte) { begin(byte) } else { state = .stray }
        return .inside
    }

    private mutating func takeStray(_ byte: UInt8) -> Part {
        if byte == 10 {
            state = .between
            return .gap
        }
        guard Self.isOpening(byte) else { return .inside }
        begin(byte)
        return .next
    }

    private mutating func takeInDocument(_ byte: UInt8) -> Part {
        if indent > base, byte > 32 { isIndented = true }
        if isAtBase, isIndented, Self.isOpening(byte) { return abandon(byte) }
        switch byte {
        case 9, 10, 13, 32: return .inside
        case UInt8(ascii: "\""): state = .string
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard canOpen, open.count < Self.maximumDepth else { return abandon(byte) }
            open.append(byte == UInt8(ascii: "{"))
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            guard open.last == (byte == UInt8(ascii: "}")) else { return abandon(byte) }
            open.removeLast()
            if open.isEmpty {
                state = .between
                return .end
            }
        default: break
        }
        last = byte
        return .inside
    }

    private mutating func begin(_ byte: UInt8) {
        state = .document
        open.removeAll(keepingCapacity: true)
        open.append(byte == UInt8(ascii: "{"))
        isIndented = false
        last = byte
    }

    /// Gives the document up: for the next one, where `byte` may be its first, or until there is one.
    private mutating func abandon(_ byte: UInt8) -> Part {
        guard isAtBase, Self.isOpening(byte) else {
            state = .broken
            return .inside
        }
        begin(byte)
        return .next
    }

    /// Whether a container may begin here: behind a colon in an object, a bracket or a comma in an array.
    private var canOpen: Bool {
        open.last == true ? last == UInt8(ascii: ":") : last == UInt8(ascii: "[") || last == UInt8(ascii: ",")
    }

    private static func isOpening(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }
}
