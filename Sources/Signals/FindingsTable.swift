package import Deployments
package import Judge
internal import Sigma

/// Tells findings on a terminal: for each deployment what it is, then what is wrong with it, the worst first.
///
/// A deployment with nothing wrong is one line.
package struct FindingsTable {
    private let isColored: Bool
    private let width: Int
    /// Columns are laid out within this much: a line that nothing limits, as in a pipe, is cut nowhere, but not spread.
    private let layoutWidth: Int

    private static let indent = "  "
    private static let levelWidth = 8
    private static let labelWidth = 5
    private static let maximumReasons = 4
    private static let maximumEvents = 8
    private static let unknown = "unknown"

    /// - Parameters:
    ///   - isColored: whether levels are told by colour, too.
    ///   - width: columns of a line.
    package init(isColored: Bool, width: Int) {
        self.isColored = isColored
        self.width = max(60, width)
        layoutWidth = min(self.width, 120)
    }

    /// The lines for one deployment and what was found in it; an ordinary deployment has no findings.
    package func lines(_ deployment: ContainerDeployment, _ findings: [Finding]) -> String {
        let action = SubjectWords.action(deployment)
        let image = deployment.container.imageText
        let place = SubjectWords.place(deployment)
        // Nobody stands in a manifest.
        let who = SubjectWords.who(deployment.actor) ?? (deployment.route == .manifest ? nil : Self.unknown)
        guard !findings.isEmpty else {
            return summary(deployment.event.timestamp, action, [who, place, image])
        }
        var text = heading(deployment.event.timestamp, action, Self.sight(deployment))
        text += facts([
            ("who", who), ("where", place), ("image", image), ("log", deployment.log.map(SubjectWords.position)),
        ])
        // Of one level the rules' order stays.
        for finding in findings.enumerated().sorted(by: { ($1.element.rank, $0.offset) < ($0.element.rank, $1.offset) })
        {
            text += verdict(finding.element)
        }
        return text + "\n"
    }

    /// The lines for a finding on a raw record, or for one finding alone.
    package func line(_ finding: Finding) -> String {
        if case .correlation(let summary) = finding.subject { return lines(finding, summary) }
        guard case .rawRecord(let record) = finding.subject else { return verdict(finding) }
        let text =
            heading(record.time, [record.action, record.dataset].compactMap { $0 }.joined(separator: " in "), nil)
            + facts([
                ("who", SubjectWords.who(record) ?? Self.unknown), ("where", SubjectWords.place(record)),
                ("log", SubjectWords.position(record.log)),
            ])
        return text + verdict(finding) + "\n"
    }

    /// A correlation, and the newest of its events.
    private func lines(_ finding: Finding, _ summary: CorrelationSummary) -> String {
        let margin = Self.indent.count + Self.levelWidth + 2
        var text = heading(summary.time, SubjectWords.events(summary), nil) + verdict(finding)
        let shown = summary.events.suffix(Self.maximumEvents)
        if summary.eventCount > shown.count {
            text += note("\(summary.eventCount - shown.count) earlier events", margin)
        }
        for event in shown {
            let place = event.log.map { "  \(SubjectWords.position($0))" } ?? ""
            text += note("\(Self.column(event.time))  \(event.rule)\(place)", margin)
        }
        return text + "\n"
    }

    /// What could not be seen, where that is not everything.
    private static func sight(_ deployment: ContainerDeployment) -> String? {
        deployment.visibility == .full ? nil : deployment.visibility.rawValue
    }

    private func heading(_ time: Timestamp?, _ action: String, _ sight: String?) -> String {
        let text = "\(Self.column(time))  \(action)" + (sight.map { " (\($0))" } ?? "")
        return bold(VisibleText.cut(VisibleText.escape(text), to: width)) + "\n"
    }

    private func summary(_ time: Timestamp?, _ action: String, _ facts: [String?]) -> String {
        let rest = facts.compactMap { $0 }.joined(separator: "  ")
        let text = VisibleText.escape("\(Self.column(time))  \(action)  \(rest)")
        return VisibleText.cut(text, to: width) + "\n"
    }

    private static func column(_ time: Timestamp?) -> String {
        SubjectWords.time(time) ?? "-".padding(to: 19)
    }

    /// Named values, two on a line where both have room.
    private func facts(_ facts: [(name: String, value: String?)]) -> String {
        let half = (layoutWidth - Self.indent.count) / 2
        let room = half - Self.labelWidth - 4
        let whole = width - Self.indent.count - Self.labelWidth - 2
        var text = ""
        var isOpen = false
        for fact in facts {
            guard let value = fact.value.map({ VisibleText.escape($0) }) else { continue }
            let label = dim(fact.name.padding(to: Self.labelWidth))
            let isLong = TerminalWidth.exceeds(value, room)
            if isOpen, !isLong {
                text += "  \(label)  \(value)\n"
                isOpen = false
                continue
            }
            if isOpen { text = Self.withoutFiller(text) + "\n" }
            isOpen = !isLong
            text += "\(Self.indent)\(label)  "
            text += isLong ? VisibleText.cut(value, to: whole) + "\n" : VisibleText.fit(value, to: room)
        }
        return isOpen ? Self.withoutFiller(text) + "\n" : text
    }

    private static func withoutFiller(_ text: String) -> String {
        var text = Substring(text)
        while text.hasSuffix(" ") { text = text.dropLast() }
        return String(text)
    }

    /// Level, rule and techniques on a line, then each reason on its own.
    private func verdict(_ finding: Finding) -> String {
        let level = finding.level == "informational" ? "info" : finding.level
        let margin = Self.indent.count + Self.levelWidth + 2
        let techniques = VisibleText.cut(VisibleText.escape(finding.rule.techniques.joined(separator: " ")), to: 24)
        let titleWidth = layoutWidth - margin - (techniques.isEmpty ? 0 : techniques.count + 2)
        let title = VisibleText.escape(finding.rule.title)
        var text = Self.indent + color(level.padding(to: Self.levelWidth), finding.level) + Self.indent
        text += techniques.isEmpty ? VisibleText.cut(title, to: titleWidth) : VisibleText.fit(title, to: titleWidth)
        text += techniques.isEmpty ? "\n" : "  \(dim(techniques))\n"
        if let violation = finding.violation {
            text += note(violation.message, margin) + note("change: \(violation.remedy)", margin)
        }
        for reason in reasons(finding, margin) { text += String(repeating: " ", count: margin) + dim(reason) + "\n" }
        return text
    }

    /// A line of its own under a finding.
    private func note(_ text: String, _ margin: Int) -> String {
        let line = VisibleText.cut(VisibleText.escape(text), to: width - margin)
        return String(repeating: " ", count: margin) + line + "\n"
    }

    private func reasons(_ finding: Finding, _ margin: Int) -> [String] {
        let room = width - margin
        let reasons = finding.distinctReasons { $0.words(valueCharacters: room, patternCharacters: min(room / 3, 40)) }
            .map {
                VisibleText.cut(VisibleText.escape($0), to: room)
            }
        let left = reasons.count - Self.maximumReasons
        return left > 0 ? reasons.prefix(Self.maximumReasons) + ["and \(left) more"] : reasons
    }

    private func color(_ text: String, _ level: String) -> String {
        guard isColored else { return text }
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

    private func bold(_ text: String) -> String { isColored ? "\u{1b}[1m\(text)\u{1b}[0m" : text }
    private func dim(_ text: String) -> String { isColored && !text.isEmpty ? "\u{1b}[2m\(text)\u{1b}[0m" : text }
}

extension String {
    func padding(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}
