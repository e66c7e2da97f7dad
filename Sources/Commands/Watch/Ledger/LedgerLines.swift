#if Watch
    internal import Deployments
    internal import Ledger
    internal import Signals

    /// What is in the ledger, on a terminal: a line each.
    struct LedgerLines {
        private let terminal: Terminal

        init(_ terminal: Terminal) { self.terminal = terminal }

        /// A finding: the beginning of its id, when it was, its level, what became of it, and what it is.
        func line(_ stored: StoredFinding) -> String {
            let finding = stored.finding
            let level = finding.level == "informational" ? "info" : finding.level
            let head = [
                VisibleText.fit(VisibleText.escape(String(finding.id.prefix(12))), to: 12),
                Self.time(finding.time ?? finding.receivedAt),
                colored(VisibleText.fit(level, to: 8), finding.level),
                VisibleText.fit(stored.state.name, to: 12),
            ].joined(separator: "  ")
            let text = finding.sentence.isEmpty ? finding.ruleTitle : "\(finding.ruleTitle): \(finding.sentence)"
            return "\(head)  \(VisibleText.cut(VisibleText.escape(text), to: max(20, terminal.width - 59)))\n"
        }

        /// A deployment: when it was, what was done by which route, how that went, by whom, where and of which image.
        func line(_ stored: StoredDeployment) -> String {
            let deployment = stored.deployment
            let record = ECSFields(of: deployment.ecs)
            // Those that are kept beside the record go before it.
            let fields = Dictionary(record.fields.map { ($0.name, $0.values[0]) }) { first, _ in first }
                .merging(deployment.fields) { $1 }
            let action = "\(fields["event.action"] ?? "deploy") by \(fields["deployment.route"] ?? "an unknown route")"
            let outcome = fields["event.outcome"].flatMap { $0 == "success" || $0 == "unknown" ? nil : ", \($0)" } ?? ""
            let who: String? =
                switch (fields["user.name"], fields["source.ip"]) {
                case (let name?, let address?): "\(name)@\(address)"
                case (let name, let address): name ?? address
                }
            let object = [fields["orchestrator.resource.type"], fields["orchestrator.resource.name"]].compactMap { $0 }
            let name = object.isEmpty ? fields["container.name"] : object.joined(separator: "/")
            let namespace = fields["orchestrator.namespace"].map { " in \($0)" } ?? ""
            let host = fields["host.name"].map { " on \($0)" } ?? ""
            let place = (name ?? "") + namespace + host
            let image = fields["deployment.image.reference"] ?? fields["container.image.name"]
            let rest = [action + outcome, who, place.isEmpty ? nil : place, image].compactMap { $0 }
            let line =
                VisibleText.escape(
                    "\(Self.time(deployment.time ?? deployment.receivedAt))  \(rest.joined(separator: "  "))"
                )
            return VisibleText.cut(line, to: max(60, terminal.width)) + "\n"
        }

        /// `2026-11-24 15:47:23`, UTC.
        static func time(_ time: Timestamp) -> String {
            let text = time.description
            return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
        }

        func colored(_ text: String, _ level: String) -> String {
            guard terminal.isColored else { return text }
            let code =
                switch level {
                case "critical": "1;35"
                case "high": "1;31"
                case "medium": "33"
                case "low": "36"
                default: "2"
                }
            return "\u{1b}[\(code)m\(text)\u{1b}[0m"
        }

        func bold(_ text: String) -> String { terminal.isColored ? "\u{1b}[1m\(text)\u{1b}[0m" : text }
    }
#endif
