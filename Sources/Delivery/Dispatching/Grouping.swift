internal import Deployments
internal import Sigma

/// Tells findings of one rule on one thing together: the first at once, those that follow it within a window as one.
///
/// It knows no output and no time of its own. What is held back is not told yet: positions must not pass it.
struct Grouping {
    private struct Key: Hashable {
        var rule: String
        var level: String
        var group: String
    }

    private struct Window {
        var closing: Duration
        /// Of what is held; nil where nothing is.
        var held: Held?
    }

    private struct Held {
        var oldest: Int64
        var newest: Alert
        var count: Int
        var first: Timestamp?
        var ids: [String]

        /// One alert for all that is held.
        var summary: Alert {
            var alert = newest
            if count > 1 { alert.repeats = Alert.Repeats(count: count, first: first, ids: ids) }
            return alert
        }
    }

    /// How long a window is; zero holds nothing.
    let window: Duration
    /// Most windows that are open at once, and most bytes of records in them; the oldest are closed early above.
    private let capacity: Int
    private let byteCapacity: Int
    private var windows: [Key: Window] = [:]
    /// In the order in which they close, which is that in which they were opened.
    private var order: [(key: Key, closing: Duration)] = []
    private var start = 0
    private var bytes = 0

    init(window: Duration, capacity: Int = 4_096, byteCapacity: Int = 8 << 20) {
        self.window = window
        self.capacity = max(1, capacity)
        self.byteCapacity = byteCapacity
    }

    /// - Returns: what is to be told now; nil for what is held back.
    mutating func take(_ alert: Alert, at now: Duration) -> Alert? {
        guard window > .zero, alert.level != .critical else { return alert }
        let key = Key(rule: alert.ruleID, level: alert.level.rawValue, group: alert.group)
        guard var open = windows[key] else {
            self.open(key, at: now)
            return alert
        }
        bytes += alert.ecs.count - (open.held?.newest.ecs.count ?? 0)
        var held = open.held ?? Held(oldest: alert.sequence, newest: alert, count: 0, first: alert.time, ids: [])
        held.newest = alert
        held.count += 1
        if held.ids.count < Alert.Repeats.idLimit { held.ids.append(alert.id) }
        open.held = held
        windows[key] = open
        return nil
    }

    /// Closes the windows whose time has come, and as many more as there is no room for.
    ///
    /// A window that held something is followed by another, so that what goes on is told once a window.
    ///
    /// - Parameter isLast: whether to close all.
    /// - Returns: what is to be told of them.
    mutating func close(at now: Duration, isLast: Bool = false) -> [Alert] {
        var told: [Alert] = []
        while start < order.count {
            let (key, closing) = order[start]
            let isFull = windows.count > capacity || bytes > byteCapacity
            guard isLast || isFull || closing <= now else { break }
            start += 1
            guard let held = windows.removeValue(forKey: key)?.held else { continue }
            bytes -= held.newest.ecs.count
            told.append(held.summary)
            if !isLast, !isFull { open(key, at: now) }
        }
        if start > 1_024, start > order.count / 2 {
            order.removeFirst(start)
            start = 0
        }
        return told.sorted { $0.sequence < $1.sequence }
    }

    private mutating func open(_ key: Key, at now: Duration) {
        windows[key] = Window(closing: now + window)
        order.append((key, now + window))
    }

    /// When the next window closes; nil while none is open.
    var nextClosing: Duration? { start < order.count ? order[start].closing : nil }

    /// The first of what is held; nil where nothing is.
    var oldestHeld: Int64? { windows.values.lazy.compactMap { $0.held?.oldest }.min() }

    /// How many findings are held.
    var heldCount: Int { windows.values.reduce(0) { $0 + ($1.held?.count ?? 0) } }
}
