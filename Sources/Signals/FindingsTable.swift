package import Deployments
package import Judge
internal import Sigma

/// Tells findings on a terminal: for each deployment what it is, then what is wrong with it.
package struct FindingsTable {
    private let isColored: Bool
    private let width: Int

    /// - Parameters:
    ///   - isColored: whether levels are told by colour, too.
    ///   - width: characters in a line.
    package init(isColored: Bool, width: Int) {
        self.isColored = isColored
        self.width = max(60, width)
    }

    /// The lines for one deployment and what was found in it; an ordinary deployment has no findings.
    package func lines(_ deployment: ContainerDeployment, _ findings: [Finding]) -> String {
        let time = deployment.event.timestamp.map { String($0.description.prefix(19)).replacing("T", with: " ") } ?? "-"
        let who = Self.who(deployment)
        let head = [
            time, who, deployment.route.rawValue, deployment.event.action.rawValue, Self.place(deployment),
            Self.image(deployment),
        ].map { VisibleText.escape($0) }.joined(separator: "  ")
        let outcome = deployment.event.outcome == .failure ? "  (refused)" : ""
        let place = deployment.log.map { "  [\($0.path):\($0.offset)]" } ?? ""
        var text = bold(head + outcome) + dim(VisibleText.escape(place)) + "\n"
        for finding in findings.sorted(by: { $0.rank > $1.rank }) { text += line(finding) }
        return text
    }

    /// The line for one finding.
    package func line(_ finding: Finding) -> String {
        let level = finding.level
        let label = level.padding(to: 13)
        let techniques = finding.rule.techniques.joined(separator: " ")
        let why = finding.reasons.map { Secrets.mask($0.words) }.joined(separator: "; ")
        let title = VisibleText.escape(finding.rule.title)
        let rest = max(20, width - 6 - 13 - title.count)
        return "    \(color(label, level))\(title)  \(dim(techniques))\n"
            + (why.isEmpty ? "" : "      \(dim(VisibleText.cut(VisibleText.escape(why), to: max(rest, width - 8))))\n")
    }

    static func who(_ deployment: ContainerDeployment) -> String {
        let name =
            deployment.actor.effectiveName.map { "\(deployment.actor.userName ?? "?") as \($0)" }
            ?? deployment.actor.userName ?? deployment.actor.tlsClientSubject
        switch (name, deployment.actor.sourceIP) {
        case (let name?, let address?): return "\(name)@\(address)"
        case (let name?, nil): return name
        case (nil, let address?): return address
        case (nil, nil): return "-"
        }
    }

    static func place(_ deployment: ContainerDeployment) -> String {
        let object = [deployment.placement.resourceType, deployment.placement.resourceName].compactMap { $0 }.joined(
            separator: "/"
        )
        let parts = [
            deployment.placement.namespace ?? deployment.placement.hostName, object.isEmpty ? nil : object,
            deployment.container.name,
        ]
        let text = parts.compactMap { $0 }.joined(separator: " ")
        return text.isEmpty ? deployment.container.id.map { String($0.prefix(12)) } ?? "-" : text
    }

    static func image(_ deployment: ContainerDeployment) -> String { deployment.container.imageText ?? "-" }

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

extension Finding {
    /// Levels in order, for sorting and thresholds.
    package var rank: Int { LevelRank.rank(level) }
}

/// Sigma's levels in order.
package enum LevelRank {
    /// The level names, lowest first.
    package static let names = ["informational", "low", "medium", "high", "critical"]

    /// A level's place; -1 for a name that is none.
    package static func rank(_ level: String) -> Int { names.firstIndex(of: level) ?? -1 }
}

extension String {
    func padding(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}
