import Authority
import Foundation
import Testing

@Suite struct KeyringKeeperTests {
    private let store = SharedStore()
    private let configuration = SharedConfiguration()
    private let service: Set<ServiceName>

    init() throws { service = try names("tidewaiter.security.svc") }

    private func replica(_ names: Set<ServiceName>? = nil) -> Replica {
        Replica(store, configuration, names: names ?? service)
    }

    @Test func `two replicas that start at once share one authority and one certificate`() async throws {
        let (first, second) = (replica(), replica())
        await store.interrupt { await second.tend(at: beginning) }
        let report = await first.tend(at: beginning)
        #expect(await store.conflicts == 1)
        #expect(await store.writes == 1)
        #expect(report.problems == [] && report.done == [], "the other was faster in everything")
        let serving = try #require(report.serving)
        #expect(await second.serving == serving)
        #expect(await configuration.bundle == report.bundle)
        #expect(await configuration.changes == 1)
        #expect(report.bundle.trusts(serving.certificate) && report.bundle.authorities.count == 1)
    }

    @Test func `replicas that are always slower give up for now, and serve on`() async throws {
        let unlucky = replica()
        await unlucky.tend(at: beginning)
        let serving = try #require(await unlucky.serving)
        // Somebody who is always faster, with what is due again and again.
        let due = beginning.after(days: 61)
        let old = try #require(await store.values)
        @Sendable func outrun(_ times: Int) async {
            guard times > 0 else { return }
            await store.set(old)
            await store.interrupt { await outrun(times - 1) }
        }
        await store.interrupt { await outrun(20) }
        let report = await unlucky.tend(at: due)
        #expect(
            report.problems.map(\.description) == ["the store: others changed it 8 times in a row"]
        )
        #expect(report.serving == serving && report.problems.allSatisfy(\.isPassing))
        #expect(await store.conflicts == 8)
    }

    @Test func `a store that does not answer is told, and what was served is served on`() async throws {
        let one = replica()
        let problem = KeyringProblem("no answer")
        await store.fail(problem)
        #expect(await one.tend(at: beginning).problems == [problem])
        #expect(await one.serving == nil)
        await store.fail(nil)
        await one.tend(at: beginning)
        let serving = await one.serving
        await store.fail(problem)
        let report = await one.tend(at: beginning.after(days: 80))
        #expect(report.problems == [problem] && report.serving == serving && serving != nil)
    }

    @Test func `what cannot be published is told, and the successor waits for it`() async throws {
        let one = replica()
        await one.tend(at: beginning)
        let first = await configuration.bundle
        let problem = KeyringProblem("forbidden")
        await configuration.fail(problem)
        let due = beginning.after(days: 244)
        #expect(await one.tend(at: due).problems == [problem])
        #expect(await one.tend(at: due.after(days: 20)).problems == [problem])
        #expect(first.trusts(try #require(await one.serving).certificate))
        await configuration.fail(nil)
        let seen = due.after(days: 20, hours: 1)
        #expect(await one.tend(at: seen).done == ["published"])
        #expect(await one.tend(at: seen.after(seconds: 599)).done == [])
        // Somebody puts the old one back: it has to be seen ten minutes again.
        await configuration.set(first)
        #expect(await one.tend(at: seen.after(seconds: 599)).done == ["published"])
        #expect(await one.tend(at: seen.after(seconds: 600)).done == [])
        let report = await one.tend(at: seen.after(seconds: 1_199))
        #expect(report.done.count == 2 && report.done[0].hasSuffix("signs from now on"))
        #expect(!first.trusts(try #require(report.serving).certificate))
        #expect(await configuration.bundle.trusts(try #require(report.serving).certificate))
    }

    @Test func `a Secret of somebody else's is neither changed nor published`() async throws {
        let foreign = ["tls.crt": Array("theirs".utf8), "tls.key": Array("theirs".utf8)]
        await store.set(foreign)
        let report = await replica().tend(at: beginning)
        #expect(report.problems.count == 1 && report.problems[0].isPassing == false && report.serving == nil)
        #expect(await store.values == foreign)
        #expect(await configuration.changes == 0)
    }

    @Test func `an empty Secret is filled, and what else stands in ours is the store's matter`() async throws {
        await store.set(["tls.crt": [], "tls.key": []])
        #expect(await replica().tend(at: beginning).problems == [])
        #expect(await store.writes == 1)
        await store.set(try #require(await store.values).merging(["note": [1]]) { old, _ in old })
        #expect(await replica().tend(at: beginning).done == [])
        #expect(await store.writes == 1)
    }

    @Test func `a lost Secret is made anew without a moment at which a replica is not trusted`() async throws {
        let (first, second) = (replica(), replica())
        await first.tend(at: beginning)
        await second.tend(at: beginning)
        let old = try #require(await first.serving)
        await store.set(nil)
        #expect(await first.tend(at: beginning.after(seconds: 60)).serving == old)
        #expect(await second.tend(at: beginning.after(seconds: 90)).serving == old)
        #expect(await configuration.bundle.authorities.count == 2)
        let report = await second.tend(at: beginning.after(seconds: 700))
        let new = try #require(report.serving)
        #expect(new != old && report.bundle.trusts(new.certificate) && report.bundle.trusts(old.certificate))
        #expect(await first.serving == old)
        #expect(await configuration.bundle == report.bundle)
    }

    @Test func `whoever empties the certificate gets another of the same authority`() async throws {
        let one = replica()
        let old = await one.tend(at: beginning)
        for key in [Keyring.Key.serving, .servingKey] { await store.damage(key, []) }
        let report = await one.tend(at: beginning.after(seconds: 60))
        #expect(report.problems == [] && report.bundle == old.bundle && report.serving != old.serving)
        #expect(report.bundle.trusts(try #require(report.serving).certificate))
    }

    @Test(arguments: Keyring.Key.allCases.filter { ![.version, .successorKey, .formerServing].contains($0) })
    func `a damaged Secret is told once and made anew`(key: Keyring.Key) async throws {
        let (first, second) = (replica(), replica())
        await first.tend(at: beginning)
        await second.tend(at: beginning)
        let old = try #require(await second.serving)
        await store.damage(key, Array("damaged".utf8))
        let report = await first.tend(at: beginning.after(seconds: 60))
        let isNew = [.serving, .servingKey].contains(key)
        #expect((report.serving != old) == isNew, "who can sign makes another at once, and nobody else does")
        #expect(
            report.problems.first?.description.hasPrefix("the store: \(key.rawValue): ") == true,
            "\(report.problems)"
        )
        #expect(await configuration.bundle.trusts(old.certificate))
        #expect(await configuration.bundle.trusts(try #require(report.serving).certificate))
        #expect(await first.tend(at: beginning.after(seconds: 120)).problems == [])
        #expect(await second.tend(at: beginning.after(seconds: 120)).problems == [])
    }
}
