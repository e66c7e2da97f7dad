#if Watch
    internal import Deployments
    internal import Ledger
    internal import Signals

    /// All that is known of a finding, for people and for programs.
    struct FindingDetailsText {
        private let lines: LedgerLines

        init(_ lines: LedgerLines) { self.lines = lines }

        func text(_ details: FindingDetails) -> String {
            let finding = details.stored.finding
            var text = lines.bold("Finding \(VisibleText.escape(finding.id))")
            text += "  \(lines.colored(finding.level, finding.level))  \(details.stored.state.name)\n"
            text += Self.row("rule", "\(finding.ruleTitle) (\(finding.ruleID))")
            text += Self.row("what", finding.sentence)
            text += Self.row("time", finding.time.map(LedgerLines.time) ?? "unknown")
            text += Self.row("found", LedgerLines.time(finding.receivedAt))
            for (name, value) in finding.fields.sorted(by: { $0.key < $1.key }) { text += Self.row(name, value) }
            if !details.notes.isEmpty { text += lines.bold("Notes") + "\n" }
            for note in details.notes {
                text += Self.row(
                    LedgerLines.time(note.time),
                    "\(note.author): \(note.state.name)\(note.text.isEmpty ? "" : ", \(note.text)")"
                )
            }
            guard let deployment = details.deployment else { return text }
            text += lines.bold("Deployment \(VisibleText.escape(deployment.id))") + "\n"
            for (name, value) in deployment.fields.sorted(by: { $0.key < $1.key }) { text += Self.row(name, value) }
            if !deployment.trail.isEmpty { text += lines.bold("Trail") + "\n" }
            for entry in deployment.trail {
                let place = entry.path.map { "  \($0)\(entry.offset.map { ":\($0)" } ?? "")" } ?? ""
                text += Self.row(
                    entry.time.map(LedgerLines.time) ?? "unknown time",
                    "\(entry.source)  \(entry.dataset)\(place)"
                )
            }
            return text
        }

        private static func row(_ name: String, _ value: String) -> String {
            "  \(VisibleText.fit(VisibleText.escape(name), to: 26))  \(VisibleText.escape(value))\n"
        }
    }
#endif
