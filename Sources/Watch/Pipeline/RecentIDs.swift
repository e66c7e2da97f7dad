/// The ids of what was told lately, the oldest forgotten first.
///
/// Known by their hashes, with a seed of this run that nobody can guess: a tenth of the room that the ids would take.
struct RecentIDs {
    private var hashes: Set<Int> = []
    private var order: [Int] = []
    private var oldest = 0
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// Takes an id in; whether it is new.
    mutating func insert(_ id: String) -> Bool {
        let hash = id.hashValue
        guard hashes.insert(hash).inserted else { return false }
        if order.count < capacity {
            order.append(hash)
        } else {
            hashes.remove(order[oldest])
            order[oldest] = hash
            oldest = (oldest + 1) % capacity
        }
        return true
    }
}
