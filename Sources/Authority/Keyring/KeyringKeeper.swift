package import Foundation

/// Where the replicas of a webhook share a keyring.
package protocol KeyringStore: Sendable {
    /// What tells one state of it from another.
    associatedtype Version: Sendable

    /// Where that is, for people.
    var place: String { get }

    /// What is stored now, and which state of it that is; nil where there is nothing yet.
    func load() async throws(KeyringProblem) -> (values: [String: [UInt8]], version: Version)?

    /// Puts values in the place of a state, or where there was nothing.
    ///
    /// - Returns: false where somebody else was faster: that state is no more.
    func store(_ values: [String: [UInt8]], replacing version: Version?) async throws(KeyringProblem) -> Bool
}

/// Where API servers are told whom to trust.
package protocol TrustPublisher: Sendable {
    /// Makes what is there equal to the bundle.
    ///
    /// - Returns: what had to be changed, for people; empty where it was equal.
    func publish(_ bundle: TrustBundle) async throws(KeyringProblem) -> [String]
}

/// Why a keyring cannot be shared or published now.
package struct KeyringProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What, where, and what to do.
    package let description: String
    /// Whether it may go by itself: an API server that does not answer does, somebody else's Secret does not.
    package let isPassing: Bool

    package init(_ description: String, isPassing: Bool = true) {
        self.description = description
        self.isPassing = isPassing
    }
}

/// Keeps a replica's certificate and the API servers' trust in it up to date.
///
/// One ``tend(at:)`` does what is due; who calls it again and again is another's matter, as is the time.
package struct KeyringKeeper<Store: KeyringStore>: Sendable {
    private let store: Store
    private let publisher: (any TrustPublisher)?
    private let names: Set<ServiceName>
    private let lifetimes: Lifetimes
    /// What this replica knew last: served on, whatever becomes of the store.
    private var memory = KeyringMemory()
    /// The successor that was seen in the configuration, and since when.
    private var seen: (fingerprint: String, since: Date)?

    /// - Parameter publisher: nil where somebody else carries the bundle to API servers.
    package init(
        _ store: Store,
        publisher: (any TrustPublisher)?,
        names: Set<ServiceName>,
        lifetimes: Lifetimes = Lifetimes()
    ) {
        self.store = store
        self.publisher = publisher
        self.names = names
        self.lifetimes = lifetimes
    }

    /// What was done and found.
    package struct Report: Sendable {
        /// What is served from now on; nil while there is none.
        package var serving: ServingCertificate?
        package var bundle = TrustBundle([])
        /// What was done, for people.
        package var done: [String] = []
        package var problems: [KeyringProblem] = []
    }

    /// Reads the shared keyring, does what is due, and has it published.
    package mutating func tend(at now: Date) async -> Report {
        var report = Report()
        do throws(KeyringProblem) {
            memory = KeyringMemory(try await agree(at: now, &report))
            report.done += try await publish(at: now)
        } catch {
            report.problems.append(error)
        }
        report.serving = memory.serving
        report.bundle = memory.bundle
        return report
    }

    /// Publishes what was just read, and nothing older: another replica may have published more since.
    private mutating func publish(at now: Date) async throws(KeyringProblem) -> [String] {
        guard let publisher else { return [] }
        do throws(KeyringProblem) {
            let changes = try await publisher.publish(memory.bundle)
            // What had to be put there was not there all the time.
            if seen?.fingerprint != memory.successor || !changes.isEmpty { seen = memory.successor.map { ($0, now) } }
            return changes
        } catch {
            // Nobody knows what is there now.
            seen = nil
            throw error
        }
    }

    /// How often a replica tries again when others are faster; each of them did what was due.
    private static var attempts: Int { 8 }

    /// The keyring that all replicas share, after what is due was done by this one or another.
    private func agree(at now: Date, _ report: inout Report) async throws(KeyringProblem) -> Keyring {
        for _ in 0..<Self.attempts {
            let stored = try await store.load()
            var (keyring, found) = try read(stored?.values)
            let steps = try advance(&keyring, to: now)
            if keyring.values == stored?.values.filter({ !$0.value.isEmpty && Self.keys.contains($0.key) }) {
                return keyring
            }
            if try await store.store(keyring.values, replacing: stored?.version) {
                report.problems += found
                report.done += steps.map(\.description)
                return keyring
            }
        }
        throw KeyringProblem("\(store.place): others changed it \(Self.attempts) times in a row")
    }

    private static var keys: Set<String> { Set(Keyring.Key.allCases.map(\.rawValue)) }

    private func read(_ values: [String: [UInt8]]?) throws(KeyringProblem) -> (Keyring, [KeyringProblem]) {
        do throws(ForeignSecret) {
            var reading = try Keyring.read(values ?? [:])
            // What was lost goes on being trusted and served by whoever remembers it, until what takes its place is trusted.
            if reading.keyring == Keyring() || !reading.problems.isEmpty { reading.keyring.recall(memory) }
            return (reading.keyring, reading.problems.map { KeyringProblem("\(store.place): \($0); it is made anew") })
        } catch {
            throw KeyringProblem("\(store.place): \(error)", isPassing: false)
        }
    }

    private func advance(_ keyring: inout Keyring, to now: Date) throws(KeyringProblem) -> [RotationStep] {
        let successor = keyring.successor?.certificate.fingerprint
        let since = seen.flatMap { $0.fingerprint == successor ? $0.since : nil }
        do throws(Malformed) {
            return try keyring.advance(
                to: now,
                for: names,
                lifetimes,
                publication: publisher == nil ? .unwatched : .seen(since: since)
            )
        } catch {
            throw KeyringProblem(error.description, isPassing: false)
        }
    }
}
