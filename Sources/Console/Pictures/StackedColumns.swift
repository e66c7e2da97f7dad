internal import Deployments

/// Counts over time as columns of stacked parts, laid out for an SVG of a fixed viewBox; the same as a table beside it.
///
/// A template draws it: every text in it is escaped there.
struct StackedColumns: Sendable {
    /// One part of every column.
    struct Series: Sendable, Equatable {
        var name: String
        /// One for each column.
        var counts: [Int]
        /// A class of the style sheet; one of its own where nil.
        var colour: String? = nil
    }

    struct Bar: Sendable, Equatable {
        var x: Double
        var y: Double
        var width: Double
        var height: Double
        var colour: String
        /// What is told of it when it is pointed at.
        var text: String
    }

    /// A line across, with its count.
    struct Line: Sendable, Equatable {
        var y: Double
        var labelY: Double
        var text: String
    }

    /// A moment below the columns.
    struct Tick: Sendable, Equatable {
        var x: Double
        var text: String
    }

    struct Key: Sendable, Equatable {
        var name: String
        var colour: String
        var total: Int
    }

    struct Row: Sendable, Equatable {
        var time: String
        var counts: [Int]
    }

    let id: String
    let title: String
    let width = Self.size.width
    let height = Self.size.height
    let bars: [Bar]
    let lines: [Line]
    let ticks: [Tick]
    let keys: [Key]
    /// Those columns that count anything, for who does not see the picture.
    let rows: [Row]
    let isEmpty: Bool

    private static let size = (width: 720.0, height: 180.0)
    private static let margin = (left: 44.0, top: 8.0, bottom: 22.0)
    /// As many parts as there are colours; the rest together is the last.
    private static let colours = ["c0", "c1", "c2", "c3", "c4", "c5", "c6"]
    private static let ticks = 6

    /// - Parameters:
    ///   - starts: when each column begins, in order.
    ///   - series: the parts, the lowest first.
    init(id: String, title: String, starts: [Timestamp], series: [Series]) {
        self.id = id
        self.title = title
        let parts = Self.gathered(series)
        let columns = starts.indices.map { column in parts.map { $0.counts[column] } }
        let most = columns.map { $0.reduce(0, +) }.max() ?? 0
        isEmpty = most == 0
        let colours = parts.enumerated().map { $1.colour ?? Self.colours[$0] }
        keys = zip(parts, colours).map { Key(name: $0.name, colour: $1, total: $0.counts.reduce(0, +)) }
        let top = Self.rounded(up: most)
        let plot = Self.size.height - Self.margin.top - Self.margin.bottom
        let step = (Self.size.width - Self.margin.left) / Double(max(1, starts.count))
        let words = starts.map { ShownTime($0).text }
        bars = columns.enumerated().flatMap { column, counts in
            var below = 0
            return counts.enumerated().compactMap { part, count -> Bar? in
                defer { below += count }
                guard count > 0 else { return nil }
                let scale = plot / Double(top)
                return Bar(
                    x: Self.tenth(Self.margin.left + Double(column) * step + step * 0.1),
                    y: Self.tenth(Self.margin.top + plot - Double(below + count) * scale),
                    width: Self.tenth(step * 0.8),
                    height: Self.tenth(Double(count) * scale),
                    colour: colours[part],
                    text: "\(words[column]): \(count) \(parts[part].name)"
                )
            }
        }
        lines =
            isEmpty
            ? []
            : [0, top / 2, top].filter { $0 == 0 || top > 1 || $0 == top }.map { count in
                let y = Self.tenth(Self.margin.top + plot - Double(count) * plot / Double(top))
                return Line(y: y, labelY: y + 4, text: String(count))
            }
        let every = max(1, starts.count / Self.ticks)
        ticks = stride(from: 0, to: starts.count, by: every).map { column in
            // Without the year and the seconds.
            Tick(
                x: Self.tenth(Self.margin.left + Double(column) * step),
                text: String(words[column].dropFirst(5).prefix(11))
            )
        }
        rows = columns.indices.filter { columns[$0].contains { $0 > 0 } }.map {
            Row(time: words[$0], counts: columns[$0])
        }
    }

    /// As many parts as there are colours.
    private static func gathered(_ series: [Series]) -> [Series] {
        guard series.count > colours.count else { return series }
        let rest = series[(colours.count - 1)...]
        let counts = rest.first?.counts.indices.map { column in rest.reduce(0) { $0 + $1.counts[column] } }
        return series.prefix(colours.count - 1) + [Series(name: "other", counts: counts ?? [])]
    }

    /// The next of 1, 2, 4, 10, 20, 40, 100…, so that half of it is whole but for 1.
    private static func rounded(up count: Int) -> Int {
        var unit = 1
        while true {
            for factor in [1, 2, 4] where factor * unit >= count { return factor * unit }
            guard unit < Int.max / 100 else { return max(1, count) }
            unit *= 10
        }
    }

    private static func tenth(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
