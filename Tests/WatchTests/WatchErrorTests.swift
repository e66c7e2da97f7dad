import Testing
import Watch

@Suite struct WatchErrorTests {
    @Test func `an error says what is wrong`() { #expect(WatchError("no source").description == "no source") }
}
