/// What a correlation keeps in mind of one group.
struct CorrelationGroup {
    /// The values of `group-by`.
    var key: [String]
    /// When its newest event was.
    var newest: Int64
    /// When a match was last told.
    var told: Int64?
    /// The events of the kinds that count.
    var window: EventWindow
    /// The newest match of each rule, for `temporal`.
    var latest: [EventWindow.Entry?]
    /// For `temporal_ordered`.
    var steps: OrderedSteps

    init(key: [String], for node: CorrelationPlan.Node) {
        self.key = key
        newest = .min
        window = EventWindow(isSorted: node.percentile != nil)
        latest = node.kind == .temporal ? [EventWindow.Entry?](repeating: nil, count: node.memberCount) : []
        steps = OrderedSteps(rules: node.kind == .temporalOrdered ? node.memberCount : 0)
    }

    /// How many events are kept.
    var size: Int { window.count + latest.count { $0 != nil } + steps.count }
}

/// The groups of a correlation, in the order in which they were last heard of; every change takes constant time.
struct CorrelationGroups {
    private struct Slot {
        var group: CorrelationGroup
        /// The neighbours in the order, or -1.
        var older = -1
        var newer = -1
        /// Told apart from what stood in the same slot before.
        var serial = 0
    }

    /// A group that may be gone meanwhile.
    struct Handle: Hashable {
        fileprivate var slot: Int
        fileprivate var serial: Int
    }

    private var slots: [Slot] = []
    private var free: [Int] = []
    private var index: [[String]: Int] = [:]
    private var oldest = -1
    private var newest = -1
    private var serial = 0
    /// How many events all groups keep.
    private(set) var size = 0

    var count: Int { index.count }

    /// When the group that was quiet longest was last heard of.
    var quietSince: Int64? { oldest < 0 ? nil : slots[oldest].group.newest }

    /// The group of that key as the one heard of last, made where there is none.
    mutating func heard(of key: [String], at time: Int64, make: () -> CorrelationGroup) -> Handle {
        let slot: Int
        if let known = index[key] {
            slot = known
            unlink(slot)
        } else {
            serial += 1
            if let reused = free.popLast() {
                slot = reused
                slots[slot] = Slot(group: make(), serial: serial)
            } else {
                slot = slots.count
                slots.append(Slot(group: make(), serial: serial))
            }
            index[key] = slot
            size += slots[slot].group.size
        }
        slots[slot].group.newest = max(slots[slot].group.newest, time)
        slots[slot].older = newest
        slots[slot].newer = -1
        if newest >= 0 { slots[newest].newer = slot } else { oldest = slot }
        newest = slot
        return Handle(slot: slot, serial: slots[slot].serial)
    }

    /// Changes a group in place; nil when it is gone.
    mutating func update<Result>(_ handle: Handle, _ body: (inout CorrelationGroup) -> Result) -> Result? {
        guard slots[handle.slot].serial == handle.serial else { return nil }
        let before = slots[handle.slot].group.size
        let result = body(&slots[handle.slot].group)
        size += slots[handle.slot].group.size - before
        return result
    }

    /// Takes out the group that was quiet longest, and tells how many events it kept.
    @discardableResult
    mutating func removeOldest() -> Int {
        guard oldest >= 0 else { return 0 }
        let slot = oldest
        let events = slots[slot].group.size
        unlink(slot)
        index[slots[slot].group.key] = nil
        size -= events
        slots[slot].serial = 0
        slots[slot].group.key = []
        slots[slot].group.window = EventWindow(isSorted: false)
        slots[slot].group.latest = []
        slots[slot].group.steps = OrderedSteps(rules: 0)
        free.append(slot)
        return events
    }

    private mutating func unlink(_ slot: Int) {
        let (older, newer) = (slots[slot].older, slots[slot].newer)
        if older >= 0 { slots[older].newer = newer } else { oldest = newer }
        if newer >= 0 { slots[newer].older = older } else { newest = older }
    }

    /// Calls `body` with each group, the one that was quiet longest first.
    func forEach(_ body: (CorrelationGroup) -> Void) {
        var slot = oldest
        while slot >= 0 {
            body(slots[slot].group)
            slot = slots[slot].newer
        }
    }
}
