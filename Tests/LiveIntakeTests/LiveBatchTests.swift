import LiveIntake
import Testing

@Suite struct LiveBatchTests {
    @Test func `a batch without records still moves the cursor`() {
        let batch = LiveBatch(stream: "a", cursor: "7")
        #expect(batch.records.isEmpty && !batch.isLast && !batch.startsAnew)
    }
}
