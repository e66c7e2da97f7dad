internal import Deployments
internal import Dialects
internal import Signals

/// Tells on standard error what could not be read: each record with its file and byte offset.
///
/// A file that is broken throughout would bury everything else: past a bound for each file the rest is counted, unless
/// all are asked for.
struct ProblemLog {
    private let output: Output
    private let limit: Int
    private var path: String?
    private var count = 0

    /// - Parameter limit: how many problems are told of one file.
    init(on output: Output, limit: Int) {
        self.output = output
        self.limit = limit
    }

    mutating func add(_ problem: ReadingProblem) {
        if path != problem.position.path {
            finish()
            path = problem.position.path
        }
        count += 1
        guard count <= limit else { return }
        let place = "\(problem.position.path): byte \(problem.position.offset)"
        output.writeLine(VisibleText.escape("tidewaiter: \(place): \(problem.message)"))
    }

    /// A file that could not be read at all, or not to its end.
    mutating func add(path: String, _ reason: String) {
        finish()
        output.writeLine(VisibleText.escape("tidewaiter: \(path): \(reason)"))
    }

    /// Says how many of the last file's problems were left out.
    mutating func finish() {
        if count > limit, let path {
            let left = "and \(count - limit) more records that could not be read (--all-problems lists them)"
            output.writeLine(VisibleText.escape("tidewaiter: \(path): \(left)"))
        }
        path = nil
        count = 0
        output.flush()
    }
}
