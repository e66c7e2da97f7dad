internal import JSON

/// A JSON patch (RFC 6902): what its operations set, as one piece of an object, and which paths they touch.
struct JSONPatch {
    /// More operations than the API server takes (its own limit is 10,000).
    static let maximumOperations = 10_000

    /// One operation that adds or changes something, or takes away from something that stays.
    struct Operation {
        var path: [String]
        /// The `name` of what is set, where it is an object that has one.
        var name: String?
        var isRemoval: Bool
    }

    private(set) var operations: [Operation] = []
    private var root = Piece()

    init(_ patch: JSONValue) {
        for operation in patch.elements.prefix(Self.maximumOperations) {
            guard let verb = operation["op"]?.text, let pointer = operation["path"]?.string else { continue }
            let path = JSONPointer.parts(of: pointer)
            guard !(verb == "test"), path.count <= TemplateSearch.maximumDepth else { continue }
            let value = operation["value"]
            operations.append(
                Operation(path: path, name: value?["name"]?.string, isRemoval: verb == "remove")
            )
            // What a copy or move brings is not in the patch; that something is set there is.
            if verb == "add" || verb == "replace", let value {
                root.set(value.jsonText, at: path[...])
            } else if verb == "copy" || verb == "move" {
                root.set("{}", at: path[...])
            }
        }
    }

    /// JSON text of an object that holds what is set, each thing at its path; lists hold the elements that are named.
    var piece: String { root.text }
}

/// A part of an object that is put together from what operations set.
private struct Piece {
    private var value: String?
    private var order: [String] = []
    private var children: [String: Piece] = [:]
    private var appended: [Piece] = []

    mutating func set(_ text: String, at path: ArraySlice<String>) {
        guard let first = path.first else {
            value = text
            return
        }
        if first == "-" {
            var piece = Piece()
            piece.set(text, at: path.dropFirst())
            appended.append(piece)
            return
        }
        if children[first] == nil { order.append(first) }
        children[first, default: Piece()].set(text, at: path.dropFirst())
    }

    var text: String {
        let isList = !appended.isEmpty || (!order.isEmpty && order.allSatisfy(JSONPointer.isPosition))
        guard isList || !order.isEmpty else { return value ?? "{}" }
        var parts: [String] = []
        // What was set whole and then changed within: the change comes after, and the last of two keys counts.
        if let value, value.count > 2, value.first == (isList ? "[" : "{") {
            parts.append(String(value.dropFirst().dropLast()))
        }
        for name in order {
            let inner = children[name]?.text ?? "null"
            parts.append(isList ? inner : "\(JSONValue.quote(name)):\(inner)")
        }
        parts += appended.map(\.text)
        return isList ? "[\(parts.joined(separator: ","))]" : "{\(parts.joined(separator: ","))}"
    }
}
