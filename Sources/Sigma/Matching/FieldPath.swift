/// A field's name as a way into nested data: `user.name`, `args[0]`, `events[-1].action`.
///
/// A backslash before a bracket makes it plain: `args\[0\]` is the field `args[0]`.
public struct FieldPath: Sendable, Hashable {
    /// One step inwards.
    public enum Step: Sendable, Hashable {
        /// A member of an object.
        case member(String)
        /// An element of a list; negative ones count from the end.
        case index(Int)
    }

    /// The name as written, with backslashes before brackets taken away; a member of this very name goes first.
    public let name: String
    /// The steps, outermost first.
    public let steps: [Step]

    /// Reads a field name; every text is one.
    public init(_ field: String) {
        var steps: [Step] = []
        var name = ""
        var member = ""
        var rest = field[...]
        while let character = rest.popFirst() {
            switch character {
            case "\\" where rest.first == "[" || rest.first == "]":
                member.append(rest.removeFirst())
                name.append(member.last ?? "[")
                continue
            case "." where !member.isEmpty && !rest.isEmpty:
                steps.append(.member(member))
                member = ""
            case "." where member.isEmpty && !rest.isEmpty && !steps.isEmpty:
                // Behind an index: `events[0].action`.
                break
            case "[":
                if let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end]), !member.isEmpty || !steps.isEmpty
                {
                    if !member.isEmpty { steps.append(.member(member)) }
                    member = ""
                    steps.append(.index(index))
                    name.append("[\(rest[..<end])]")
                    rest = rest[rest.index(after: end)...]
                    continue
                }
                member.append(character)
            default: member.append(character)
            }
            name.append(character)
        }
        if !member.isEmpty || steps.isEmpty { steps.append(.member(member)) }
        self.name = name
        self.steps = steps
    }
}
