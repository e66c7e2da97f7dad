internal import Deployments
internal import Glibc
internal import Signals
internal import Synchronization

/// Tells alerts on a descriptor that the program was started with: as JSON, or in a line for a person each.
package final class DescriptorSink: AlertSink {
    /// What is written, and whereto.
    package struct Configuration: Sendable, Equatable {
        package enum Form: Sendable, Equatable {
            /// An ECS record.
            case json
            /// A line for a person.
            case line(AlertLine)
        }

        package var form: Form
        /// 1 is standard output, 2 standard error.
        package var descriptor: Int32 = STDOUT_FILENO

        package init(_ form: Form) { self.form = form }

        /// A line for a person, in colour where that is a terminal that has colours (https://no-color.org).
        package static func terminal(
            descriptor: Int32 = STDOUT_FILENO,
            color: AlertLine.Color = .automatic,
            environment: [String: String]
        ) -> Configuration {
            let isColored =
                switch color {
                case .always: true
                case .never: false
                case .automatic:
                    isatty(descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
                }
            var configuration = Configuration(.line(AlertLine(isColored: isColored)))
            configuration.descriptor = descriptor
            return configuration
        }
    }

    private let configuration: Configuration
    private let clock: DeliveryClock
    /// Whether the last line was cut, so that the next has to begin a new one.
    private let endsWithinLine = Mutex(false)

    /// How long a reader that does not read is waited for, in milliseconds.
    private static let patience: Int32 = 2_000
    /// What a pipe takes at once when it can be written to at all (pipe(7), PIPE_BUF).
    private static let pieceSize = 4_096

    package var batchLimit: Int { 64 }

    package init(_ configuration: Configuration, clock: DeliveryClock = .system) {
        self.configuration = configuration
        self.clock = clock
    }

    package func send(_ alerts: [Alert]) async throws(DeliveryError) {
        let now = clock.now().description
        let bytes = alerts.reduce(into: [UInt8]()) { bytes, alert in
            switch configuration.form {
            case .json: bytes += OneLine.of(alert.record(now: now))
            case .line(let line): bytes += line.text(alert).utf8
            }
            bytes.append(10)
        }
        try await FileThreads.run { () throws(DeliveryError) in try self.put(bytes) }
    }

    private func put(_ bytes: [UInt8]) throws(DeliveryError) {
        let result = endsWithinLine.withLock { endsWithinLine in
            Result { () throws(DeliveryError) in
                let bytes = endsWithinLine ? [10] + bytes : bytes
                var count = 0
                defer { if count > 0 { endsWithinLine = bytes[count - 1] != 10 } }
                while count < bytes.count { count += try write(bytes[count...].prefix(Self.pieceSize)) }
            }
        }
        try result.get()
    }

    private func write(_ bytes: ArraySlice<UInt8>) throws(DeliveryError) -> Int {
        var wanted = pollfd(fd: configuration.descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&wanted, 1, Self.patience) > 0 else {
            throw DeliveryError("nobody reads descriptor \(configuration.descriptor)", isTransient: true)
        }
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.write(configuration.descriptor, $0.baseAddress, $0.count)
        }
        if count >= 0 { return count }
        if errno == EINTR || errno == EAGAIN { return 0 }
        throw .file("descriptor \(configuration.descriptor)", "cannot be written")
    }
}
