internal import Deployments

/// The nested form of every ECS line: dotted names as objects in objects, laid out once.
struct ECSShape: Sendable {
    /// A name in the tree: of an object with children, or of a field.
    private struct Node {
        let name: String
        var children: [Int] = []
        /// What it is, where it is a field.
        var leaf: Leaf?
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
        /// Where the last part of its name stands in ``ECSShape/text``.
        var key = 0..<0
        /// Where the objects that it stands in are told in ``ECSShape/path``, from the outermost on.
        var path = 0..<0

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

    /// The fields in the order in which they are written, which is that of their slots.
    private(set) var leaves: [Leaf] = []
    /// The names of fields and objects as members', each with its quotes and colon; no field's name needs an escape.
    private(set) var text: [UInt8] = []
    /// The objects that fields stand in, by where their names stand in the text.
    private(set) var path: [Range<Int>] = []
    /// The slots of deployments' fields and of what only a line has, by their positions.
    private(set) var slots: [Int]
    private(set) var extraSlots: [Int]

    private init() {
        slots = [Int](repeating: 0, count: Field.allCases.count)
        extraSlots = [Int](repeating: 0, count: Extra.allCases.count)
        var nodes = [Node(name: "")]
        for field in Field.allCases { Self.add(field.rawValue, Leaf(field), to: &nodes) }
        for extra in Extra.allCases { Self.add(extra.rawValue, Leaf(extra), to: &nodes) }
        for child in nodes[0].children { collect(child, of: nodes, path: []) }
    }

    private static func add(_ name: String, _ leaf: Leaf, to nodes: inout [Node]) {
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

    private mutating func collect(_ node: Int, of nodes: [Node], path outer: [Range<Int>]) {
        let start = text.count
        text += "\"\(nodes[node].name)\":".utf8
        let key = start..<text.count
        if var leaf = nodes[node].leaf {
            leaf.key = key
            leaf.path = path.count..<path.count + outer.count
            path += outer
            if let field = leaf.field { slots[field.position] = leaves.count }
            if let extra = leaf.extra { extraSlots[extra.position] = leaves.count }
            leaves.append(leaf)
        }
        for child in nodes[node].children { collect(child, of: nodes, path: outer + [key]) }
    }
}

extension Field {
    /// The field's slot in a line.
    var slot: Int { ECSShape.shared.slots[position] }
}

extension ECSShape.Extra {
    /// Where it stands among all cases.
    fileprivate var position: Int { unsafe Int(unsafeBitCast(self, to: UInt8.self)) }

    var slot: Int { ECSShape.shared.extraSlots[position] }
}
