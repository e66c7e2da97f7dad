/// What is wrong with a form's outcome under the strict profile; nil when nothing is.
func objection(to outcome: Trial.Outcome, of form: RequestForm) -> String? {
    let statuses = outcome.replies.map(\.status)
    let message = outcome.replies.last?.message.prefix(160) ?? ""
    let answered = "\(form.id): answered \(statuses) \(message)"
    switch form.verdict {
    case .deny:
        if !outcome.effects.isEmpty { return "\(answered), and took effect: \(outcome.effects)" }
        return isRefused(outcome, form) ? nil : "\(answered), which is no refusal"
    case .denyOrRefused, .denyOrIgnored:
        return outcome.effects.isEmpty ? nil : "\(answered), and took effect: \(outcome.effects)"
    case .allow:
        return statuses == form.statuses ? nil : "\(answered), not the engine's \(form.statuses)"
    case .allowOr413:
        return statuses == form.statuses || statuses == [413] ? nil : answered
    case .allowOrRefused, .any:
        // It must be answered, or refused: never hang.
        return statuses.isEmpty && !outcome.wasClosed ? "\(form.id): not answered" : nil
    }
}

/// Whether the guard refused a form: by its own answer, or by ending the connection.
private func isRefused(_ outcome: Trial.Outcome, _ form: RequestForm) -> Bool {
    guard let last = outcome.replies.last else { return outcome.wasClosed }
    // Of several requests on a connection, the dangerous one is the last.
    if outcome.replies.count < form.statuses.count { return outcome.wasClosed }
    return [400, 403, 404, 405, 413, 417, 431, 501].contains(last.status)
}
