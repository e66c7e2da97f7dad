@testable import Posture

/// A check of another tool beside ours, over the recorded systems that have what both read.
struct PeerComparison: Sendable {
    /// What a tool says of a system.
    enum Saying: Sendable, Equatable {
        /// That something is wrong with it.
        case raised
        /// Nothing, or that all is well.
        case quiet
        /// That it could not tell, or that people are to look themselves: never right.
        case undecided

        init(raised isRaised: Bool) { self = isRaised ? .raised : .quiet }

        /// Of ours, as an operator reads them.
        init(_ results: [CheckResult]) {
            let outcomes = results.map(\.outcome)
            if outcomes.contains(.fail) || outcomes.contains(.warn) {
                self = .raised
            } else {
                self = outcomes.contains(.unknown) ? .undecided : .quiet
            }
        }
    }

    struct System: Sendable {
        var name: String
        /// Whether something is wrong with it, by what the recording shows: what it answered, what could be done.
        var isWrong: Bool
        var theirs: Saying
        var ours: Saying

        var isTheirsRight: Bool { theirs == Saying(raised: isWrong) }
        var isOursRight: Bool { ours == Saying(raised: isWrong) }
    }

    /// The ids of their checks, `2.7`: those that ask about one thing are counted as one, which says what any of them says.
    var theirs: [String]
    /// What it asks, in a word or two.
    var asks: String
    /// The ids of ours, without `TW-`.
    var ours: [String]
    /// What the systems are: "engines".
    var unit: String
    var systems: [System]
    /// Why they differ; empty where they do not.
    var why = ""

    private func count(theirs isTheirs: Bool, ours isOurs: Bool) -> Int {
        systems.count { $0.isTheirsRight == isTheirs && $0.isOursRight == isOurs }
    }

    /// `1.2.16–1.2.19, 3.2.1`.
    private var numbers: String {
        var runs: [[String]] = []
        for id in theirs {
            if let last = runs.last?.last, Self.isNext(id, after: last) {
                runs[runs.count - 1].append(id)
            } else {
                runs.append([id])
            }
        }
        return runs.map { $0.count > 2 ? "\($0[0])–\($0[$0.count - 1])" : $0.joined(separator: ", ") }
            .joined(separator: ", ")
    }

    /// `M1018-014, 015, M1030-008`.
    private var ownNumbers: String {
        var last = ""
        let words = ours.map { id in
            let parts = id.split(separator: "-", maxSplits: 1).map(String.init)
            defer { last = parts[0] }
            return parts[0] == last ? parts[1] : id
        }
        return words.joined(separator: ", ")
    }

    private static func isNext(_ id: String, after last: String) -> Bool {
        let (parts, before) = (id.split(separator: "."), last.split(separator: "."))
        guard let number = parts.last.flatMap({ Int($0) }), let former = before.last.flatMap({ Int($0) }) else {
            return false
        }
        return parts.dropLast() == before.dropLast() && number == former + 1
    }

    /// A row of the guide's table.
    var row: String {
        let counts = [(true, true), (true, false), (false, true), (false, false)].map { count(theirs: $0, ours: $1) }
        let cells =
            ["\(numbers) \(asks)", ownNumbers, "\(systems.count) \(unit)"]
            + counts.map { $0 == 0 ? "" : String($0) } + [why]
        return "|" + cells.map { $0.isEmpty ? " |" : " \($0) |" }.joined()
    }

    /// The guide's table of a tool.
    static func table(_ tool: String, _ comparisons: [PeerComparison]) -> String {
        let names = [tool, "ours (TW-)", "recorded", "both right", "theirs alone", "ours alone", "neither", "why"]
        let head = "| " + names.joined(separator: " | ") + " |"
        let line = "|" + String(repeating: "---|", count: names.count)
        return ([head, line] + comparisons.map(\.row)).joined(separator: "\n")
    }
}

extension Check {
    /// What checks of ours find, by their ids without `TW-`.
    ///
    /// - Parameter isMeant: which of their results are about what is compared.
    static func results(
        _ ids: [String],
        on evidence: Evidence,
        where isMeant: (CheckResult) -> Bool = { _ in true }
    ) -> [CheckResult] {
        all.filter { check in ids.contains { check.id == "TW-\($0)" } }
            .flatMap { $0.results(on: evidence) }.filter(isMeant)
    }
}
