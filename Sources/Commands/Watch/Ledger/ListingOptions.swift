#if Watch
    internal import ArgumentParser
    internal import Deployments
    internal import Foundation
    internal import Ledger
    internal import Signals

    /// What lists of findings and of deployments are asked in common.
    struct ListingOptions: ParsableArguments {
        /// How a list is written.
        enum Format: String, CaseIterable, ExpressibleByArgument {
            case table, json
        }

        @Option(help: "Only from this time on: RFC 3339, a day, or 90m, 24h, 7d ago.")
        var since: String?

        @Option(help: "Only before this time; likewise.")
        var until: String?

        @Option(
            name: .customLong("where"),
            help: ArgumentHelp(
                """
                Only where ECS fields are so: field=value, !=, ~ (contains), !~, and >, >=, <, <= of numbers and times, \
                with and, or, not and parentheses; * in a value stands for anything.
                """,
                valueName: "expression"
            )
        )
        var condition: String?

        @Option(help: "At most so many, the newest; 0 for all.")
        var limit = 100

        @Option(name: .shortAndLong, help: "How the list is written; json: one ECS object a line.")
        var format: Format = .table

        @Option(help: "When to use colour; NO_COLOR is respected.")
        var color: Terminal.ColorChoice = .auto

        func validate() throws {
            guard limit >= 0 else { throw ValidationError("--limit is at least 0, for all") }
            _ = try query()
        }

        /// What is asked for, but for the limit.
        func query() throws -> LedgerQuery {
            var query = LedgerQuery()
            query.since = try bound(since, "--since")
            query.until = try bound(until, "--until")
            if let condition {
                do {
                    query.expression = try FieldExpression(parsing: condition)
                } catch {
                    throw ValidationError("--where: \(Self.pointed(error, in: condition))")
                }
            }
            return query
        }

        /// Says which fields of a query no record has, so that a slip in a name is not taken for an answer.
        func tellOfUnknownFields(in query: LedgerQuery) {
            for field in query.expression?.fields ?? [] where !ECSFieldNames.contains(field) {
                // What became of a finding stands beside its record.
                if field == "tidewaiter.finding.state" { continue }
                let meant = ECSFieldNames.nearest(to: field).map { "; is '\($0)' meant?" } ?? ""
                ServiceMessages(to: Output(.standardError)).say("--where: no field is called '\(field)'\(meant)")
            }
        }

        /// Reads page after page until the limit, or the end.
        ///
        /// - Parameters:
        ///   - page: reads one.
        ///   - place: the place of a row.
        /// - Returns: How many there were, and whether the limit left any out.
        func pages<Row>(
            of query: LedgerQuery,
            page: (LedgerQuery) async throws -> [Row],
            place: (Row) -> LedgerQuery.Place,
            tell: (Row) -> Void
        ) async throws -> (count: Int, hasMore: Bool) {
            var query = query
            var count = 0
            while true {
                // One more than is told says whether there are more.
                let wanted = limit == 0 ? Self.pageSize : min(Self.pageSize, limit - count + 1)
                query.limit = wanted
                let rows = try await page(query)
                for row in rows {
                    if limit > 0, count == limit { return (count, true) }
                    tell(row)
                    count += 1
                }
                guard rows.count == wanted, let last = rows.last else { return (count, false) }
                query.after = place(last)
            }
        }

        private static let pageSize = 500

        private func bound(_ text: String?, _ option: String) throws -> Timestamp? {
            guard let text else { return nil }
            guard let bound = TimeBound(text, now: .now) else {
                throw ValidationError("\(option): '\(text)' is no time; write 2026-11-24T15:00:00Z, 2026-11-24, or 24h")
            }
            return bound.timestamp
        }

        /// The error, with the expression and a mark where it is wrong.
        private static func pointed(_ error: FieldExpressionError, in text: String) -> String {
            guard text.count <= 200, !text.contains(where: \.isNewline) else { return "\(error)" }
            return "\(error)\n  \(text)\n  \(String(repeating: " ", count: max(0, error.column - 1)))^"
        }
    }

    extension Timestamp {
        /// The system clock's time.
        static var now: Timestamp { Timestamp(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000)) }
    }
#endif
