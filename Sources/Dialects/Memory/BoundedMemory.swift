/// A dictionary of limited size; the oldest entry makes room.
struct BoundedMemory<Value> {
    private let capacity: Int
    private var values: [String: Value] = [:]
    private var order: [String] = []
    private var oldest = 0

    init(capacity: Int) { self.capacity = capacity }

    subscript(key: String) -> Value? {
        get { values[key] }
        set {
            guard let newValue else {
                values[key] = nil
                return
            }
            guard values.updateValue(newValue, forKey: key) == nil else { return }
            if order.count < capacity {
                order.append(key)
            } else {
                values[order[oldest]] = nil
                values[key] = newValue
                order[oldest] = key
                oldest = (oldest + 1) % capacity
            }
        }
    }
}

extension BoundedMemory {
    /// The same with other values, each made when its key was first taken in, the oldest first.
    func mapped<Other, Failure: Error>(
        _ transform: (Value) throws(Failure) -> Other
    ) throws(Failure) -> BoundedMemory<Other> {
        var other = BoundedMemory<Other>(capacity: capacity)
        other.order = Array(order[oldest...] + order[..<oldest])
        for key in other.order {
            guard other.values[key] == nil, let value = values[key] else { continue }
            other.values[key] = try transform(value)
        }
        return other
    }
}

extension BoundedMemory: Codable where Value: Codable {
    private enum CodingKeys: String, CodingKey {
        case capacity, order, values
    }

    init(from decoder: any Decoder) throws {
        let memory = try decoder.container(keyedBy: CodingKeys.self)
        let capacity = try memory.decode(Int.self, forKey: .capacity) { (1...65_536).contains($0) }
        let order = try memory.decode([String].self, forKey: .order) { $0.count <= capacity }
        let keys = Set(order)
        self.init(capacity: capacity)
        self.order = order
        // A value whose key is in no order would never make room.
        values = try memory.decode([String: Value].self, forKey: .values) { $0.keys.allSatisfy(keys.contains) }
    }

    func encode(to encoder: any Encoder) throws {
        var memory = encoder.container(keyedBy: CodingKeys.self)
        try memory.encode(capacity, forKey: .capacity)
        try memory.encode(Array(order[oldest...] + order[..<oldest]), forKey: .order)
        try memory.encode(values, forKey: .values)
    }
}
