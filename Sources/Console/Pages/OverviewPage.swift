internal import Deployments
internal import HTTPTypes
internal import Hummingbird
internal import Ledger

struct OverviewView: Sendable {
    var attention: [AttentionRow]
    var hasAttention: Bool
    var spans: [Choice]
    var findings: StackedColumns
    var deployments: StackedColumns
    var total: Int
    var sources: [SourceRow]
    var hasSources: Bool
}

/// How a source does, in words.
struct SourceRow: Sendable {
    var name: String
    var state: String
    var isWell: Bool

    init(_ source: SourceState) {
        name = ShownText.of(source.name, upTo: ShownText.line)
        isWell = source.trouble == nil
        var words = source.trouble.map { "waits: \($0)" } ?? "follows"
        if let lag = source.lag, lag >= 1 { words += ", \(Int(lag)) s behind" }
        if source.losses > 0 { words += ", lost records \(source.losses == 1 ? "once" : "\(source.losses) times")" }
        state = ShownText.of(words, upTo: ShownText.line)
    }
}

/// A rule whose findings somebody should look at.
struct AttentionRow: Sendable {
    var path: String
    var title: String
    var level: String
    var count: Int
    var time: ShownTime

    init(_ rule: OpenRule) {
        path = "/findings?state=open&rule=\(FormFields.encoded(rule.id))"
        title = ShownText.of(rule.title, upTo: ShownText.line)
        level = rule.level.name
        count = rule.count
        time = ShownTime(rule.newest)
    }
}

/// How much of the past an overview shows, and in what steps.
enum OverviewSpan: String, CaseIterable {
    case day = "24h"
    case week = "7d"
    case month = "30d"

    var name: String {
        switch self {
        case .day: "last day"
        case .week: "last week"
        case .month: "last month"
        }
    }

    /// In hours.
    var step: Int {
        switch self {
        case .day: 1
        case .week: 6
        case .month: 24
        }
    }

    /// In steps.
    var columns: Int {
        switch self {
        case .day: 24
        case .week: 28
        case .month: 30
        }
    }
}

extension ConsoleRouter {
    private static let shownRules = 12
    private static let microsecondsInHour: Int64 = 3_600_000_000

    func overview(_ request: Request) async throws -> Response {
        let chosen = FormFields(request.uri.query ?? "")["span"] ?? OverviewSpan.day.rawValue
        guard let span = OverviewSpan(rawValue: chosen) else {
            throw RequestProblem(.badRequest, "span: '\(chosen)' is none of 24h, 7d, 30d")
        }
        // The step that is under way is the last.
        let step = Int64(span.step) * Self.microsecondsInHour
        let end = (clock().microseconds / step + 1) * step
        let overview = try await ledger.overview(
            since: Timestamp(microseconds: end - Int64(span.columns) * step),
            until: Timestamp(microseconds: end),
            step: span.step
        )
        let attention = try await ledger.attention(limit: Self.shownRules)
        // Those that do not follow come first.
        let sources = (self.sources?() ?? []).sorted {
            ($0.trouble == nil ? 1 : 0, $0.name) < ($1.trouble == nil ? 1 : 0, $1.name)
        }
        let view = OverviewView(
            attention: attention.map(AttentionRow.init),
            hasAttention: !attention.isEmpty,
            spans: OverviewSpan.allCases.map { Choice(value: $0.rawValue, name: $0.name, isChosen: $0 == span) },
            findings: Self.findings(overview),
            deployments: Self.deployments(overview),
            total: overview.deployments,
            sources: sources.map(SourceRow.init),
            hasSources: !sources.isEmpty
        )
        return page("overview", view, title: "Overview", at: .overview, request)
    }

    private static func findings(_ overview: LedgerOverview) -> StackedColumns {
        StackedColumns(
            id: "findings",
            title: "Findings by level",
            starts: overview.buckets.map(\.since),
            series: FindingLevel.allCases.reversed().map { level in
                StackedColumns.Series(
                    name: level.name,
                    counts: overview.buckets.map { $0.findings[level] ?? 0 },
                    colour: "of-\(level.name)"
                )
            }
        )
    }

    private static func deployments(_ overview: LedgerOverview) -> StackedColumns {
        let totals = overview.buckets.reduce(into: [String: Int]()) { totals, bucket in
            for (route, count) in bucket.deployments { totals[route, default: 0] += count }
        }
        let routes = totals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        return StackedColumns(
            id: "deployments",
            title: "Deployments by route",
            starts: overview.buckets.map(\.since),
            series: routes.map { route in
                StackedColumns.Series(
                    name: route.isEmpty ? "unknown" : ShownText.of(route, upTo: 40),
                    counts: overview.buckets.map { $0.deployments[route] ?? 0 }
                )
            }
        )
    }
}
