internal import Deployments
internal import Signals

/// Dead letters as JSON lines in a file that is bounded: each is the reason and the whole record.
package struct DeadLetterFile: DeadLetterBox {
    private let file: RotatingFile
    private let clock: DeliveryClock

    /// Files of 10 MiB, five before the one that is written to, unless the configuration says otherwise.
    package static func configuration(path: String) -> RotatingFile.Configuration {
        var configuration = RotatingFile.Configuration(path: path)
        configuration.maximumSize = 10 << 20
        return configuration
    }

    package init(_ configuration: RotatingFile.Configuration, clock: DeliveryClock = .system) {
        file = RotatingFile(configuration, clock: clock)
        self.clock = clock
    }

    package func put(_ alert: Alert, of output: String, because reason: String) async throws(DeliveryError) {
        var writer = JSONWriter()
        writer.object { letter in
            letter.pair("time", clock.now().description)
            letter.pair("output", output)
            letter.pair("reason", reason)
            letter.pair("finding", alert.id)
            letter.key("sequence")
            letter.value(Int(alert.sequence))
            // What is no JSON object would break the line's.
            guard alert.hasRecord else { return }
            letter.key("alert")
            letter.append(OneLine.of(alert.record(now: clock.now().description)))
        }
        try await file.write([writer.bytes])
    }

    /// Opens the file anew before the next write.
    package func reopen() { file.reopen() }
}
