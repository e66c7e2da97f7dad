import Relay
import Testing

@Suite struct RequestHeadTests {
    @Test func `fields are found by name, each of them`() {
        let head = RequestHead(
            method: "GET",
            target: "/",
            fields: [HeaderField("a", "1"), HeaderField("b", "2"), HeaderField("a", "3")]
        )
        #expect(head.values(of: "a") == ["1", "3"])
        #expect(head.values(of: "c").isEmpty)
    }
}
