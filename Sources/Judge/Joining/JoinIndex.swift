/// Deployments that records may still speak of, found by their keys; the oldest make room.
///
/// What is kept of each is its written form, which takes a third of the room that the deployment itself would.
struct JoinIndex {
    struct Entry {
        let id: String
        var record: [UInt8]
        /// The records that spoke of it: most that share a key with another are told from it by these.
        var witnesses: [Witness]
        /// Hashes of its keys, with a seed of this run.
        var keys: [Int]

        /// About how many bytes it takes, with what finds it.
        var cost: Int { record.count + 200 + witnesses.count * 200 + keys.count * 48 }
    }

    /// Numbers of entries that have a key, the newest last.
    private enum Numbers {
        case one(Int)
        case many([Int])
    }

    /// So many of those that share a key are looked at; a request without a name is shared by all that send one.
    static let maximumShared = 64

    private let capacity: Int
    private let maximumBytes: Int
    private var entries: [Int: Entry] = [:]
    private var numbers: [Int: Numbers] = [:]
    private var ids: [String: Int] = [:]
    private var oldest = 0
    private var next = 0
    private(set) var bytes = 0

    var count: Int { entries.count }

    init(capacity: Int, maximumBytes: Int) {
        self.capacity = max(1, capacity)
        self.maximumBytes = maximumBytes
    }

    subscript(number: Int) -> Entry? { entries[number] }

    func contains(_ id: String) -> Bool { ids[id] != nil }

    /// Adds a deployment behind those that are there, or puts it in the place of the one of the same id.
    ///
    /// - Parameter bytes: the record, written.
    mutating func insert(id: String, _ record: DeploymentRecord, _ bytes: [UInt8]) {
        if let number = ids[id] { return update(number, record, bytes) }
        let number = next
        next += 1
        ids[id] = number
        let entry = Entry(id: id, record: bytes, witnesses: record.witnesses, keys: [])
        entries[number] = entry
        self.bytes += entry.cost
        add(record.keys, to: number)
        while entries.count > capacity || (self.bytes > maximumBytes && entries.count > 1) {
            remove(oldest)
            oldest += 1
        }
    }

    mutating func update(_ number: Int, _ record: DeploymentRecord, _ bytes: [UInt8]) {
        guard var entry = entries[number] else { return }
        let before = entry.cost
        entry.record = bytes
        entry.witnesses = record.witnesses
        entries[number] = entry
        self.bytes += entry.cost - before
        add(record.keys, to: number)
    }

    mutating func remove(_ number: Int) {
        guard let entry = entries.removeValue(forKey: number) else { return }
        ids[entry.id] = nil
        bytes -= entry.cost
        for key in entry.keys {
            switch numbers[key] {
            case .one(number): numbers[key] = nil
            case .many(var many):
                numbers[key] = nil
                many.removeAll { $0 == number }
                numbers[key] = many.isEmpty ? nil : many.count == 1 ? .one(many[0]) : .many(many)
            default: break
            }
        }
    }

    /// Entries that have one of the keys, the oldest first.
    func numbers(with keys: [String]) -> [Int] {
        var found: [Int] = []
        for key in keys {
            switch numbers[key.hashValue] {
            case .one(let number): found.append(number)
            case .many(let many): found += many
            case nil: break
            }
        }
        return keys.count == 1 ? found : Set(found).sorted()
    }

    private mutating func add(_ keys: [String], to number: Int) {
        for key in keys.map(\.hashValue) {
            guard entries[number]?.keys.contains(key) == false else { continue }
            entries[number]?.keys.append(key)
            bytes += 48
            switch numbers[key] {
            case nil: numbers[key] = .one(number)
            case .one(let other): numbers[key] = .many([other, number].sorted())
            case .many(var many):
                // Taken out first, so that the list is not copied.
                numbers[key] = nil
                many.append(number)
                if many.count > 1, many[many.count - 2] > number { many.sort() }
                if many.count > Self.maximumShared { many.removeFirst(many.count - Self.maximumShared) }
                numbers[key] = .many(many)
            }
        }
    }
}
