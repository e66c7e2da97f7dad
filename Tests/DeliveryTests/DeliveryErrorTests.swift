import Delivery
import Testing

@Suite struct DeliveryErrorTests {
    @Test func `an error says what is wrong`() {
        #expect(DeliveryError("no route", isTransient: true).description == "no route")
    }
}
