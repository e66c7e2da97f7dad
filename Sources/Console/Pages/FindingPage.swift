internal import HTTPTypes
internal import Deployments
internal import Hummingbird
internal import Ledger
internal import NIOCore

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

struct FieldRow: Sendable {
    var name: String
    var values: [String]

    /// As many values as a page shows of one field.
    private static let shownValues = 64

    init(_ field: RecordFields.Field) {
        name = ShownText.of(field.name, upTo: ShownText.line)
        values = field.values.prefix(Self.shownValues).map { ShownText.of($0) }
        if field.values.count > Self.shownValues { values.append("and \(field.values.count - Self.shownValues) more") }
    }
}

extension ConsoleRouter {
    /// As much of a record as is laid out, in characters; the whole is at the API's address.
    private static let shownRecord = 64 << 10

    func finding(_ id: String, _ request: Request) async throws -> Response {
        let details = try await ledger.details(ofFinding: id)
        return page("finding", view(of: details), title: details.stored.finding.ruleTitle, at: .findings, request)
    }

    private func view(of details: FindingDetails) -> FindingView {
        let finding = details.stored.finding
        let record = RecordFields(of: details.stored.ecs)
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
            record: ShownText.lines(of: record.text, upTo: Self.shownRecord),
            acts: Self.acts(on: details.stored.state)
        )
    }

    private static func acts(on state: FindingState) -> [FindingView.Act] {
        switch state {
        case .open: [.init(state: "acknowledged", name: "Acknowledge"), .init(state: "closed", name: "Close")]
        case .acknowledged: [.init(state: "closed", name: "Close"), .init(state: "open", name: "Reopen")]
        case .closed: [.init(state: "open", name: "Reopen")]
        }
    }

    /// Takes what somebody says of a finding.
    ///
    /// The form tells what the finding was when it was shown: of two people who act at once, the second is told what the
    /// first has said, and undoes nothing unseen.
    func setState(_ id: String, _ request: Request) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.formBytes)
        } catch {
            throw RequestProblem(.contentTooLarge, "a note is at most \(Ledger.maximumNote) bytes long")
        }
        let fields = FormFields(String(buffer: body))
        guard guarding.isFromOwnPage(request, token: fields["token"]) else {
            throw RequestProblem(.forbidden, "this did not come from a page of the console; open the page again")
        }
        guard let state = fields["state"].flatMap(FindingState.init(named:)),
            let seen = fields["seen"].flatMap(FindingState.init(named:))
        else {
            throw RequestProblem(.badRequest, "state and seen are one of open, acknowledged, closed")
        }
        let note = fields["note"] ?? ""
        guard note.utf8.count <= Ledger.maximumNote else {
            throw RequestProblem(.contentTooLarge, "a note is at most \(Ledger.maximumNote) bytes long")
        }
        _ = try await ledger.setState(
            ofFindings: [id],
            seenAs: seen,
            to: state,
            note: note,
            author: Self.author,
            at: clock()
        )
        return Reply.seeOther("/findings/\(FormFields.encoded(id))")
    }

    /// Nobody has said who they are: whoever is on this machine may use the console.
    private static let author = "console"
}
