import KubernetesAPI
import Testing

@Suite struct BackOffTests {
    @Test func `waits double up to a bound, and begin anew after a success`() {
        var backOff = BackOff(first: .seconds(1), longest: .seconds(5)) { 0.5 }
        #expect((0..<5).map { _ in backOff.wait() } == [0.5, 1, 2, 2.5, 2.5].map { .seconds($0) })
        backOff.reset()
        #expect(backOff.wait() == .seconds(0.5))
    }

    @Test func `a server's wish is heeded within reason`() {
        var backOff = BackOff(first: .seconds(1), longest: .seconds(5)) { 0.5 }
        #expect(backOff.wait(atLeast: .seconds(3)) == .seconds(3))
        #expect(backOff.wait(atLeast: .seconds(3_600)) == .seconds(5))
    }

    @Test func `two that fail together do not try again together`() {
        var waits: Set<Duration> = []
        for _ in 0..<20 {
            var backOff = BackOff()
            waits.insert(backOff.wait())
        }
        #expect(waits.count > 10 && waits.allSatisfy { (.seconds(0.5)..<(.seconds(1))).contains($0) })
    }
}
