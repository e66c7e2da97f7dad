import Testing

@testable import Watch

@Suite struct RecentIDsTests {
    @Test func `an id is new once, and again when it was forgotten for newer ones`() {
        var ids = RecentIDs(capacity: 2)
        let isNew = ["a", "a", "b", "c", "b", "c", "a"].map { ids.insert($0) }
        #expect(isNew == [true, false, true, true, false, false, true])
    }
}
