/// The sum of numbers that come in at one end and go out at the other, in constant time on average.
///
/// Nothing is ever subtracted: after 1e300 came and went, 1 is still 1. Two stacks do it; see Tangwongsan, Hirzel and
/// Schneider, "Low-Latency Sliding-Window Aggregation in Worst-Case Constant Time" (2017), section 3.
struct SlidingSum {
    /// Sums from each number of the older part to that part's end, the oldest number's last.
    private var older: [Double] = []
    /// The sum of the newer part.
    private var newer = 0.0

    /// The sum of all.
    var total: Double { (older.last ?? 0) + newer }

    /// A number comes in.
    mutating func append(_ number: Double) { newer += number }

    /// The oldest number goes out.
    ///
    /// - Parameter numbers: all that are in, the oldest first, the one that goes out with them.
    mutating func removeFirst(of numbers: some BidirectionalCollection<Double>) {
        if older.isEmpty {
            var sum = 0.0
            for number in numbers.reversed() {
                sum += number
                older.append(sum)
            }
            newer = 0
        }
        older.removeLast()
    }
}

/// Numbers in order, for percentiles.
///
/// A number is put in its place by moving those behind it: with no more numbers than a group may hold that is a few
/// kilobytes, and quicker than any tree.
struct SortedNumbers {
    private(set) var numbers: [Double] = []

    private func place(of number: Double) -> Int {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func insert(_ number: Double) { numbers.insert(number, at: place(of: number)) }

    mutating func remove(_ number: Double) {
        let place = place(of: number)
        if place < numbers.count, numbers[place] == number { numbers.remove(at: place) }
    }

    /// The number below which that share of the numbers is, in percent; between two numbers, in proportion.
    ///
    /// So the 50th is the median, the mean of the two in the middle where there is no middle one.
    func percentile(_ percentile: Double) -> Double? {
        guard let last = numbers.last else { return nil }
        let place = Double(numbers.count - 1) * percentile / 100
        let below = Int(place)
        guard below + 1 < numbers.count else { return last }
        let share = place - Double(below)
        return numbers[below] * (1 - share) + numbers[below + 1] * share
    }
}
