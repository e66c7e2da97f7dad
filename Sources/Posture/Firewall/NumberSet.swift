/// Numbers as ranges in order that neither touch nor overlap: addresses of one family, ports.
struct NumberSet: Sendable, Hashable {
    private(set) var ranges: [ClosedRange<UInt128>]

    static let none = NumberSet([])

    init(_ ranges: [ClosedRange<UInt128>]) {
        guard ranges.count > 1 else {
            self.ranges = ranges
            return
        }
        var merged: [ClosedRange<UInt128>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound || range.lowerBound - last.upperBound == 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    init(_ number: UInt128) { ranges = [number...number] }

    var isEmpty: Bool { ranges.isEmpty }

    /// How many there are, or the largest number where there is none for it.
    var count: UInt128 {
        ranges.reduce(0) { sum, range in
            let (length, isWhole) = (range.upperBound - range.lowerBound).addingReportingOverflow(1)
            let (total, overflow) = sum.addingReportingOverflow(length)
            return isWhole || overflow ? .max : total
        }
    }

    func contains(_ number: UInt128) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(number)
    }

    func isSuperset(of other: NumberSet) -> Bool { other.subtracting(self).isEmpty }

    func union(_ other: NumberSet) -> NumberSet {
        if isEmpty { return other }
        return other.isEmpty ? self : NumberSet(ranges + other.ranges)
    }

    func intersection(_ other: NumberSet) -> NumberSet {
        var shared: [ClosedRange<UInt128>] = []
        var (mine, theirs) = (0, 0)
        while mine < ranges.count, theirs < other.ranges.count {
            let (a, b) = (ranges[mine], other.ranges[theirs])
            let low = max(a.lowerBound, b.lowerBound)
            let high = min(a.upperBound, b.upperBound)
            if low <= high { shared.append(low...high) }
            if a.upperBound < b.upperBound { mine += 1 } else { theirs += 1 }
        }
        return NumberSet(shared)
    }

    func subtracting(_ other: NumberSet) -> NumberSet {
        guard !isEmpty, !other.isEmpty else { return self }
        var left: [ClosedRange<UInt128>] = []
        var next = 0
        for range in ranges {
            var low = range.lowerBound
            var isUsedUp = false
            while next < other.ranges.count, other.ranges[next].upperBound < low { next += 1 }
            var place = next
            while place < other.ranges.count, other.ranges[place].lowerBound <= range.upperBound {
                let hole = other.ranges[place]
                if hole.lowerBound > low { left.append(low...(hole.lowerBound - 1)) }
                guard hole.upperBound < range.upperBound else {
                    isUsedUp = true
                    break
                }
                low = hole.upperBound + 1
                place += 1
            }
            if !isUsedUp { left.append(low...range.upperBound) }
        }
        return NumberSet(left)
    }
}
