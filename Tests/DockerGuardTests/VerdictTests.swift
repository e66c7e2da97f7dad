import Judge
import Testing

@Suite struct VerdictTests {
    @Test func `an observed refusal says that it would have been one`() {
        #expect(Verdict.Outcome.wouldRefuse.rawValue == "would-refuse")
    }
}
