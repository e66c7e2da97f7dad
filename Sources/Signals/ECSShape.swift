internal import Deployments

/// The nested form of every ECS line: dotted names as objects in objects, laid out once.
struct ECSShape: Sendable {
    /// A name in the tree: of an object with children, or of a field.
    struct Node: Sendable {
        let name: String
        /// The name as a member's, with its quotes and colon; no field's name needs an escape.
        let key: [UInt8]
        var children: [Int] = []
        /// What it is, where it is a field.
        var leaf: Leaf?

        init(name: String) {
            self.name = name
            key = Array("\"\(name)\":".utf8)
        }
    }

    /// A field, with all that writing it takes.
    struct Leaf: Sendable {
        /// The field of a deployment; nil for what only a line has.
        let field: Field?
        let extra: Extra?
        /// Whether its values are written as an array.
        let isList: Bool
        /// Whether a line on several rules has one value for each.
        let isOfRule: Bool
        let isSecretBearing: Bool
        /// The last part of its name, as a member's.
        var key: [UInt8] = []
        /// The nodes that it stands in, from the outermost on.
        var path: [Int] = []

        init(_ field: Field) {
            self.field = field
            extra = nil
            isList = field.isList
            isOfRule = false
            isSecretBearing = field.isSecretBearing
        }

        init(_ extra: Extra) {
            field = nil
            self.extra = extra
            isList = extra.isList
            isOfRule = extra.isOfRule
            isSecretBearing = false
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
        case correlatedCount = "tidewaiter.correlation.event.count"
        case correlatedFindings = "tidewaiter.correlation.event.finding_id"
        case correlatedPlaces = "tidewaiter.correlation.event.place"

        /// Whether it can hold several values in any line.
        var isList: Bool {
            switch self {
            case .technique, .reasons, .eventCategory, .eventType, .violationPart, .violationPlace, .violationMessage,
                .violationRemedy, .leftOut, .correlatedFindings, .correlatedPlaces:
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
    /// The fields in the order in which they are written, which is that of their slots.
    private(set) var leaves: [Leaf] = []
    /// The deployment's field in each slot; nil for what only a line has.
    private(set) var fields: [Field?] = []
    /// The slots of deployments' fields and of what only a line has.
    private(set) var slots: [Field: Int] = [:]
    private(set) var extraSlots: [Extra: Int] = [:]

    private init() {
        for field in Field.allCases { add(field.rawValue, Leaf(field)) }
        for extra in Extra.allCases { add(extra.rawValue, Leaf(extra)) }
        collect(0, path: [])
    }

    private mutating func add(_ name: String, _ leaf: Leaf) {
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
        nodes[node].leaf = leaf
    }

    private mutating func collect(_ node: Int, path: [Int]) {
        if var leaf = nodes[node].leaf {
            leaf.key = nodes[node].key
            leaf.path = path
            if let field = leaf.field { slots[field] = leaves.count }
            if let extra = leaf.extra { extraSlots[extra] = leaves.count }
            leaves.append(leaf)
            fields.append(leaf.field)
        }
        let inner = node == 0 ? path : path + [node]
        for child in nodes[node].children { collect(child, path: inner) }
    }
}

extension Field {
    /// The field's slot in a line.
    var slot: Int { ECSShape.shared.slots[self] ?? 0 }
}

extension ECSShape.Extra {
    var slot: Int { ECSShape.shared.extraSlots[self] ?? 0 }
}
