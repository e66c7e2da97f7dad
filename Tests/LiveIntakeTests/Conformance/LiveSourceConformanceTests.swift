import LiveIntake
import Testing

/// What every source whose records can be had again has to do.
@Suite struct LiveSourceConformanceTests {
    static let kinds = SourceUnderTest.Kind.allCases.filter { kind in
        let isAvailable = SourceUnderTest.isAvailable(kind)
        if !isAvailable { print("skipped for \(kind): systemd-journal-remote is not installed (Scripts/setup tests)") }
        return isAvailable
    }

    @Test(arguments: kinds)
    func `each record is given once and in order, those that are there and those that come`(
        _ kind: SourceUnderTest.Kind
    ) async throws {
        let tried = try SourceUnderTest(kind)
        let feed = RecordingFeed()
        for number in 1...3 { try tried.add(number) }
        let isWhole = try await tried.source.run(into: feed) {
            feed.records.count >= 6
        } while: {
            try await feed.waits(for: 3)
            for number in 4...6 { try tried.add(number) }
        }
        #expect(isWhole)
        #expect(feed.numbers == Array(1...6))
        #expect(tried.source.isReplayable)
    }

    @Test(arguments: kinds)
    func `it goes on exactly behind its cursor`(_ kind: SourceUnderTest.Kind) async throws {
        let tried = try SourceUnderTest(kind)
        let feed = RecordingFeed()
        for number in 1...5 {
            try tried.add(number)
            #expect(try await tried.source.run(into: feed) { feed.records.count >= number })
        }
        // With nothing new, nothing is given.
        #expect(
            try await tried.source.run(into: feed, patience: .milliseconds(300)) { feed.records.count > 5 } == false
        )
        #expect(feed.numbers == Array(1...5))
    }

    @Test(arguments: kinds)
    func `what was given but not kept is given again`(_ kind: SourceUnderTest.Kind) async throws {
        let tried = try SourceUnderTest(kind)
        try tried.add(1)
        let first = RecordingFeed()
        #expect(try await tried.source.run(into: first) { first.records.count == 1 })
        try tried.add(2)
        let killed = RecordingFeed(cursors: first.cursors, room: 0)
        #expect(try await tried.source.run(into: killed) { !killed.refused.isEmpty })
        #expect(killed.refused.first?.records.map(SourceUnderTest.number) == [2])
        try tried.add(3)
        let second = RecordingFeed(cursors: killed.cursors)
        #expect(try await tried.source.run(into: second) { second.records.count >= 2 })
        #expect(second.numbers == [2, 3])
    }

    @Test(arguments: kinds)
    func `it ends when it is cancelled, and says that it follows`(_ kind: SourceUnderTest.Kind) async throws {
        let tried = try SourceUnderTest(kind)
        try tried.add(1)
        let feed = RecordingFeed()
        // Returns only once the source has ended.
        let isTold = try await tried.source.run(into: feed) {
            feed.health.contains { if case .following = $0 { true } else { false } } && feed.records.count == 1
        }
        #expect(isTold)
    }
}
