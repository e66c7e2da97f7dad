/// How much a correlation may keep in mind; what is put out of mind for a limit is counted, in ``CorrelationCounts``.
public struct CorrelationLimits: Sendable, Hashable {
    /// Groups of one correlation; past that, the one goes that was quiet longest.
    public var groups: Int
    /// Events in one group; past that, its oldest goes.
    public var eventsPerGroup: Int
    /// Events in all groups of one correlation; past that, the group goes that was quiet longest.
    public var events: Int
    /// Events that wait for earlier ones; past that, the earliest are judged without waiting.
    public var waiting: Int
    /// Events that a match names; past that, they are counted only.
    public var namedEvents: Int

    /// How many groups and values an event of several counts for; past that, they are left out.
    static let combinations = 64
    /// The longest value that is kept whole, in bytes of UTF-8.
    static let valueBytes = 512

    /// Limits; none is less than one, and none of a group more than that of all.
    public init(
        groups: Int = 10_000,
        eventsPerGroup: Int = 10_000,
        events: Int = 100_000,
        waiting: Int = 65_536,
        namedEvents: Int = 100
    ) {
        self.groups = max(groups, 1)
        self.events = max(events, 1)
        self.eventsPerGroup = min(max(eventsPerGroup, 1), self.events)
        self.waiting = max(waiting, 1)
        self.namedEvents = max(namedEvents, 1)
    }
}

/// What became of events, told in numbers since the engine, or the state that it took up, was made.
public struct CorrelationCounts: Sendable, Hashable, Codable {
    /// Matches that were taken in.
    public var taken = 0
    /// Matches left out because they came after the time that was waited for them.
    public var late = 0
    /// Matches left out because they claim to be of a time still to come.
    public var early = 0
    /// Matches left out of a correlation because they lack a field that it groups by.
    public var ungrouped = 0
    /// Matches left out of a correlation because they lack the field, or the number, that it reads.
    public var valueless = 0
    /// Matches that had more groups or values than are looked at.
    public var cut = 0
    /// Values that were too long to be kept whole.
    public var shortened = 0
    /// Matches that were judged before the time to wait was over, for too many were waiting.
    public var hurried = 0
    /// Groups put out of mind for a limit.
    public var evictedGroups = 0
    /// Events put out of mind for a limit, those of such groups with them.
    public var evictedEvents = 0
    /// Matches of a group that had matched within the timespan before, which are not told again.
    public var repeats = 0
    /// Kept groups and waiting events that belong to rules that are no more.
    public var forgotten = 0

    /// Nothing yet.
    public init() {}

    static func += (left: inout Self, right: Self) {
        left.taken += right.taken
        left.late += right.late
        left.early += right.early
        left.ungrouped += right.ungrouped
        left.valueless += right.valueless
        left.cut += right.cut
        left.shortened += right.shortened
        left.hurried += right.hurried
        left.evictedGroups += right.evictedGroups
        left.evictedEvents += right.evictedEvents
        left.repeats += right.repeats
        left.forgotten += right.forgotten
    }
}
