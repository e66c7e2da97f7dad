internal import JSON

/// What is answered to a review.
package struct AdmissionDecision: Sendable {
    package var uid: String
    package var isAllowed: Bool
    /// Whether it is refused for what is no valid object, as the API server's own validation would.
    package var isInvalid = false
    /// What the client's user reads of a refusal.
    package var message: String?
    package var warnings: [String]
    /// For the cluster's audit log.
    package var annotations: [(key: String, value: String)]

    init(uid: String, isAllowed: Bool, message: String? = nil) {
        self.uid = uid
        self.isAllowed = isAllowed
        self.message = message
        warnings = []
        annotations = []
    }

    /// What deploys nothing.
    static func passes(_ uid: String) -> AdmissionDecision { AdmissionDecision(uid: uid, isAllowed: true) }

    /// The review that answers (admission.k8s.io/v1, AdmissionResponse).
    ///
    /// A refusal always has a status: the API server says "without explanation" of one that has none.
    package var json: String {
        var json = #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"#
        json += "\(JSONValue.quote(uid)),\"allowed\":\(isAllowed)"
        if !isAllowed {
            json += #","status":{"status":"Failure","reason":"#
            json += isInvalid ? #""Invalid","code":422,"message":"# : #""Forbidden","code":403,"message":"#
            json += "\(JSONValue.quote(message ?? "tidewaiter refuses it"))}"
        }
        if !warnings.isEmpty {
            json += ",\"warnings\":[\(warnings.map(JSONValue.quote).joined(separator: ","))]"
        }
        if !annotations.isEmpty {
            let members = annotations.map { "\(JSONValue.quote($0.key)):\(JSONValue.quote($0.value))" }
            json += ",\"auditAnnotations\":{\(members.joined(separator: ","))}"
        }
        return json + "}}"
    }
}
