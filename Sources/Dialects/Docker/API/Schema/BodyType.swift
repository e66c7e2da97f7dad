internal import JSON

/// The type of Go that a value of a body is decoded into.
///
/// `null` is taken for each: Go leaves the zero value.
indirect enum BodyType: Sendable {
    case string, bool
    case int64, uint16, uint32, uint64
    /// Any number.
    case float
    case list(BodyType)
    /// A list of strings, or one string (`strslice.StrSlice`).
    case stringOrStrings
    /// An object whose keys are anybody's words.
    case map(BodyType)
    case object(BodyObject)
    /// Anything, kept as it is; ``BodyObject/any`` within.
    case any

    static let strings = BodyType.list(.string)
    static let stringMap = BodyType.map(.string)

    /// What is wanted, for people.
    var description: String {
        switch self {
        case .string: "a string"
        case .bool: "true or false"
        case .int64: "a whole number of 64 bits"
        case .uint16: "a whole number from 0 to 65535"
        case .uint32: "a whole number from 0 to 4294967295"
        case .uint64: "a whole number from 0"
        case .float: "a number"
        case .list(.string): "a list of strings"
        case .list: "a list"
        case .stringOrStrings: "a list of strings, or one string"
        case .map, .object: "an object"
        case .any: "any value"
        }
    }
}

/// A struct of Go that a body's object is decoded into.
final class BodyObject: Sendable {
    struct Field: Sendable {
        let name: StaticString
        let text: String
        let type: BodyType

        init(_ name: StaticString, _ type: BodyType) {
            self.name = name
            text = "\(name)"
            self.type = type
        }
    }

    let fields: [Field]
    /// Fields that old engines took here, which decide what is asked for only there.
    let misplaced: [Field]
    /// Whether keys that are no field are kept.
    let isOpen: Bool
    private let index: [UInt64: Int]
    private let misplacedIndex: [UInt64: Int]

    init(_ fields: [Field], misplaced: [Field] = [], isOpen: Bool = false) {
        self.fields = fields
        self.misplaced = misplaced
        self.isOpen = isOpen
        index = Self.index(fields)
        misplacedIndex = Self.index(misplaced)
    }

    convenience init(_ fields: [(StaticString, BodyType)], isOpen: Bool = false) {
        self.init(fields.map { Field($0.0, $0.1) }, isOpen: isOpen)
    }

    /// An object of which nothing is known.
    static let any = BodyObject([Field](), isOpen: true)

    /// The field that Go decodes a key into: letters in any case, with Unicode's simple folding.
    func field(_ key: JSONText, hash: UInt64) -> Int? {
        index[hash].flatMap { GoFolding.isSame(key, fields[$0].name) ? $0 : nil }
    }

    func misplacedField(_ key: JSONText, hash: UInt64) -> Field? {
        misplacedIndex[hash].flatMap { GoFolding.isSame(key, misplaced[$0].name) ? misplaced[$0] : nil }
    }

    private static func index(_ fields: [Field]) -> [UInt64: Int] {
        Dictionary(fields.enumerated().map { (GoFolding.hash($1.name), $0) }) { first, _ in first }
    }
}
