package import Authority
package import Foundation
package import KubernetesAPI
package import Relay

/// Keeps the certificate that a webhook shows up to date, from before it serves until it ends.
package struct CertificateUpkeep<Store: KeyringStore>: Sendable {
    private var keeper: KeyringKeeper<Store>
    private let now: @Sendable () -> Date
    private let say: @Sendable (String) -> Void
    private let interval: Duration
    private var backOff: BackOff
    private var told: [String] = []

    /// - Parameters:
    ///   - now: the time of day.
    ///   - interval: how often the store is looked at; after a failure sooner, and less and less so.
    ///   - say: tells people.
    package init(
        _ keeper: KeyringKeeper<Store>,
        now: @escaping @Sendable () -> Date,
        interval: Duration = .seconds(30),
        backOff: BackOff = BackOff(),
        say: @escaping @Sendable (String) -> Void
    ) {
        self.keeper = keeper
        self.now = now
        self.interval = interval
        self.backOff = backOff
        self.say = say
    }

    /// The first certificate, as soon as there is one.
    ///
    /// - Throws: ``KeyringProblem`` for what will not pass by itself, and `CancellationError`.
    package mutating func first() async throws -> ServingCertificate {
        while true {
            let report = await keeper.tend(at: now())
            tell(report)
            if let lasting = report.problems.first(where: { !$0.isPassing }), report.serving == nil { throw lasting }
            if let serving = report.serving { return serving }
            try await Task.sleep(for: backOff.wait())
        }
    }

    /// Looks again and again until it is cancelled.
    ///
    /// - Parameters:
    ///   - serving: what is shown now.
    ///   - show: has another one shown from now on.
    package mutating func run(
        after serving: ServingCertificate,
        wishes: UpkeepWishes,
        show: @Sendable (ServingCertificate) -> Void
    ) async {
        var shown = serving
        await withDiscardingTaskGroup { tasks in
            var look = 0
            wishes.look()
            for await tick in wishes.ticks where tick == .wish || tick == .time(look: look) {
                let report = await keeper.tend(at: now())
                tell(report)
                if let serving = report.serving, serving != shown {
                    shown = serving
                    show(serving)
                    say("shows the certificate \(serving.fingerprint), which ends on \(serving.ends.dayAndTime)")
                }
                if report.problems.isEmpty { backOff.reset() }
                let wait = report.problems.isEmpty ? interval : backOff.wait()
                look += 1
                let ended = look
                tasks.addTask {
                    guard (try? await Task.sleep(for: wait)) != nil else { return }
                    wishes.continuation.yield(.time(look: ended))
                }
            }
            tasks.cancelAll()
        }
    }

    /// Tells what was done, and each problem once until it is gone.
    private mutating func tell(_ report: KeyringKeeper<Store>.Report) {
        for line in report.done { say(line) }
        let problems = report.problems.map(\.description)
        for problem in problems where !told.contains(problem) { say("\(problem); tries again") }
        if problems.isEmpty, !told.isEmpty { say("certificates are kept up again") }
        told = problems
    }
}

/// Asks an upkeep to look before its time.
package struct UpkeepWishes: Sendable {
    fileprivate let ticks: AsyncStream<UpkeepTick>
    fileprivate let continuation: AsyncStream<UpkeepTick>.Continuation

    package init() { (ticks, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(2)) }

    package func look() { continuation.yield(.wish) }
}

/// What makes an upkeep look.
fileprivate enum UpkeepTick: Sendable, Equatable {
    /// The time after the look of that number has passed.
    case time(look: Int)
    /// Somebody asked for it.
    case wish
}

extension HeldCertificate.Pair {
    package init(_ serving: ServingCertificate) { self.init(certificate: serving.chain, key: serving.key.pem) }
}
