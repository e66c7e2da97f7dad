import Authority
import Foundation
import Testing

@Suite struct RotationTests {
    private let lifetimes = Lifetimes()
    private let service: Set<ServiceName>

    init() throws { service = try names("tidewaiter.security.svc") }

    private func advance(
        _ keyring: inout Keyring,
        to now: Date,
        seen since: Date? = nil
    ) throws -> [RotationStep] {
        try keyring.advance(to: now, for: service, lifetimes, publication: .seen(since: since))
    }

    /// Two thirds into a life that began an hour before the beginning.
    private func twoThirds(ofDays days: Double) -> Date {
        beginning.after(hours: -1, seconds: (days * 86_400 + 3_600) * 2 / 3)
    }

    @Test func `the first look makes an authority and a certificate, the second nothing`() throws {
        var keyring = Keyring()
        let steps = try advance(&keyring, to: beginning)
        let authority = try #require(keyring.signing).certificate
        let serving = try #require(keyring.serving)
        #expect(
            steps == [
                .madeAuthority(fingerprint: authority.fingerprint, ends: beginning.after(days: 365)),
                .issued(fingerprint: serving.fingerprint, ends: beginning.after(days: 90)),
            ]
        )
        let before = keyring
        #expect(try advance(&keyring, to: beginning.after(days: 30)) == [] && keyring == before)
    }

    @Test func `a serving certificate is replaced at two thirds of its life, to the second`() throws {
        var keyring = try Keyring.made(for: service)
        let before = keyring
        let due = twoThirds(ofDays: 90)
        #expect(try advance(&keyring, to: due.after(seconds: -1)) == [] && keyring == before)
        let steps = try advance(&keyring, to: due)
        let serving = try #require(keyring.serving)
        #expect(steps == [.issued(fingerprint: serving.fingerprint, ends: due.after(days: 90))])
        #expect(keyring.bundle == before.bundle && serving != before.serving)
    }

    @Test func `a successor is made at two thirds of an authority's life, and trusted before it signs`() throws {
        var keyring = try Keyring.made(for: service)
        let due = twoThirds(ofDays: 365)
        _ = try advance(&keyring, to: due.after(seconds: -1))
        let before = keyring
        let steps = try advance(&keyring, to: due)
        let successor = try #require(keyring.successor)
        #expect(steps == [.madeAuthority(fingerprint: successor.certificate.fingerprint, ends: due.after(days: 365))])
        #expect(keyring.bundle.authorities == before.bundle.authorities + [successor.certificate])
        #expect(keyring.serving == before.serving && keyring.signing == before.signing)
        // Seen ten minutes, less a second, and not seen at all.
        #expect(try advance(&keyring, to: due.after(seconds: 600), seen: due.after(seconds: 1)) == [])
        #expect(try advance(&keyring, to: due.after(days: 30), seen: nil).allSatisfy { $0.isIssue })
        let now = due.after(days: 30, seconds: 600)
        let last = try #require(keyring.serving)
        let takeover = try advance(&keyring, to: now, seen: due.after(days: 30))
        let serving = try #require(keyring.serving)
        #expect(
            takeover == [
                .tookOver(fingerprint: successor.certificate.fingerprint, isSettled: true),
                .issued(fingerprint: serving.fingerprint, ends: now.after(days: 90)),
            ]
        )
        #expect(keyring.signing == successor && keyring.successor == nil)
        #expect(keyring.former == [FormerAuthority(certificate: before.bundle.authorities[0], last: last.certificate)])
        #expect(!keyring.values.values.contains(try #require(before.signing).key.pem), "the old key is gone")
        // Until the last certificate that the old one signed ends, to the second.
        let end = last.ends
        _ = try advance(&keyring, to: end)
        #expect(keyring.bundle.authorities == [before.bundle.authorities[0], successor.certificate])
        let dropping = try advance(&keyring, to: end.after(seconds: 1))
        #expect(dropping == [.dropped(fingerprint: before.bundle.authorities[0].fingerprint)])
        #expect(keyring.bundle.authorities == [successor.certificate])
    }

    @Test func `where nobody sees what is published, a successor waits a week`() throws {
        var keyring = try Keyring.made(for: service)
        let due = twoThirds(ofDays: 365)
        func advance(to now: Date) throws -> [RotationStep] {
            try keyring.advance(to: now, for: service, lifetimes, publication: .unwatched)
        }
        _ = try advance(to: due)
        let successor = try #require(keyring.successor)
        _ = try advance(to: due.after(days: 7, seconds: -1))
        #expect(keyring.successor == successor)
        _ = try advance(to: due.after(days: 7))
        #expect(keyring.signing == successor && keyring.successor == nil)
    }

    @Test func `a successor that nobody publishes waits until the last hour of who signs, and is then loud`() throws {
        var keyring = try Keyring.made(for: service)
        let end = beginning.after(days: 365)
        var now = twoThirds(ofDays: 365)
        _ = try advance(&keyring, to: now)
        let (signing, successor) = (try #require(keyring.signing), try #require(keyring.successor))
        let old = TrustBundle([signing.certificate])
        while now < end.after(hours: -1, seconds: -60) {
            now = min(now.after(hours: 1), end.after(hours: -1, seconds: -1))
            _ = try advance(&keyring, to: now)
            let serving = try #require(keyring.serving)
            #expect(keyring.signing == signing && old.trusts(serving.certificate))
            #expect(serving.ends >= now && serving.ends <= end)
        }
        let steps = try advance(&keyring, to: end.after(hours: -1))
        #expect(steps.first == .tookOver(fingerprint: successor.certificate.fingerprint, isSettled: false))
        #expect(steps.first?.description.contains("API servers refuse the webhook's certificate") == true)
    }

    @Test func `after everything ended, everything is made anew at once`() throws {
        var keyring = try Keyring.made(for: service)
        let before = keyring
        let now = beginning.after(days: 800)
        let steps = try advance(&keyring, to: now)
        let (authority, serving) = (try #require(keyring.signing).certificate, try #require(keyring.serving))
        #expect(
            steps == [
                .dropped(fingerprint: before.bundle.authorities[0].fingerprint),
                .madeAuthority(fingerprint: authority.fingerprint, ends: now.after(days: 365)),
                .issued(fingerprint: serving.fingerprint, ends: now.after(days: 90)),
            ]
        )
        #expect(keyring.bundle.authorities == [authority])
    }

    @Test func `of many former authorities the newest are kept`() throws {
        var keyring = try Keyring.made(for: service)
        for day in 1...20 {
            let memory = KeyringMemory(keyring)
            keyring = Keyring()
            keyring.recall(memory)
            _ = try advance(&keyring, to: beginning.after(days: Double(day)))
        }
        #expect(keyring.former.count == 16)
        #expect(keyring.former.map(\.ends) == (4..<20).map { beginning.after(days: Double($0) + 365) })
        let reading = try Keyring.read(keyring.values)
        #expect(reading.problems == [] && reading.keyring == keyring)
    }

    @Test func `a clock that runs backwards changes nothing`() throws {
        var keyring = try Keyring.made(for: service)
        let before = keyring
        #expect(try advance(&keyring, to: beginning.after(days: -400)) == [] && keyring == before)
    }

    @Test func `other names bring another certificate, and replicas that ask for different names agree`() throws {
        var keyring = try Keyring.made(for: service)
        let wider = try names("tidewaiter.security.svc", "gate.security.svc")
        let (one, both) = (try names("gate.security.svc"), wider)
        _ = try keyring.advance(to: beginning, for: one, lifetimes, publication: .unwatched)
        #expect(keyring.serving?.names == both)
        let agreed = keyring
        for asked in [service, one, wider] {
            #expect(try keyring.advance(to: beginning, for: asked, lifetimes, publication: .unwatched) == [])
        }
        #expect(keyring == agreed)
        // Names that nobody asks for any more go with the next certificate.
        _ = try keyring.advance(to: twoThirds(ofDays: 90), for: one, lifetimes, publication: .unwatched)
        #expect(keyring.serving?.names == one)
    }

    @Test func `when the key that signs is lost, what is served waits for a successor that is trusted`() throws {
        var keyring = Keyring()
        let before = try Keyring.made(for: service)
        keyring.recall(KeyringMemory(before))
        #expect(keyring.signing == nil && keyring.serving == before.serving && keyring.bundle == before.bundle)
        let now = beginning.after(seconds: 60)
        let steps = try advance(&keyring, to: now)
        let successor = try #require(keyring.successor)
        #expect(steps.count == 1 && keyring.signing == nil && keyring.serving == before.serving)
        #expect(keyring.bundle.authorities == before.bundle.authorities + [successor.certificate])
        let reading = try Keyring.read(keyring.values)
        #expect(reading.keyring == keyring && reading.problems == [])
        _ = try advance(&keyring, to: now.after(seconds: 600), seen: now)
        let serving = try #require(keyring.serving)
        #expect(keyring.signing == successor && serving.certificate != before.serving?.certificate)
        #expect(keyring.bundle.authorities == before.bundle.authorities + [successor.certificate])
    }
}

extension RotationStep {
    fileprivate var isIssue: Bool { if case .issued = self { true } else { false } }
}
