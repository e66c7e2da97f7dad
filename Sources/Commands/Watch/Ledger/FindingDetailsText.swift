#if Watch
    internal import Deployments
    internal import JSON
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

        /// One object: the ECS records as `finding` and `deployment`, and `notes` and `trail` beside them.
        static func json(_ details: FindingDetails) -> String {
            let notes = details.notes.map { note in
                object([
                    ("time", quote(note.time.description)), ("author", quote(note.author)),
                    ("state", quote(note.state.name)), ("note", quote(note.text)),
                ])
            }
            let trail = (details.deployment?.trail ?? []).map { entry in
                object([
                    ("source", quote(entry.source)), ("dataset", quote(entry.dataset)),
                    ("time", entry.time.map { quote($0.description) }), ("path", entry.path.map(quote)),
                    ("offset", entry.offset.map { String($0) }),
                ])
            }
            return object([
                ("finding", String(decoding: details.stored.ecs, as: UTF8.self)),
                ("notes", "[\(notes.joined(separator: ","))]"),
                ("deployment", details.deployment.map { String(decoding: $0.ecs, as: UTF8.self) }),
                ("trail", "[\(trail.joined(separator: ","))]"),
            ])
        }

        private static func object(_ members: [(name: String, value: String?)]) -> String {
            let written = members.compactMap { member in member.value.map { "\(quote(member.name)):\($0)" } }
            return "{\(written.joined(separator: ","))}"
        }

        /// A JSON string in ASCII alone: the lines may be looked at on a terminal.
        private static func quote(_ text: String) -> String {
            var literal = ""
            for scalar in JSONValue.quote(text).unicodeScalars {
                guard !scalar.isASCII || scalar.value == 0x7F else {
                    literal.unicodeScalars.append(scalar)
                    continue
                }
                for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
                    let digits = String(unit, radix: 16)
                    literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
            return literal
        }
    }
#endif
