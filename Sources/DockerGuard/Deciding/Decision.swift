package import Dialects

/// What was decided about one request.
package enum Decision: Sendable, Equatable {
    /// It goes to the daemon in its canonical form, with that body in place of what was read; nil where nothing was read.
    case pass(DockerAPIRequest, body: [UInt8]?)
    /// It is answered with a refusal.
    case refuse(Refusal)
}

/// A refusal in the Docker API's own shape.
package struct Refusal: Sendable, Equatable {
    /// The HTTP status: 403, or 400 for what cannot be read.
    package var status: Int
    /// What the client's user reads.
    package var message: String
    /// The decision's id; nil where none was recorded.
    package var decision: String?

    package init(status: Int, message: String, decision: String? = nil) {
        self.status = status
        self.message = message
        self.decision = decision
    }
}
