internal import HTTPTypes
internal import Deployments
internal import Hummingbird
internal import Ledger
internal import NIOCore
internal import Signals

/// All that is known of one finding.
struct FindingView: Sendable {
    var id: String
    var path: String
    var title: String
    var level: String
    var state: String
    var sentence: String
    var time: ShownTime
    var found: ShownTime
    /// At most one: none where it is no longer loaded.
    var rules: [RuleView]
    var reasons: [String]
    var hasReasons: Bool
    var remedies: [String]
    var notes: [NoteRow]
    var hasNotes: Bool
    var trail: [TrailRow]
    var hasTrail: Bool
    /// The deployment's own page, where one is known.
    var deployment: [String]
    var fields: [FieldRow]
    var record: String
    /// What it can become.
    var acts: [Act]

    struct Act: Sendable {
        var state: String
        var name: String
    }
}

struct NoteRow: Sendable {
    var time: ShownTime
    var author: String
    var state: String
    var text: String

    init(_ note: FindingNote) {
        time = ShownTime(note.time)
        author = ShownText.of(note.author, upTo: ShownText.line)
        state = note.state.name
        text = ShownText.of(note.text)
    }
}

extension ConsoleRouter {
    func finding(_ id: String, _ request: Request) async throws -> Response {
        let details = try await ledger.details(ofFinding: id)
        return page("finding", view(of: details), title: details.stored.finding.ruleTitle, at: .findings, request)
    }

    private func view(of details: FindingDetails) -> FindingView {
        let finding = details.stored.finding
        let record = ECSFields(of: details.stored.ecs)
        let reasons = record["tidewaiter.reasons"].map { ShownText.of($0) }
        return FindingView(
            id: ShownText.of(finding.id, upTo: ShownText.line),
            path: "/findings/\(FormFields.encoded(finding.id))",
            title: ShownText.of(finding.ruleTitle, upTo: ShownText.line),
            level: FindingLevel(named: finding.level).name,
            state: details.stored.state.name,
            sentence: ShownText.of(finding.sentence),
            time: ShownTime(details.stored.place.time),
            found: ShownTime(finding.receivedAt),
            rules: rules[finding.ruleID].map { [RuleView($0)] } ?? [],
            reasons: reasons,
            hasReasons: !reasons.isEmpty,
            remedies: record["tidewaiter.violation.remedy"].map { ShownText.of($0) },
            notes: details.notes.map(NoteRow.init),
            hasNotes: !details.notes.isEmpty,
            trail: (details.deployment?.trail ?? []).map(TrailRow.init),
            hasTrail: details.deployment?.trail.isEmpty == false,
            deployment: details.deployment.map { ["/deployments/\(FormFields.encoded($0.id))"] } ?? [],
            fields: record.fields.map(FieldRow.init),
            record: ShownText.lines(of: record.text, upTo: ShownText.record),
            acts: FindingView.Act.on(details.stored.state)
        )
    }
}
