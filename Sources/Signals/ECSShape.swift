internal import Deployments

/// The nested form of every ECS line: dotted names as objects in objects, laid out once.
struct ECSShape: Sendable {
    /// A name in the tree; where it is a field, `slot` says which of a line's values are its own.
    struct Node: Sendable {
        var name: String
        var children: [Int] = []
        var slot = -1
    }

    /// What a line holds besides the fields of a deployment.
    enum Extra: String, CaseIterable {
        case ecsVersion = "ecs.version"
        case eventKind = "event.kind"
        case ruleID = "rule.id"
        case ruleName = "rule.name"
        case ruleLevel = "rule.level"
        case ruleDescription = "rule.description"
        case framework = "threat.framework"
        case technique = "threat.technique.id"
        case findingID = "tidewaiter.finding.id"
        case reasons = "tidewaiter.reasons"
    }

    static let shared = ECSShape()

    private(set) var nodes: [Node] = [Node(name: "")]
    private(set) var slotCount = 0
    /// For each slot, whether its values are written as an array.
    private(set) var isList: [Bool] = []

    private init() {
        for field in Field.allCases { add(field.rawValue, isList: field.isList) }
        for extra in Extra.allCases { add(extra.rawValue, isList: extra == .technique || extra == .reasons) }
    }

    private mutating func add(_ name: String, isList: Bool) {
        var node = 0
        for part in name.split(separator: ".") {
            if let child = nodes[node].children.first(where: { nodes[$0].name == part }) {
                node = child
            } else {
                nodes.append(Node(name: String(part)))
                nodes[node].children.append(nodes.count - 1)
                node = nodes.count - 1
            }
        }
        // No field's name is another's first part, so a node has either values or children.
        nodes[node].slot = slotCount
        slotCount += 1
        self.isList.append(isList)
    }
}

extension Field {
    /// The field's slot in a line.
    var slot: Int { Self.slots[self] ?? 0 }

    private static let slots = Dictionary(uniqueKeysWithValues: zip(allCases, 0...))
}

extension ECSShape.Extra {
    var slot: Int { Self.slots[self] ?? 0 }

    private static let slots = Dictionary(uniqueKeysWithValues: zip(allCases, Field.allCases.count...))
}
