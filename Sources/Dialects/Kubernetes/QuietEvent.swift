internal import JSON

/// Tells from an event's outline that it deploys nothing: most of an audit log is reads, leases and status.
enum QuietEvent {
    /// Whether the event has a verb, and with it does nothing that counts to what it is about.
    ///
    /// False where the outline does not show it.
    static func isQuiet(_ event: JSONOutline) -> Bool {
        var verb: AuditVerb?
        var reference: ObjectReference?
        event.forEachMember { member in
            switch member.name.count {
            case 4 where member.name == "verb":
                guard let text = member.text else { return false }
                let kind = AuditVerb(text)
                verb = kind
                return kind != .other && reference == nil
            case 9 where member.name == "objectRef":
                reference = member.object.flatMap { ObjectReference($0) }
                return reference != nil && verb == nil
            default: return true
            }
        }
        guard let verb else { return false }
        if verb == .other { return true }
        guard let reference, case .none = reference.verdict(verb) else { return false }
        return true
    }
}
