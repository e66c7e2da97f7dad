import Ledger
import Testing

@Suite struct LedgerBatchTests {
    @Test func `a batch of nothing is empty`() { #expect(LedgerBatch().isEmpty) }
}
