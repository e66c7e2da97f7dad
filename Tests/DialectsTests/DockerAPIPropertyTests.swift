import Deployments
import Testing

@testable import Dialects

/// Random bodies in random spellings: what is read is what was meant, or nothing is.
@Suite struct `Docker API bodies in any spelling` {
    private static let schemas = BodySchema.allCases.filter { $0.isJSON && $0 != .containerStart }

    @Test(arguments: schemas, 0..<20)
    func `what is forwarded reads back the same`(_ schema: BodySchema, _ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let type = try #require(schema.type)
        let value = RandomBody.value(of: type, depth: 0, &random)
        let read = try #require(try CanonicalBody.read(value.jsonBytes, as: schema))
        #expect(read.value == value)
        #expect(read.dropped == [])
    }

    @Test(arguments: schemas, 20..<40)
    func `a mutated spelling means the same or is refused`(_ schema: BodySchema, _ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let type = try #require(schema.type)
        let value = RandomBody.value(of: type, depth: 0, &random)
        var isDoubled = false
        let text = RandomBody.spelled(value, as: type, doubling: &isDoubled, &random)
        let read = try? CanonicalBody.read(Array(text.utf8), as: schema)
        #expect(read?.value == (isDoubled ? nil : value), "\(text)")
    }

    @Test(arguments: 40..<100)
    func `a record of what is forwarded is the record of what was sent`(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let type = try #require(BodySchema.containerCreate.type)
        var isDoubled = false
        let value = RandomBody.value(of: type, depth: 0, &random)
        let text = RandomBody.spelled(value, as: type, doubling: &isDoubled, &random)
        guard let body = try? CanonicalBody.read(Array(text.utf8), as: .containerCreate) else { return }
        let request = try DockerAPIRequest(method: "POST", target: "/containers/create")
        let route = try #require(DockerRoute(method: "POST", target: "/containers/create"))
        let blank = DockerAPIReading.record(of: request, id: "", at: nil)
        var sent = blank
        RequestBody().read(.text(text)) { json, _ in _ = DockerRequestReader.apply(route, body: json, to: &sent) }
        var reading = DockerAPIReading()
        var forwarded = try #require(reading.deployments(of: request, body: body.value, onto: blank).first?.record)
        // An odd spelling is worth a word in a log; a volume of the container's own is resolved for both alike.
        forwarded.defects = sent.defects
        #expect(forwarded == sent)
    }
}

/// Makes values of a type, and odd spellings of them.
private enum RandomBody {
    static func value(of type: BodyType, depth: Int, _ random: inout SeededGenerator) -> CanonicalValue {
        if depth > 0, Int.random(in: 0..<12, using: &random) == 0 { return .null }
        switch type {
        case .string: return .string(text(&random))
        case .bool: return .boolean(.random(using: &random))
        case .int64: return .integer(.random(in: .min ... .max, using: &random))
        case .uint16: return .integer(.random(in: 0...65535, using: &random))
        case .uint32: return .integer(.random(in: 0...4_294_967_295, using: &random))
        case .uint64: return .integer(.random(in: 0 ... .max, using: &random))
        case .float: return .integer(.random(in: 0...9, using: &random))
        case .stringOrStrings: return list(.string, depth, &random)
        case .list(let element): return list(element, depth, &random)
        case .map(let element):
            let keys = Set((0..<Int.random(in: 0...3, using: &random)).map { _ in text(&random) })
            return .object(keys.sorted().map { CanonicalMember($0, plain(element, depth, &random)) })
        case .object(let object):
            let fields = object.fields.shuffled(using: &random).prefix(depth == 0 ? 12 : 4)
            return .object(fields.map { CanonicalMember($0.text, value(of: $0.type, depth: depth + 1, &random)) })
        case .any: return .object([CanonicalMember("a", .array([.integer(1), .null, .string("x")]))])
        }
    }

    /// A value that is not null, as elements must be.
    private static func plain(_ type: BodyType, _ depth: Int, _ random: inout SeededGenerator) -> CanonicalValue {
        while true {
            let value = value(of: type, depth: depth + 1, &random)
            if value != .null { return value }
        }
    }

    private static func list(_ type: BodyType, _ depth: Int, _ random: inout SeededGenerator) -> CanonicalValue {
        .array((0..<Int.random(in: 0...3, using: &random)).map { _ in plain(type, depth, &random) })
    }

    private static func text(_ random: inout SeededGenerator) -> String {
        let characters: [Character] = ["a", "Z", "/", ":", "\"", "\\", "\n", "é", "\u{212a}", "😀", " ", "{", "\u{7f}"]
        return String(
            (0..<Int.random(in: 0...6, using: &random)).map { _ in characters.randomElement(using: &random)! }
        )
    }

    /// The same value with keys in other cases, escapes, blanks, keys that nobody knows, and now and then a field twice.
    static func spelled(
        _ value: CanonicalValue,
        as type: BodyType,
        doubling isDoubled: inout Bool,
        _ random: inout SeededGenerator
    ) -> String {
        func blank() -> String { ["", "", " ", "\n\t"].randomElement(using: &random)! }
        switch (value, type) {
        case (.object(let members), .object(let object)):
            var written: [String] = []
            for member in members {
                let field = object.fields.first { $0.text == member.name }
                let inner = spelled(member.value, as: field?.type ?? .any, doubling: &isDoubled, &random)
                let key = field == nil ? member.name : odd(member.name, &random)
                written.append("\(blank())\"\(key)\"\(blank()):\(blank())\(inner)\(blank())")
                if field != nil, Int.random(in: 0..<40, using: &random) == 0 {
                    written.append("\"\(odd(member.name, &random))\":\(inner)")
                    isDoubled = true
                }
            }
            if !object.isOpen, Bool.random(using: &random) { written.append(#""x-unknown":{"Privileged":[1.5]}"#) }
            return "{\(written.joined(separator: ","))}"
        case (.object(let members), .map(let element)):
            return "{"
                + members.map {
                    "\(CanonicalValue.string($0.name).text):\(spelled($0.value, as: element, doubling: &isDoubled, &random))"
                }.joined(separator: ",\(blank())") + "}"
        case (.array(let elements), .stringOrStrings):
            if elements.count == 1, Bool.random(using: &random) { return elements[0].text }
            return "[\(elements.map(\.text).joined(separator: ", "))]"
        case (.array(let elements), .list(let element)):
            return "["
                + elements.map { spelled($0, as: element, doubling: &isDoubled, &random) }.joined(separator: ",") + "]"
        default: return value.text
        }
    }

    /// A key that Go takes for the same.
    private static func odd(_ name: String, _ random: inout SeededGenerator) -> String {
        String(
            name.flatMap { character -> [Character] in
                switch Int.random(in: 0..<8, using: &random) {
                case 0: return Array(character.lowercased())
                case 1: return Array(character.uppercased())
                case 2 where character == "s" || character == "S": return ["\u{17f}"]
                case 3 where character == "k" || character == "K": return ["\u{212a}"]
                case 4:
                    let digits = String(character.unicodeScalars.first!.value, radix: 16)
                    return Array("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
                default: return [character]
                }
            }
        )
    }
}

extension CanonicalValue {
    fileprivate var text: String { String(decoding: jsonBytes, as: UTF8.self) }
}

/// A generator whose numbers are the same in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
