internal import JSON

/// What a document of an audit log is, found in one pass over its own members and nothing below.
///
/// Most events deploy nothing and are done with after this.
struct AuditHead {
    var verb: JSONText?
    var objectRef: JSONValue?
    /// The events of an `EventList`.
    var items: JSONValue?
    /// What a log collector wrapped: Docker's `log`, the journal's `MESSAGE`, others' `message`.
    var wrapped: JSONValue?

    init(_ document: JSONValue) {
        for (key, value) in document.members {
            switch key.count {
            case 3 where key == "log": wrapped = value
            case 4 where key == "verb": verb = value.text
            case 5 where key == "items": items = value
            case 7 where key == "MESSAGE" || key == "message": wrapped = value
            case 9 where key == "objectRef": objectRef = value
            default: break
            }
        }
    }
}

/// The parts of a Kubernetes audit event, found in one pass and left where they stand.
///
/// Source: audit.k8s.io/v1, https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/.
struct AuditEvent {
    var auditID: JSONText?
    var level: JSONText?
    var stage: JSONText?
    var verb: JSONText?
    var requestURI: JSONText?
    var userAgent: JSONText?
    var received: JSONText?
    var stamped: JSONText?
    var user: JSONValue?
    var impersonated: JSONValue?
    var sourceIPs: JSONValue?
    var responseStatus: JSONValue?
    var requestObject: JSONValue?
    var responseObject: JSONValue?
    var annotations: JSONValue?
    /// Whether a member stands twice; the API server writes none twice.
    var hasDuplicates = false
    /// Whether the server left bodies out since they were too large for its backend.
    var isTruncated: Bool { annotations?["audit.k8s.io/truncated"] != nil }

    init(_ event: JSONValue) {
        var objectRef: JSONValue?
        for (key, value) in event.members {
            switch key.count {
            case 4 where key == "verb": Self.set(&verb, value.text, &hasDuplicates)
            case 4 where key == "user": Self.set(&user, value, &hasDuplicates)
            case 5 where key == "level": Self.set(&level, value.text, &hasDuplicates)
            case 5 where key == "stage": Self.set(&stage, value.text, &hasDuplicates)
            case 7 where key == "auditID": Self.set(&auditID, value.text, &hasDuplicates)
            case 9 where key == "userAgent": Self.set(&userAgent, value.text, &hasDuplicates)
            case 9 where key == "objectRef": Self.set(&objectRef, value, &hasDuplicates)
            case 9 where key == "sourceIPs": Self.set(&sourceIPs, value, &hasDuplicates)
            case 10 where key == "requestURI": Self.set(&requestURI, value.text, &hasDuplicates)
            case 11 where key == "annotations": Self.set(&annotations, value, &hasDuplicates)
            case 13 where key == "requestObject": Self.set(&requestObject, value, &hasDuplicates)
            case 14 where key == "responseObject": Self.set(&responseObject, value, &hasDuplicates)
            case 14 where key == "responseStatus": Self.set(&responseStatus, value, &hasDuplicates)
            case 14 where key == "stageTimestamp": Self.set(&stamped, value.text, &hasDuplicates)
            case 16 where key == "impersonatedUser": Self.set(&impersonated, value, &hasDuplicates)
            case 24 where key == "requestReceivedTimestamp": Self.set(&received, value.text, &hasDuplicates)
            default: break
            }
        }
        if let request = requestObject, request.isNull { requestObject = nil }
        // A refusal is answered with a status, which is no object that stands anywhere.
        if let response = responseObject, let kind = response["kind"]?.text, kind == "Status" { responseObject = nil }
    }

    private static func set<Value>(_ member: inout Value?, _ value: Value?, _ isTwice: inout Bool) {
        if member != nil { isTwice = true }
        member = value
    }
}
