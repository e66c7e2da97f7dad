/// What a rule does to a field's value or to its own value before they are compared.
///
/// https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-appendix-modifiers.md
public enum Modifier: String, Sendable, Hashable, CaseIterable {
    case all, startswith, endswith, contains, exists, cased, neq
    case windash
    case re, i, m, s
    case base64, base64offset
    case utf16le, wide, utf16be, utf16
    case lt, lte, gt, gte
    case minute, hour, day, week, month, year
    case cidr, expand, fieldref
}

extension Modifier {
    /// What modifiers do; two of one kind, or two that decide how values are compared, exclude each other.
    enum Kind: Hashable {
        case position, regex, regexOption, network, existence, comparison, time, fieldReference
        case encoding, base64, dashes, placeholders, letterCase, negation, quantity
    }

    var kind: Kind {
        switch self {
        case .startswith, .endswith, .contains: .position
        case .re: .regex
        case .i, .m, .s: .regexOption
        case .cidr: .network
        case .exists: .existence
        case .lt, .lte, .gt, .gte: .comparison
        case .minute, .hour, .day, .week, .month, .year: .time
        case .fieldref: .fieldReference
        case .utf16le, .wide, .utf16be, .utf16: .encoding
        case .base64, .base64offset: .base64
        case .windash: .dashes
        case .expand: .placeholders
        case .cased: .letterCase
        case .neq: .negation
        case .all: .quantity
        }
    }

    /// Kinds that may stand beside this one; every other is refused with it.
    private static let companions: [Kind: Set<Kind>] = [
        .regex: [.regexOption, .placeholders, .letterCase, .negation, .quantity],
        .network: [.placeholders, .negation, .quantity],
        .existence: [],
        .comparison: [.time, .negation, .quantity],
        .time: [.comparison, .negation, .quantity],
        .fieldReference: [.position, .letterCase, .negation, .quantity],
    ]

    /// Why a chain of modifiers makes no sense, and which of them is to blame; `nil` when it does.
    static func conflict(in chain: [Modifier]) -> (index: Int, message: String)? {
        for (index, modifier) in chain.enumerated() {
            let earlier = chain[..<index]
            if earlier.contains(modifier) { return (index, "the modifier '\(modifier.rawValue)' stands twice") }
            if modifier.kind == .regexOption, !earlier.contains(.re) {
                return (index, "the modifier '\(modifier.rawValue)' needs 're' before it")
            }
            for other in earlier where !agrees(other, modifier) {
                return (index, "the modifiers '\(other.rawValue)' and '\(modifier.rawValue)' exclude each other")
            }
        }
        return nil
    }

    private static func agrees(_ left: Modifier, _ right: Modifier) -> Bool {
        if left.kind == right.kind { return left.kind == .regexOption }
        if let allowed = companions[left.kind], !allowed.contains(right.kind) { return false }
        if let allowed = companions[right.kind], !allowed.contains(left.kind) { return false }
        return true
    }
}
