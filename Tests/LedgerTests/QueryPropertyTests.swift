import Foundation
import Ledger
import Testing

/// Expressions made at random, asked of records made at random: SQLite says what a plain evaluation says.
@Suite struct QueryPropertyTests {
    private enum Value {
        case text(String)
        case number(Int)
        case flag(Bool)
        case null

        var json: String {
            switch self {
            case .text(let text): "\"\(text)\""
            case .number(let number): "\(number)"
            case .flag(let flag): "\(flag)"
            case .null: "null"
            }
        }

        var text: String? {
            switch self {
            case .text(let text): text
            case .number(let number): "\(number)"
            case .flag(let flag): "\(flag)"
            case .null: nil
            }
        }
    }

    /// Some have columns of their own, some have several values, some are nowhere.
    private static let fields = ["user.name", "source.ip", "container.image.name", "a.b", "a.c", "list", "gone"]
    private static let texts = ["", "alice", "Alice", "al*ce", "a[b]c", "10", "true", "x?", "%", "ALICE bob"]

    private static func value(_ random: inout SeededGenerator) -> Value {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: .number(Int.random(in: 8...12, using: &random))
        case 1: .flag(Bool.random(using: &random))
        case 2: .null
        default: .text(texts.randomElement(using: &random) ?? "")
        }
    }

    private static func record(_ random: inout SeededGenerator) -> [String: [Value]] {
        var record: [String: [Value]] = [:]
        for field in fields.dropLast() where Bool.random(using: &random) {
            // Those with columns are texts, as in ECS.
            let isColumn = field.contains("user") || field.contains("source") || field.contains("container")
            let count = field == "list" ? Int.random(in: 0...3, using: &random) : 1
            record[field] = (0..<count).map { _ in
                isColumn ? .text(texts.randomElement(using: &random) ?? "") : value(&random)
            }
        }
        return record
    }

    private static func json(_ record: [String: [Value]]) -> String {
        func member(_ field: String) -> String? {
            record[field].map {
                $0.count == 1 && field != "list" ? $0[0].json : "[\($0.map(\.json).joined(separator: ","))]"
            }
        }
        func object(_ members: [(String, String?)]) -> String {
            "{\(members.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }.joined(separator: ","))}"
        }
        return object([
            ("user", object([("name", member("user.name"))])), ("source", object([("ip", member("source.ip"))])),
            ("container", object([("image", object([("name", member("container.image.name"))]))])),
            ("a", object([("b", member("a.b")), ("c", member("a.c"))])), ("list", member("list")),
        ])
    }

    private static func expression(_ random: inout SeededGenerator, depth: Int) -> FieldExpression {
        switch depth == 0 ? 9 : Int.random(in: 0..<10, using: &random) {
        case 0, 1: return .and(expression(&random, depth: depth - 1), expression(&random, depth: depth - 1))
        case 2, 3: return .or(expression(&random, depth: depth - 1), expression(&random, depth: depth - 1))
        case 4, 5: return .not(expression(&random, depth: depth - 1))
        default:
            let field = fields.randomElement(using: &random) ?? "a.b"
            let pieces = (0...Int.random(in: 0...2, using: &random)).map { _ -> String in
                let text = texts.randomElement(using: &random) ?? ""
                return String(text.prefix(Int.random(in: 0...6, using: &random)))
            }
            let orders: [FieldComparison.Order] = [.greater, .greaterOrEqual, .less, .lessOrEqual]
            let test: FieldComparison.Test =
                switch Int.random(in: 0..<5, using: &random) {
                case 0: .ordered(orders.randomElement(using: &random) ?? .less, .number(10))
                case 1, 2: .contains(FieldPattern(pieces: pieces))
                default: .equals(FieldPattern(pieces: pieces))
                }
            return .comparison(FieldComparison(field: field, test: test))
        }
    }

    /// What is meant, without SQL.
    private static func holds(_ expression: FieldExpression, _ record: [String: [Value]]) -> Bool {
        switch expression {
        case .and(let left, let right): holds(left, record) && holds(right, record)
        case .or(let left, let right): holds(left, record) || holds(right, record)
        case .not(let inner): !holds(inner, record)
        case .comparison(let comparison):
            (record[comparison.field] ?? []).contains { value in
                switch comparison.test {
                case .equals(let pattern): value.text.map { matches($0, pattern.pieces) } ?? false
                case .contains(let pattern):
                    value.text.map { matches($0.lowercased(), [""] + pattern.pieces.map { $0.lowercased() } + [""]) }
                        ?? false
                case .ordered(let order, let bound):
                    if case .number(let number) = value, case .number(let other) = bound {
                        switch order {
                        case .greater: Double(number) > other
                        case .greaterOrEqual: Double(number) >= other
                        case .less: Double(number) < other
                        case .lessOrEqual: Double(number) <= other
                        }
                    } else {
                        false
                    }
                }
            }
        }
    }

    private static func matches(_ text: String, _ pieces: [String]) -> Bool {
        guard pieces.count > 1 else { return text == pieces[0] }
        guard text.hasPrefix(pieces[0]) else { return false }
        var rest = text.dropFirst(pieces[0].count)
        for piece in pieces.dropFirst().dropLast() {
            guard piece.isEmpty || rest.contains(piece) else { return false }
            guard let range = piece.isEmpty ? rest.startIndex..<rest.startIndex : rest.range(of: piece) else {
                return false
            }
            rest = rest[range.upperBound...]
        }
        return pieces[pieces.count - 1].isEmpty || rest.hasSuffix(pieces[pieces.count - 1])
    }

    @Test func `expressions mean in SQL what they mean`() async throws {
        let folder = TemporaryFolder()
        let ledger = try Ledger(path: folder.ledger)
        var random = SeededGenerator(4)
        let records = (0..<60).map { _ in Self.record(&random) }
        _ = try await ledger.commit(
            LedgerBatch(findings: records.enumerated().map { .sample("\($0)", ecs: Self.json($1)) })
        )
        var kinds: Set<Bool> = []
        for _ in 0..<600 {
            var query = LedgerQuery()
            let expression = Self.expression(&random, depth: 4)
            query.expression = expression
            let found = Set(try await ledger.findings(query).map(\.finding.id))
            let wanted = Set(records.indices.filter { Self.holds(expression, records[$0]) }.map(String.init))
            #expect(found == wanted, "\(expression)")
            kinds.insert(wanted.isEmpty)
        }
        #expect(kinds == [true, false])
    }
}
