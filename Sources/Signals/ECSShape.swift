internal import Deployments

/// The nested form of every ECS line: dotted names as objects in objects, laid out once.
struct ECSShape: Sendable {
    /// A name in the tree; where it is a field, `slot` says which of a line's values are its own.
    struct Node: Sendable {
        let name: String
        /// The name as a member's, with its quotes and colon; no field's name needs an escape.
        let key: [UInt8]
        var children: [Int] = []
        var slot = -1

        init(name: String) {
            self.name = name
            key = Array("\"\(name)\":".utf8)
        }
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
        case message
        case eventCategory = "event.category"
        case eventType = "event.type"
        case eventDuration = "event.duration"
        case decisionID = "tidewaiter.decision.id"
        case decisionOutcome = "tidewaiter.decision.outcome"
        case violationPart = "tidewaiter.violation.part"
        case violationPlace = "tidewaiter.violation.place"
        case violationMessage = "tidewaiter.violation.message"
        case violationRemedy = "tidewaiter.violation.remedy"
        case leftOut = "tidewaiter.request.left_out"

        /// Whether it can hold several values in any line.
        var isList: Bool {
            switch self {
            case .technique, .reasons, .eventCategory, .eventType, .violationPart, .violationPlace, .violationMessage,
                .violationRemedy, .leftOut:
                true
            default: false
            }
        }

        /// Whether there is one for each rule in a line that speaks of several.
        var isOfRule: Bool {
            switch self {
            case .ruleID, .ruleName, .ruleLevel, .findingID: true
            default: false
            }
        }
    }

    static let shared = ECSShape()

    private(set) var nodes: [Node] = [Node(name: "")]
    private(set) var slotCount = 0
    /// For each slot, whether its values are written as an array.
    private(set) var isList: [Bool] = []
    /// For each slot, whether a line on several rules has one value for each.
    private(set) var isOfRule: [Bool] = []

    private init() {
        for field in Field.allCases { add(field.rawValue, isList: field.isList, isOfRule: false) }
        for extra in Extra.allCases { add(extra.rawValue, isList: extra.isList, isOfRule: extra.isOfRule) }
    }

    private mutating func add(_ name: String, isList: Bool, isOfRule: Bool) {
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
        self.isOfRule.append(isOfRule)
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
