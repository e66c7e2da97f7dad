/// One control that a pod violates, and why.
package struct PodSecurityViolation: Sendable, Equatable {
    /// The control that is violated.
    package var control: PodSecurityControl
    /// What is violated in few words, as the API server puts it: `allowPrivilegeEscalation != false`.
    package var reason: String
    /// Who does it and what has to be, in the API server's words; empty where the reason says it all.
    package var detail: String
    /// The fields that do it; those that are absent and must not be, too.
    package var fields: [FieldPlace]

    /// `reason (detail)`.
    package var message: String { detail.isEmpty ? reason : "\(reason) (\(detail))" }
}

/// A field of an object, and what stands there.
package struct FieldPlace: Sendable, Equatable {
    /// `spec.containers[1].securityContext.privileged`.
    package var path: String
    /// The value as text; nil where the field is absent.
    package var value: String?

    init(_ path: String, _ value: String?) {
        self.path = path
        self.value = value
    }
}

/// What one check holds against a pod.
struct Objection {
    var reason: String
    var detail: String
    var fields: [FieldPlace]

    init(_ reason: String, _ detail: String, at fields: [FieldPlace]) {
        self.reason = reason
        self.detail = detail
        self.fields = fields
    }
}
