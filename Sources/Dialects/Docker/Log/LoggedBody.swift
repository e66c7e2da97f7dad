internal import Deployments
internal import JSON

/// A request's body as it was read, lent while its document is.
struct LoggedBody {
    /// Nil where it could not be read.
    var value: JSONValue?
    var defects: Set<RecordDefect>
}
