internal import Deployments

/// Tells alerts as ECS records in a file, one JSON object a line.
package struct FileSink: AlertSink {
    package typealias Configuration = RotatingFile.Configuration

    private let file: RotatingFile
    private let clock: DeliveryClock

    package var batchLimit: Int { 256 }

    package init(_ configuration: Configuration, clock: DeliveryClock = .system) {
        file = RotatingFile(configuration, clock: clock)
        self.clock = clock
    }

    package func send(_ alerts: [Alert]) async throws(DeliveryError) {
        let now = clock.now().description
        try await file.write(alerts.map { OneLine.of($0.record(now: now)) })
    }

    package func reopen() async throws(DeliveryError) { file.reopen() }
}

/// Holds what is told to one line.
enum OneLine {
    /// JSON means the same with a space for the line ends between its parts; there are none within a string.
    static func of(_ json: [UInt8]) -> [UInt8] {
        guard json.contains(where: { $0 == 10 || $0 == 13 }) else { return json }
        return json.map { $0 == 10 || $0 == 13 ? 32 : $0 }
    }
}
