@testable import Posture
import Testing

/// Addresses, networks and sets of them.
@Suite struct AddressTests {
    @Test(arguments: [
        ("10.0.0.5", "10.0.0.5"), ("255.255.255.255", "255.255.255.255"), ("::", "::"), ("::1", "::1"),
        ("fe80::1%eth0", "fe80::1"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:10.0.0.5", "::ffff:a00:5"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1::", "1::"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ])
    func `addresses are read and written`(_ text: String, _ written: String) {
        #expect(IPAddress(text)?.description == written)
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.256", "10.0.0.5.6", "1:2:3", "1::2::3", ":::", "12345::", "1:2:3:4:5:6:7:8:9", "g::",
        "1.2.3.+4",
    ])
    func `what is no address is none`(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test(arguments: [
        ("10.1.2.3/8", "10.0.0.0/8"), ("10.1.2.3", "10.1.2.3/32"), ("0.0.0.0/0", "0.0.0.0/0"), ("::/0", "::/0"),
        ("2001:db8::1/48", "2001:db8::/48"), ("10.1.0.0/255.255.0.0", "10.1.0.0/16"),
    ])
    func `networks are read and written`(_ text: String, _ written: String) {
        #expect(IPNetwork(text)?.description == written)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/255.0.255.0", "::/129", "x/8"])
    func `what is no network is none`(_ text: String) { #expect(IPNetwork(text) == nil) }

    @Test func `sets do what sets of numbers do`() {
        var random = RandomRules.Generator(state: 7)
        for _ in 0..<300 {
            func set() -> (NumberSet, Set<UInt128>) {
                let ranges = (0..<4).map { _ -> ClosedRange<UInt128> in
                    let low = UInt128.random(in: 0...30, using: &random)
                    return low...(low + UInt128.random(in: 0...6, using: &random))
                }
                return (NumberSet(ranges), Set(ranges.flatMap { Array($0) }))
            }
            let (a, b) = (set(), set())
            func members(_ set: NumberSet) -> Set<UInt128> { Set(set.ranges.flatMap { Array($0) }) }
            #expect(members(a.0.union(b.0)) == a.1.union(b.1))
            #expect(members(a.0.intersection(b.0)) == a.1.intersection(b.1))
            #expect(members(a.0.subtracting(b.0)) == a.1.subtracting(b.1))
            #expect(a.0.count == UInt128(a.1.count))
            for number in UInt128(0)...40 { #expect(a.0.contains(number) == a.1.contains(number)) }
        }
    }

    @Test func `the whole of IPv6 is taken and given away without overflow`() {
        let all = NumberSet(IPAddress.Family.ip6.all)
        #expect(all.count == .max)
        #expect(all.subtracting(all).isEmpty)
        #expect(all.subtracting(NumberSet(UInt128.max)).contains(.max - 1))
        #expect(all.words(.ip6) == ["::/0"])
        #expect(
            NumberSet(IPAddress.Family.ip4.all).subtracting(NumberSet(0)).words(.ip4) == ["0.0.0.1-255.255.255.255"]
        )
    }
}
