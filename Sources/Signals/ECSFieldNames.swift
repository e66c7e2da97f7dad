internal import Deployments

/// The names of all fields that a line in ECS may have.
package enum ECSFieldNames {
    /// In their order.
    package static let all: [String] =
        (Field.allCases.map(\.rawValue) + ECSShape.Extra.allCases.map(\.rawValue)).sorted()

    private static let known = Set(all)

    /// Whether there is such a field.
    package static func contains(_ name: String) -> Bool { known.contains(name) }

    /// The field that is most likely meant by a name that none has; nil where none is like it.
    package static func nearest(to name: String) -> String? {
        guard name.utf8.count <= 128 else { return nil }
        let distances = all.map { ($0, distance(Array(name.lowercased().utf8), Array($0.utf8))) }
        guard let best = distances.min(by: { $0.1 < $1.1 }), best.1 <= max(2, name.utf8.count / 4) else { return nil }
        return best.0
    }

    /// How many bytes have to be put in, taken out or changed to make one of the other (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var previous = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let change = previous[column] + (byte == other ? 0 : 1)
                current.append(min(change, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}
