/// Remembers what a log has told of, by hash.
///
/// Bounded: the oldest are forgotten first.
struct KnownWorkloads {
    private var known: Set<UInt64> = []
    private var order: [UInt64] = []
    private var oldest = 0
    private let capacity: Int

    init(capacity: Int = 65_536) {
        self.capacity = capacity
    }

    /// Whether it was not known before.
    @discardableResult
    mutating func insert(_ key: UInt64) -> Bool {
        guard known.insert(key).inserted else { return false }
        if order.count < capacity {
            order.append(key)
        } else {
            known.remove(order[oldest])
            order[oldest] = key
            oldest = (oldest + 1) % capacity
        }
        return true
    }

    func contains(_ key: UInt64) -> Bool { known.contains(key) }
}

extension KnownWorkloads: Codable {
    private enum CodingKeys: String, CodingKey {
        case capacity, order
    }

    init(from decoder: any Decoder) throws {
        let memory = try decoder.container(keyedBy: CodingKeys.self)
        self.init(capacity: try memory.decode(Int.self, forKey: .capacity) { (1...65_536).contains($0) })
        let capacity = capacity
        order = try memory.decode(PackedNumbers.self, forKey: .order) { $0.numbers.count <= capacity }.numbers
        known = Set(order)
    }

    func encode(to encoder: any Encoder) throws {
        var memory = encoder.container(keyedBy: CodingKeys.self)
        try memory.encode(capacity, forKey: .capacity)
        try memory.encode(PackedNumbers(ring: order, oldest: oldest), forKey: .order)
    }
}
