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
    package var body: [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(512)
        body += #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"#.utf8
        body.append(quoting: uid)
        body += (isAllowed ? #","allowed":true"# : #","allowed":false,"status":{"status":"Failure","reason":"#).utf8
        if !isAllowed {
            body += (isInvalid ? #""Invalid","code":422,"message":"# : #""Forbidden","code":403,"message":"#).utf8
            body.append(quoting: message ?? "tidewaiter refuses it")
            body.append(UInt8(ascii: "}"))
        }
        if !warnings.isEmpty {
            body += #","warnings":["#.utf8
            for (index, warning) in warnings.enumerated() {
                if index > 0 { body.append(UInt8(ascii: ",")) }
                body.append(quoting: warning)
            }
            body.append(UInt8(ascii: "]"))
        }
        if !annotations.isEmpty {
            body += #","auditAnnotations":{"#.utf8
            for (index, annotation) in annotations.enumerated() {
                if index > 0 { body.append(UInt8(ascii: ",")) }
                body.append(quoting: annotation.key)
                body.append(UInt8(ascii: ":"))
                body.append(quoting: annotation.value)
            }
            body.append(UInt8(ascii: "}"))
        }
        body += "}}".utf8
        return body
    }

    /// The same as text.
    package var json: String { String(decoding: body, as: UTF8.self) }
}
