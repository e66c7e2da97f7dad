/// Shows how far long work has come, on a terminal only: bytes, rate and the time that is left.
struct ProgressBar {
    private let output: Output
    private let total: Int?
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lastShown: ContinuousClock.Instant
    private var isShown = false
    private let isEnabled: Bool

    /// - Parameters:
    ///   - total: bytes in all; nil when that is not known.
    ///   - isEnabled: whether anything is shown.
    init(on output: Output, total: Int?, isEnabled: Bool) {
        self.output = output
        self.total = total
        self.isEnabled = isEnabled && output.isTerminal
        start = clock.now
        lastShown = clock.now
    }

    /// Shows that `done` bytes are done, at most ten times a second.
    mutating func update(done: Int) {
        guard isEnabled else { return }
        let now = clock.now
        guard now - lastShown > .milliseconds(100) else { return }
        lastShown = now
        isShown = true
        output.write("\r\u{1b}[K" + Self.text(done: done, total: total, elapsed: now - start))
    }

    /// Takes the bar away, so that other text can be written.
    mutating func clear() {
        guard isShown else { return }
        isShown = false
        output.write("\r\u{1b}[K")
    }

    /// The bar's text: `[######......] 52%  1.2 GB of 2.3 GB  640 MB/s  2 s left`.
    static func text(done: Int, total: Int?, elapsed: Duration) -> String {
        let seconds = max(elapsed / .seconds(1), 0.001)
        let rate = Double(done) / seconds
        guard let total, total > 0 else { return "\(ByteCount.text(done))  \(ByteCount.text(Int(rate)))/s" }
        let share = min(1, Double(done) / Double(total))
        let filled = Int(share * 24)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled)
        let left = rate > 0 ? "\(Int((Double(max(0, total - done)) / rate).rounded(.up))) s left" : ""
        return "[\(bar)] \(Int(share * 100))%  \(ByteCount.text(done)) of \(ByteCount.text(total))  "
            + "\(ByteCount.text(Int(rate)))/s  \(left)"
    }
}

/// Sizes for people, in powers of a thousand.
enum ByteCount {
    static func text(_ bytes: Int) -> String {
        var value = Double(bytes)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 999.5 { return unit == "B" ? "\(bytes) B" : "\(rounded(value)) \(unit)" }
            value /= 1_000
        }
        return "\(rounded(value)) TB"
    }

    private static func rounded(_ value: Double) -> String {
        value < 9.95 ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))"
    }
}
