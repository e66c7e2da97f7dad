import Authority
import Foundation

/// A store that replicas share by optimistic concurrency, as an API server keeps a Secret.
actor SharedStore: KeyringStore {
    nonisolated let place = "the store"
    private(set) var values: [String: [UInt8]]?
    private var version = 0
    private(set) var conflicts = 0
    private(set) var writes = 0
    /// Why nobody is answered, if so.
    private var outage: KeyringProblem?
    /// What happens between a replica's reading and its writing, once.
    private var interruption: (@Sendable () async -> Void)?

    func load() async throws(KeyringProblem) -> (values: [String: [UInt8]], version: Int)? {
        if let outage { throw outage }
        return values.map { ($0, version) }
    }

    func store(_ new: [String: [UInt8]], replacing old: Int?) async throws(KeyringProblem) -> Bool {
        if let happens = interruption {
            interruption = nil
            await happens()
        }
        if let outage { throw outage }
        guard old == (values == nil ? nil : version) else {
            conflicts += 1
            return false
        }
        set(new)
        writes += 1
        return true
    }

    func set(_ new: [String: [UInt8]]?) {
        values = new
        version += 1
    }

    func damage(_ key: Keyring.Key, _ value: [UInt8]?) {
        values?[key.rawValue] = value
        version += 1
    }

    func fail(_ problem: KeyringProblem?) { outage = problem }
    func interrupt(_ happens: @escaping @Sendable () async -> Void) { interruption = happens }
}

/// A webhook configuration that holds one bundle.
actor SharedConfiguration: TrustPublisher {
    private(set) var bundle = TrustBundle([])
    private(set) var changes = 0
    private var outage: KeyringProblem?

    func publish(_ new: TrustBundle) async throws(KeyringProblem) -> [String] {
        if let outage { throw outage }
        guard new != bundle else { return [] }
        bundle = new
        changes += 1
        return ["published"]
    }

    func set(_ new: TrustBundle) { bundle = new }
    func fail(_ problem: KeyringProblem?) { outage = problem }
}

/// A webhook that keeps its certificate, and may be restarted.
actor Replica {
    private let make: @Sendable () -> KeyringKeeper<SharedStore>
    private var keeper: KeyringKeeper<SharedStore>
    private(set) var serving: ServingCertificate?

    init(_ store: SharedStore, _ publisher: (any TrustPublisher)?, names: Set<ServiceName>) {
        make = { KeyringKeeper(store, publisher: publisher, names: names) }
        keeper = make()
    }

    @discardableResult
    func tend(at now: Date) async -> KeyringKeeper<SharedStore>.Report {
        var kept = keeper
        let report = await kept.tend(at: now)
        keeper = kept
        serving = report.serving
        return report
    }

    func restart() {
        keeper = make()
        serving = nil
    }
}
