internal import HTTPTypes
internal import Hummingbird
internal import Ledger
internal import NIOCore

extension FindingView.Act {
    /// What a finding can become.
    static func on(_ state: FindingState) -> [Self] {
        switch state {
        case .open: [.init(state: "acknowledged", name: "Acknowledge"), .init(state: "closed", name: "Close")]
        case .acknowledged: [.init(state: "closed", name: "Close"), .init(state: "open", name: "Reopen")]
        case .closed: [.init(state: "open", name: "Reopen")]
        }
    }
}

extension ConsoleRouter {
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
