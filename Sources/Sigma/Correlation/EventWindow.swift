/// The events of one group within the timespan, oldest first, and what they come to.
struct EventWindow {
    /// What of an event counts.
    enum Value: Sendable, Hashable, Codable {
        case none
        case number(Double)
        case texts([String])
    }

    /// An event, or one of the values of an event that has several.
    struct Entry: Sendable, Hashable, Codable {
        /// When it was, in nanoseconds since 1970.
        var time: Int64
        var events: EventList
        var value: Value
    }

    private var storage: [Entry] = []
    private var head = 0
    private var counts: [[String]: Int] = [:]
    private var sum = SlidingSum()
    private var sorted: SortedNumbers?

    /// An empty window.
    ///
    /// - Parameter isSorted: whether percentiles will be asked for.
    init(isSorted: Bool) { sorted = isSorted ? SortedNumbers() : nil }

    var entries: ArraySlice<Entry> { storage[head...] }
    var count: Int { storage.count - head }
    var distinct: Int { counts.count }
    var total: Double { sum.total }

    /// How many of the entries have that value.
    func count(of texts: [String]) -> Int { counts[texts] ?? 0 }

    func percentile(_ percentile: Double) -> Double? { sorted?.percentile(percentile) }

    mutating func append(_ entry: Entry) {
        storage.append(entry)
        switch entry.value {
        case .none: break
        case .number(let number): if sorted != nil { sorted?.insert(number) } else { sum.append(number) }
        case .texts(let texts): counts[texts, default: 0] += 1
        }
    }

    mutating func removeFirst() {
        guard head < storage.count else { return }
        switch storage[head].value {
        case .none: break
        case .number(let number):
            if sorted != nil {
                sorted?.remove(number)
            } else {
                sum.removeFirst(
                    of: storage[head...].lazy.map { entry in
                        if case .number(let number) = entry.value { number } else { 0 }
                    }
                )
            }
        case .texts(let texts):
            if let count = counts[texts] { counts[texts] = count > 1 ? count - 1 : nil }
        }
        head += 1
        // What went out is given back when it is half of the memory.
        if head >= 16, head * 2 >= storage.count {
            storage.removeFirst(head)
            head = 0
        }
    }

    /// Takes out what is older than `time`.
    mutating func expire(before time: Int64) {
        while head < storage.count, storage[head].time < time { removeFirst() }
    }
}
