internal import Deployments
internal import Ledger
internal import Signals

/// One record that spoke of a deployment.
struct TrailRow: Sendable {
    /// At most one.
    var times: [ShownTime]
    var source: String
    var dataset: String
    var place: String

    init(_ entry: TrailEntry) {
        times = entry.time.map { [ShownTime($0)] } ?? []
        source = ShownText.of(entry.source, upTo: ShownText.line)
        dataset = ShownText.of(entry.dataset, upTo: ShownText.line)
        place = ShownText.of(
            (entry.path ?? "") + (entry.offset.map { ", byte \($0)" } ?? ""),
            upTo: ShownText.line
        )
    }
}

/// A field of a record with its values.
struct FieldRow: Sendable {
    var name: String
    var values: [String]

    /// As many values as a page shows of one field.
    private static let shownValues = 64

    init(_ field: ECSFields.Field) {
        name = ShownText.of(field.name, upTo: ShownText.line)
        values = field.values.prefix(Self.shownValues).map { ShownText.of($0) }
        if field.values.count > Self.shownValues { values.append("and \(field.values.count - Self.shownValues) more") }
    }
}
