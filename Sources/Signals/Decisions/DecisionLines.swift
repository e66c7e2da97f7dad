internal import Deployments
package import Judge
internal import Sigma

extension ECSLines {
    /// A decision as one line; as one for each deployment, all with the decision's id, where it spoke of several.
    ///
    /// An allowed request's `event.outcome` stays unknown: the line is written before the request is carried out.
    package mutating func lines(_ verdict: Verdict) -> [UInt8] { lines(verdict, sentence: verdict.sentence) }

    /// The same, where the decision's sentence is known already.
    mutating func lines(_ verdict: Verdict, sentence: String) -> [UInt8] {
        // A large record is not held on to.
        defer { begin(nil) }
        guard verdict.events.count > 1 else {
            begin(verdict.events.first)
            return line(verdict, verdict.findings, sentence)
        }
        var lines: [UInt8] = []
        for event in verdict.events {
            begin(event)
            lines += line(verdict, verdict.findings.filter { $0.speaks(of: event) }, sentence)
        }
        return lines
    }

    private mutating func line(_ verdict: Verdict, _ findings: [Finding], _ sentence: String) -> [UInt8] {
        let isRefused = verdict.outcome == .refused
        set(.timestamp, verdict.time.description)
        set(.ecsVersion, Self.version)
        set(.message, sentence)
        set(.eventKind, "event")
        set(.eventCategory, "api")
        set(.eventType, isRefused ? "denied" : "allowed")
        if isRefused { set(.eventOutcome, "failure") } else if event == nil { set(.eventOutcome, "unknown") }
        set(ECSShape.Extra.eventDuration.slot, .integer(verdict.duration))
        set(.decisionID, verdict.id)
        set(.decisionOutcome, verdict.outcome.rawValue)
        if event?.deployment.event.id.isEmpty ?? true { set(.eventID, verdict.id) }
        fill(findings)
        fill(verdict.violations)
        set(.leftOut, verdict.leftOut)
        return written(listsRules: true)
    }

    private mutating func fill(_ findings: [Finding]) {
        set(.ruleID, findings.map { $0.rule.key })
        set(.ruleName, findings.map { $0.rule.title })
        set(.ruleLevel, findings.map(\.level))
        set(.findingID, findings.map(\.id))
        var seen: Set<String> = []
        let techniques = findings.flatMap { $0.rule.techniques }.filter { seen.insert($0).inserted }
        set(.framework, techniques.isEmpty ? nil : "MITRE ATT&CK")
        set(.technique, techniques)
        set(.reasons, findings.flatMap(\.reasonWords).filter { seen.insert($0).inserted })
    }

    private mutating func fill(_ violations: [Violation]) {
        set(.violationPart, violations.map(\.part))
        set(.violationPlace, violations.map(\.place))
        set(.violationMessage, violations.map { Secrets.mask($0.message) })
        set(.violationRemedy, violations.map { Secrets.mask($0.remedy) })
    }
}

extension Verdict {
    /// The decision in one sentence: `refused container-create of alpine:3.20: HostConfig.Privileged: …`.
    package var sentence: String {
        var sentence = outcome.rawValue
        if let deployment = events.first?.deployment {
            sentence += " \(deployment.event.action.rawValue)"
            if let subject = deployment.container.imageText ?? deployment.container.name {
                sentence += " of \(subject)"
            }
            if events.count > 1 { sentence += " and \(events.count - 1) more" }
        }
        let reasons =
            violations.map { "\($0.place): \($0.message)" } + findings.map { "\($0.rule.title) (\($0.level))" }
        guard !reasons.isEmpty else { return Secrets.mask(sentence) }
        let told = reasons.prefix(3).joined(separator: "; ")
        let rest = reasons.count > 3 ? "; and \(reasons.count - 3) more" : ""
        return Secrets.mask("\(sentence): \(told)\(rest)")
    }
}

extension Finding {
    fileprivate func speaks(of event: DeploymentEvent) -> Bool {
        guard case .deployment(let subject) = subject else { return false }
        return subject === event
    }
}
