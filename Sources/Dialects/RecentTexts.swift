/// A bounded set of texts; the oldest are forgotten first.
///
/// Unlike a dictionary of limited size it can be stored: its bytes are the texts in the order in which they came.
struct RecentTexts {
    private let capacity: Int
    private var order: [String] = []
    /// Where the oldest stands in `order`.
    private var first = 0
    private var known: Set<String> = []

    init(capacity: Int) { self.capacity = capacity }

    func contains(_ text: String) -> Bool { known.contains(text) }

    /// Whether it was not known before.
    @discardableResult
    mutating func insert(_ text: String) -> Bool {
        guard known.insert(text).inserted else { return false }
        order.append(text)
        if order.count - first > capacity {
            known.remove(order[first])
            first += 1
        }
        // What was forgotten is let go of now and then, not each time.
        if first > capacity {
            order.removeFirst(first)
            first = 0
        }
        return true
    }

    /// Whether it was known.
    @discardableResult
    mutating func remove(_ text: String) -> Bool {
        guard known.remove(text) != nil else { return false }
        // Most are removed soon after they came.
        if let index = order.lastIndex(of: text) { order.remove(at: index) }
        return true
    }

    /// A line for each text, oldest first; texts hold no line feeds.
    var bytes: [UInt8] { order[first...].flatMap { Array($0.utf8) + [10] } }

    /// Takes up what ``bytes`` gave.
    ///
    /// - Throws: for bytes that are none of its own.
    mutating func recall(_ bytes: [UInt8]) throws(DialectMemoryError) {
        (order, first, known) = ([], 0, [])
        try add(bytes)
    }

    /// Takes texts in, a line each, the oldest first.
    ///
    /// - Throws: for bytes that are none of its own.
    mutating func add(_ bytes: [UInt8]) throws(DialectMemoryError) {
        guard bytes.last ?? 10 == 10 else { throw DialectMemoryError("what was stored is cut") }
        for line in bytes.split(separator: 10) {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw DialectMemoryError("what was stored is no text")
            }
            insert(text)
        }
    }
}
