package import Deployments
internal import Hummingbird
package import Judge
package import Ledger
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import UnixSignals

/// The web console over one ledger: pages for people, the same as JSON for programs, and what is new as it comes.
package struct Console: Sendable {
    private let address: ConsoleAddress
    private let router: ConsoleRouter
    private let rules: StandingRules

    /// - Parameters:
    ///   - ledger: what is shown; opened for editing, so that triage is kept.
    ///   - library: the rules that findings speak of.
    ///   - address: where it listens.
    ///   - sources: how watch's sources do; nil where nobody watches with the ledger in this process.
    ///   - clock: what time it is.
    /// - Throws: ``ConsoleError`` where the pages that came with the program cannot be read.
    package init(
        ledger: Ledger,
        library: RuleLibrary,
        address: ConsoleAddress,
        sources: (@Sendable () -> [SourceState])? = nil,
        clock: @escaping @Sendable () -> Timestamp = DecisionClock.system.now
    ) throws(ConsoleError) {
        self.address = address
        rules = StandingRules(library)
        router = ConsoleRouter(
            ledger: ledger,
            standing: rules,
            templates: try Templates.builtIn(),
            guarding: RequestGuard(address),
            sources: sources,
            clock: clock
        )
    }

    /// Has pages tell of other rules from now on.
    package func replace(library: RuleLibrary) { rules.replace(by: library) }

    /// Connections at one time; a page needs a few, and each open page holds one for what is new.
    private static let connections = 256
    /// How long a connection may be silent, in seconds.
    private static let patience: Int64 = 60
    private static let headBytes = 16 << 10

    /// Serves until the task is cancelled, or the process is told to end where `endsOnSignals`.
    ///
    /// - Parameter listening: called once connections are taken, with the port that it became where any was to do.
    /// - Throws: ``ConsoleError`` where the address cannot be listened on.
    package func run(
        endsOnSignals: Bool,
        _ listening: @escaping @Sendable (_ address: ConsoleAddress) async -> Void
    ) async throws(ConsoleError) {
        let application = Application(
            responder: router.responder(),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: .seconds(Self.patience),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: Self.headBytes,
                        maxHeaderListSize: Self.headBytes,
                        maxHeaderFieldCount: 100
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connections, logger: Self.silent)
            ),
            onServerRunning: { [address] channel in
                await listening(address.with(port: channel.localAddress?.port ?? address.port))
            },
            logger: Self.silent
        )
        do {
            try await application.runService(gracefulShutdownSignals: endsOnSignals ? [.sigterm, .sigint] : [])
        } catch is CancellationError {
            return
        } catch {
            throw ConsoleError("\(address): cannot be listened on: \(error); name another address")
        }
    }

    /// What the framework would say is either told by an answer, or of no use to whoever runs the console.
    private static let silent = Logger(label: "tidewaiter.console") { _ in SwiftLogNoOpLogHandler() }
}

/// Why the console cannot do what it was asked for, for people.
package struct ConsoleError: Error, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    package var description: String

    init(_ description: String) { self.description = description }
}
