internal import Deployments
internal import HTTPTypes
internal import Ledger

/// What a form, or a query, says is wanted.
extension LedgerQuery {
    /// The fields of a query for findings or deployments.
    enum FieldName {
        static let level = "level"
        static let state = "state"
        static let rule = "rule"
        static let route = "route"
        static let expression = "where"
        static let since = "since"
        static let until = "until"
        static let after = "after"
        static let limit = "limit"
    }

    static let usualLimit = 50
    static let maximumLimit = 500

    /// Reads a query.
    ///
    /// - Throws: ``RequestProblem`` with the field that is wrong.
    init(_ fields: FormFields, now: Timestamp) throws(RequestProblem) {
        self.init()
        level = try Self.read(fields, FieldName.level, "one of \(Self.levels)") { name in
            FindingLevel.allCases.first { $0.name == name }
        }
        states = try Set(Self.states(fields))
        rules = fields.all(FieldName.rule)
        routes = fields.all(FieldName.route)
        since = try Self.read(fields, FieldName.since, Self.times) { TimeBound($0, now: now)?.timestamp }
        until = try Self.read(fields, FieldName.until, Self.times) { TimeBound($0, now: now)?.timestamp }
        after = try Self.read(fields, FieldName.after, "a place that a list gave") { Place(text: $0) }
        limit =
            try Self.read(fields, FieldName.limit, "a number from 1 to \(Self.maximumLimit)") { text in
                Int(text).flatMap { (1...Self.maximumLimit).contains($0) ? $0 : nil }
            } ?? Self.usualLimit
        guard let text = fields[FieldName.expression] else { return }
        do {
            expression = try FieldExpression(parsing: text)
        } catch {
            throw RequestProblem(.badRequest, "\(FieldName.expression): \(error)")
        }
    }

    private static let levels = FindingLevel.allCases.map(\.name).joined(separator: ", ")
    private static let times = "a time such as 2026-11-25T10:00:00Z, a day, or how long ago: 30m, 24h, 7d"

    private static func states(_ fields: FormFields) throws(RequestProblem) -> [FindingState] {
        var states: [FindingState] = []
        for name in fields.all(FieldName.state) {
            guard let state = FindingState(named: name) else {
                throw RequestProblem(.badRequest, "state: '\(name)' is none of open, acknowledged, closed")
            }
            states.append(state)
        }
        return states
    }

    private static func read<Value>(
        _ fields: FormFields,
        _ name: String,
        _ wanted: String,
        _ value: (String) -> Value?
    ) throws(RequestProblem) -> Value? {
        guard let text = fields[name] else { return nil }
        guard let value = value(text) else {
            throw RequestProblem(.badRequest, "\(name): '\(text)' is not \(wanted)")
        }
        return value
    }
}

extension LedgerQuery.Place {
    /// As a query has it: microseconds since 1970 and the row's number.
    var text: String { "\(time.microseconds).\(number)" }

    init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let microseconds = Int64(parts[0]), let number = Int64(parts[1]) else { return nil }
        self.init(time: Timestamp(microseconds: microseconds), number: number)
    }
}
