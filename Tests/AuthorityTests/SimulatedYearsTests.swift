import Authority
import Foundation
import Testing

/// Three years of two replicas with the bad days that a cluster has, by chance and repeatable.
@Suite struct SimulatedYearsTests {
    @Test(arguments: 1...2)
    func `whatever a replica serves, the published bundle trusts it, at any moment of years`(seed: Int) async throws {
        var years = try SimulatedYears(seed: UInt64(seed))
        try await years.pass(days: 3 * 365)
        #expect(years.untrusted == [])
        // The years had in them what they are to show.
        #expect(years.authorities.count >= 5 && years.served.count >= 15)
        #expect(await years.store.conflicts > 0)
        #expect(years.largestBundle <= 8, "former authorities go")
    }
}

private struct SimulatedYears {
    let store = SharedStore()
    let configuration = SharedConfiguration()
    private let name = "tidewaiter.security.svc"
    private let replicas: [Replica]
    private var random: SeededRandom
    private var now = beginning
    /// Until when a replica does not reach the API server.
    private var cutOff: [Date]
    private var forbidden: Date?
    /// Until when something goes on.
    private var lively = beginning
    private var checked: [String: Date] = [:]

    var untrusted: [String] = []
    var served: Set<String> = []
    var authorities: Set<String> = []
    var largestBundle = 0

    init(seed: UInt64) throws {
        random = SeededRandom(state: seed)
        let service = try names(name)
        let (store, configuration) = (store, configuration)
        replicas = (0..<2).map { _ in Replica(store, configuration, names: service) }
        cutOff = [beginning, beginning]
    }

    mutating func pass(days: Double) async throws {
        for position in 0..<2 { await tend(position) }
        while now < beginning.after(days: days) {
            // Minutes, while something goes on; a day or so, otherwise.
            let isQuiet = now > lively
            now = now.after(seconds: Double.random(in: 30...(isQuiet ? 300_000 : 900), using: &random).rounded())
            try await check("before anything happens")
            await happen()
            for position in [0, 1].shuffled(using: &random) where cutOff[position] <= now && chance(0.8) {
                if chance(0.3) { await interruptedTend(position) } else { await tend(position) }
                try await check("after replica \(position)")
            }
        }
    }

    private mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &random) < part }

    /// A bad day, or none.
    private mutating func happen() async {
        let both = cutOff.allSatisfy { $0 <= now }
        if chance(0.02) { cutOff[Int.random(in: 0...1, using: &random)] = now.after(days: 10) }
        if chance(0.03), forbidden == nil {
            forbidden = now.after(days: Double.random(in: 1...60, using: &random))
            await configuration.fail(KeyringProblem("forbidden"))
        }
        if let end = forbidden, end <= now {
            forbidden = nil
            await configuration.fail(nil)
        }
        // A replica that forgot cannot take up what was lost: these two do not fall together.
        guard both, forbidden == nil else { return }
        if chance(0.05) {
            let position = Int.random(in: 0...1, using: &random)
            await replicas[position].restart()
            await tend(position)
        } else if chance(0.005) {
            await store.set(nil)
            await tend(0)
        } else if chance(0.01) {
            let keys = Keyring.Key.allCases.filter { $0 != .version }
            await store.damage(keys[Int.random(in: 0..<keys.count, using: &random)], [0x2D])
            await tend(1)
        }
    }

    private mutating func tend(_ position: Int) async {
        let report = await replicas[position].tend(at: now)
        if !report.done.isEmpty { lively = now.after(hours: 1) }
        authorities.formUnion(report.bundle.authorities.map(\.fingerprint))
        largestBundle = max(largestBundle, report.bundle.authorities.count)
        if let serving = report.serving { served.insert(serving.fingerprint) }
    }

    /// The other replica does its part while this one is between reading and writing.
    private mutating func interruptedTend(_ position: Int) async {
        let other = 1 - position
        if cutOff[other] <= now {
            let (replica, now) = (replicas[other], now)
            await store.interrupt { await replica.tend(at: now) }
        }
        await tend(position)
    }

    /// Whether a client that trusts what is published takes what each replica serves.
    private mutating func check(_ when: String) async throws {
        let bundle = await configuration.bundle
        for (position, replica) in replicas.enumerated() {
            guard let serving = await replica.serving else { continue }
            let pair = "\(bundle.authorities.map(\.fingerprint)) \(serving.fingerprint)"
            let isInTime = serving.certificate.begins <= now && now <= serving.ends
            // A whole path validation for each new pair and every few days; in between only the time can matter.
            let last = checked[pair]
            var isTaken = isInTime && bundle.authorities.contains { now <= $0.ends }
            if last.map({ $0.after(days: 3) < now }) ?? true {
                isTaken = await bundle.accepts(serving, as: name, at: now)
                checked[pair] = now
            }
            if !isTaken { untrusted.append("\(now.dayAndTime): replica \(position), \(when)") }
        }
    }
}
