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
