internal import Signals
internal import Synchronization

/// What a service says of itself, on standard error, a line at a time.
final class ServiceMessages: Sendable {
    private let output: Mutex<Output>

    init(to output: sending Output) { self.output = Mutex(output) }

    func say(_ text: String) {
        output.withLock { output in
            for line in text.split(separator: "\n") {
                output.writeLine("tidewaiter: \(VisibleText.escape(String(line)))")
            }
            output.flush()
        }
    }
}
