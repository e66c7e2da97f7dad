import Deployments
import Judge
import Testing

/// Whatever sources tell, in whatever order.
@Suite struct JoinerPropertyTests {
    struct Generator: RandomNumberGenerator {
        private var state: UInt64

        init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
            return value ^ (value >> 31)
        }
    }

    static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: String(repeating: "0", count: 8 - digits.count) + digits, count: 8)
    }

    /// What some sources tell of containers that are told apart by more than their times.
    static func world(_ random: inout Generator, containers: Int) -> [ContainerDeployment] {
        var records: [ContainerDeployment] = []
        for number in 0..<containers {
            let start = Double(number) * 30
            let isNamed = Bool.random(using: &random)
            // A name comes again, long after.
            let name = isNamed ? "web-\(number % 25)" : nil
            let id = id(number + 1)
            let image = ["alpine", "nginx", "evil:1"].randomElement(using: &random) ?? "alpine"
            func jitter() -> Double { Double.random(in: 0..<3, using: &random) }
            switch Int.random(in: 0..<3, using: &random) {
            case 0, 1:
                if Bool.random(using: &random) {
                    let shown = Bool.random(using: &random) ? id : nil
                    records.append(Told.daemon(name, id: shown, at: start + jitter(), image: image))
                }
                if Bool.random(using: &random) {
                    records.append(Told.event(name ?? "made_up_\(number)", id: id, at: start + jitter(), image: image))
                }
                if Bool.random(using: &random) {
                    records.append(Told.asked(name, at: start + jitter(), image: image))
                }
            default:
                let pod = "pod-\(number)"
                if Bool.random(using: &random) {
                    records.append(Told.audit(pod, at: start + jitter(), user: "user-\(number)", image: image))
                }
                if Bool.random(using: &random) {
                    records.append(
                        Told.admission(isNamed ? pod : nil, at: start + jitter(), user: "user-\(number)", image: image)
                    )
                }
            }
        }
        return records
    }

    /// Groups of records by what they say, so that orders can be compared.
    static func partition(_ records: [ContainerDeployment], _ order: [Int]) -> Set<Set<Int>> {
        Set(Told.groups(order.map { records[$0] }).map { Set($0.map { order[$0] }) })
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `the order of sources does not change what is one deployment`(seed: UInt64) {
        var random = Generator(seed: seed)
        let records = Self.world(&random, containers: 60)
        let inOrder = Self.partition(records, Array(records.indices))
        #expect(inOrder.contains { $0.count > 1 })
        for _ in 0..<4 {
            #expect(Self.partition(records, records.indices.shuffled(using: &random)) == inOrder)
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `no record is lost and no source is told that two things are one`(seed: UInt64) {
        var random = Generator(seed: seed)
        // Many at once, that are hard to tell apart.
        var records: [ContainerDeployment] = []
        for place in 0..<300 {
            let time = Double.random(in: 0..<60, using: &random)
            let name = Bool.random(using: &random) ? "web-\(Int.random(in: 0..<4, using: &random))" : nil
            let id = Self.id(Int.random(in: 1..<40, using: &random))
            let record =
                switch Int.random(in: 0..<5, using: &random) {
                case 0: Told.daemon(name, id: Bool.random(using: &random) ? id : nil, at: time)
                case 1: Told.event(name ?? "made-up", id: id, at: time)
                case 2: Told.asked(name, at: time)
                case 3: Told.audit(name ?? "pod", at: time)
                default: Told.admission(name, at: time)
                }
            var placed = record
            placed.log?.offset = place
            placed.event.id = "\(place)"
            records.append(placed)
        }
        let groups = Told.groups(records)
        #expect(groups.flatMap { $0 }.sorted() == Array(records.indices))
        for group in groups {
            let datasets = group.map { records[$0].event.dataset }
            #expect(Set(datasets).count == datasets.count)
            #expect(Set(group.map { records[$0].event.action }).count == 1)
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `a program that is stopped and started again joins as if it had not been`(seed: UInt64) throws {
        var random = Generator(seed: seed)
        let records = Self.world(&random, containers: 60).shuffled(using: &random)
        var whole = Joiner()
        var joiner = Joiner()
        // What the ledger keeps, in the order in which it was told first.
        var order: [String] = []
        var kept: [String: [UInt8]] = [:]
        for record in records {
            let expected = whole.take(record)
            let joined = joiner.take(record)
            #expect(joined.id == expected.id)
            #expect(joined.isFirst == expected.isFirst)
            #expect(joined.isImproved == expected.isImproved)
            #expect(joined.deployment == expected.deployment)
            #expect(joined.identity == expected.identity)
            #expect(joined.keys == expected.keys)
            #expect(joined.record == expected.record)
            #expect(joined.absorbed == expected.absorbed)
            if kept[joined.id] == nil { order.append(joined.id) }
            kept[joined.id] = joined.record
            for id in joined.absorbed {
                kept[id] = nil
                order.removeAll { $0 == id }
            }
            guard Int.random(in: 0..<8, using: &random) == 0 else { continue }
            joiner = Joiner()
            for id in order { joiner.recall(id: id, record: try DeploymentRecord(decoding: try #require(kept[id]))) }
        }
    }
}
