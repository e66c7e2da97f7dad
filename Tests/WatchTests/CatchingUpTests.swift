import Deployments
import LiveIntake
import Testing

@testable import Watch

@Suite struct CatchingUpTests {
    private let start = ContinuousClock.now
    /// What the clock says.
    private let time = Timestamp(microseconds: 1_795_000_000_000_000)

    private func ago(_ seconds: Int64) -> Timestamp {
        Timestamp(microseconds: time.microseconds - seconds * 1_000_000)
    }

    private func batch(isAtEnd: Bool, _ stream: String = "a", isLast: Bool = false) -> LiveBatch {
        LiveBatch(stream: stream, cursor: "1", isLast: isLast, isAtEnd: isAtEnd)
    }

    /// Of two sources, both of which were heard of.
    private var heard: CatchingUp {
        var progress = CatchingUp(lateness: .seconds(60))
        for source in 0..<2 { progress.begin(source, start) }
        for source in 0..<2 { progress.heard(of: source) }
        return progress
    }

    @Test func `until every source is heard of nothing is judged, and not for ever`() {
        var progress = CatchingUp(lateness: .seconds(60))
        for source in 0..<2 { progress.begin(source, start) }
        progress.heard(of: 0)
        #expect(progress.readUpTo(time, start) == CatchingUp.beginning)
        var other = progress
        other.heard(of: 1)
        #expect(other.readUpTo(time, start) == nil)
        #expect(progress.readUpTo(time, start + .seconds(11)) == nil)
    }

    @Test func `a stream that is not at its end is waited for, whatever it gives`() {
        var progress = heard
        progress.read(batch(isAtEnd: false), of: 0, upTo: nil, time, start)
        #expect(progress.readUpTo(time, start) == CatchingUp.beginning)
        progress.read(batch(isAtEnd: false), of: 0, upTo: ago(5_000), time, start + .seconds(1))
        // Nothing but noise, for longer than a silence is borne.
        for second in 2..<30 { progress.read(batch(isAtEnd: false), of: 0, upTo: nil, time, start + .seconds(second)) }
        #expect(progress.readUpTo(time, start + .seconds(30)) == ago(5_060))
        progress.read(batch(isAtEnd: true), of: 0, upTo: ago(4_000), time, start + .seconds(31))
        #expect(progress.readUpTo(time, start + .seconds(31)) == ago(4_060))
        #expect(progress.readUpTo(time, start + .seconds(37)) == nil)
    }

    @Test func `how long remembering took is no silence`() {
        var progress = heard
        progress.read(batch(isAtEnd: true), of: 1, upTo: ago(5_000), time, start)
        progress.remembered(start + .seconds(300))
        #expect(progress.readUpTo(time, start + .seconds(301)) == ago(5_060))
    }

    @Test func `the one furthest behind counts, until it has ended`() {
        var progress = heard
        progress.read(batch(isAtEnd: false), of: 0, upTo: ago(500), time, start)
        progress.read(batch(isAtEnd: false, "b"), of: 0, upTo: ago(900), time, start)
        progress.read(batch(isAtEnd: false), of: 1, upTo: ago(700), time, start)
        #expect(progress.readUpTo(time, start) == ago(960))
        progress.read(batch(isAtEnd: true, "b", isLast: true), of: 0, upTo: nil, time, start)
        #expect(progress.readUpTo(time, start) == ago(760))
    }

    @Test func `a log that is busy without a word of deployments holds up nobody`() {
        var progress = heard
        progress.read(batch(isAtEnd: true), of: 0, upTo: ago(3_600), time, start)
        for second in 1..<100 {
            progress.read(batch(isAtEnd: second % 3 != 0), of: 0, upTo: nil, time, start + .seconds(second))
            progress.remembered(start + .seconds(second))
        }
        progress.read(batch(isAtEnd: true), of: 0, upTo: nil, time, start + .seconds(110))
        progress.read(batch(isAtEnd: false), of: 0, upTo: nil, time, start + .seconds(111))
        #expect(progress.readUpTo(time, start + .seconds(111)) == ago(60))
    }

    @Test func `a clock that is slow holds up nobody for long`() {
        var progress = heard
        var bounds: [Timestamp?] = []
        for second in 0..<90 {
            progress.read(batch(isAtEnd: true), of: 0, upTo: ago(3_600 - Int64(second)), time, start + .seconds(second))
            bounds.append(progress.readUpTo(time, start + .seconds(second)))
        }
        #expect(bounds[10] == ago(3_650))
        #expect(bounds[70...].allSatisfy { $0 == nil })
    }

    @Test func `one whose end nobody knows is waited for as long as it comes nearer`() {
        var progress = heard
        for second in 0..<200 {
            let newest = ago(5_000 - 10 * Int64(second))
            progress.read(batch(isAtEnd: true), of: 0, upTo: newest, time, start + .seconds(second))
            #expect(progress.readUpTo(time, start + .seconds(second)) == ago(5_060 - 10 * Int64(second)))
        }
    }

    @Test func `times that stand still or a stream in trouble are not waited for without end`() {
        var progress = heard
        for second in stride(from: 0, to: 620, by: 10) {
            progress.read(
                batch(isAtEnd: false),
                of: 0,
                upTo: Timestamp(microseconds: 0),
                time,
                start + .seconds(second)
            )
        }
        #expect(progress.readUpTo(time, start + .seconds(620)) == nil)
        var other = heard
        other.read(batch(isAtEnd: false), of: 0, upTo: ago(900), time, start)
        #expect(other.readUpTo(time, start + .seconds(59)) == ago(960))
        #expect(other.readUpTo(time, start + .seconds(61)) == nil)
    }
}
