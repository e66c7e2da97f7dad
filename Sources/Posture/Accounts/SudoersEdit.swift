extension Sudoers {
    /// Who is to be asked for a password, and before which commands.
    struct Demand {
        var isOf: (_ who: String) -> Bool
        var isBefore: (_ command: String) -> Bool
    }

    /// The files as they are to be for some to be asked before some commands: nothing else in them changes, and nobody
    /// may run more than before, or less.
    ///
    /// A tag goes on along its list, so that the command after one that is given `PASSWD:` is given `NOPASSWD:` back.
    ///
    /// - Returns: The changed files' texts by their paths, and the lines in which it is not certain what to write.
    func asking(_ demand: Demand) -> (texts: [(path: String, text: String)], rest: [(path: String, line: String)]) {
        var texts: [(path: String, text: String)] = []
        var rest: [(path: String, line: String)] = []
        for file in files {
            var text = file.text
            // From the end, so that the places before stay what they are.
            for entry in file.entries.reversed() {
                guard let first = entry.line.places.first, let last = entry.line.places.last else { continue }
                switch edit(entry, of: file.text, demand) {
                case .unchanged: continue
                case .unclear: rest.insert((file.path, entry.line.text), at: 0)
                case .changed(let line): text.replaceSubrange(first..<last, with: line)
                }
            }
            if text != file.text { texts.append((file.path, text)) }
        }
        return (texts, rest)
    }

    private enum Edit { case unchanged, unclear, changed(String) }

    /// A text in place of a part of a line.
    private typealias Replacement = (range: Range<Int>, text: String)

    private func edit(_ entry: Entry, of text: String, _ demand: Demand) -> Edit {
        let meant = entry.rule.users.filter { demand.isOf($0.text) }
        let others = entry.rule.users.filter { !demand.isOf($0.text) }
        let defaults = Set(meant.map { byDefault($0.text) })
        guard !meant.isEmpty else { return .unchanged }
        var isUnclear = false
        let replacements = entry.rule.lists.flatMap { list -> [Replacement] in
            guard let found = self.replacements(in: list, defaults, demand) else {
                isUnclear = true
                return []
            }
            return found
        }
        if isUnclear { return .unclear }
        guard !replacements.isEmpty else { return .unchanged }
        guard !others.isEmpty else { return .changed(Self.text(of: entry, in: text, replacements)) }
        // Of a list of users that takes some away, no part means what the whole does.
        guard !entry.rule.users.contains(where: { $0.text.hasPrefix("!") }), let first = entry.rule.users.first,
            let last = entry.rule.users.last
        else { return .unclear }
        let users = first.range.lowerBound..<last.range.upperBound
        let kept = Self.text(of: entry, in: text, [(users, others.map(\.text).joined(separator: ", "))])
        let changed = Self.text(
            of: entry,
            in: text,
            [(users, meant.map(\.text).joined(separator: ", "))] + replacements
        )
        return .changed(kept + "\n" + changed)
    }

    /// What has a list ask; none where it asks already, nil where that is not certain.
    private func replacements(
        in list: [SudoersRule.Item],
        _ defaults: Set<Default>,
        _ demand: Demand
    ) -> [Replacement]? {
        // What a list says without tags; nil where that differs between its users, or nobody knows.
        let untagged: Bool? = defaults.count == 1 && defaults != [.unclear] ? defaults == [.password] : nil
        var before = untagged
        var now = untagged
        var found: [Replacement] = []
        for item in list {
            for tag in item.tags where tag.text == "PASSWD" || tag.text == "NOPASSWD" {
                before = tag.text == "PASSWD"
                now = before
            }
            guard !item.takesAway else { continue }
            let asked = asking(item.command, demand)
            if asked == .nothing || before == true {
                guard now != before else { continue }
                guard let before, item.isPlain else { return nil }
                found.append((item.range.lowerBound..<item.range.lowerBound, before ? "PASSWD: " : "NOPASSWD: "))
                now = before
                continue
            }
            guard item.isPlain else { return nil }
            if asked == .everything {
                guard now != true else { continue }
                let own = item.tags.filter { $0.text == "NOPASSWD" }
                found += own.map { ($0.range, "PASSWD") }
                if own.isEmpty { found.append((item.range.lowerBound..<item.range.lowerBound, "PASSWD: ")) }
                now = true
                continue
            }
            // An alias of both is written out.
            guard let before, var asks = now,
                let written = unfold(item.command, demand, before: before, asks: &asks)
            else { return nil }
            found.append((item.range, written.joined(separator: ", ")))
            now = asks
        }
        return found
    }

    private enum Part { case nothing, some, everything }

    /// Which of the commands that a word stands for are to be asked for.
    private func asking(_ command: String, _ demand: Demand) -> Part {
        let granted = commands(command).filter { !$0.hasPrefix("!") }
        let meant = granted.count(where: demand.isBefore)
        return meant == 0 ? .nothing : meant == granted.count ? .everything : .some
    }

    /// An alias's members with the tags that they need; nil where it cannot be written out.
    ///
    /// - Parameter asks: what the list says before them, and then what it says after them.
    private func unfold(
        _ name: String,
        _ demand: Demand,
        before: Bool,
        asks: inout Bool,
        depth: Int = 0
    ) -> [String]? {
        guard depth < Self.maximumDepth, let members = members(of: name) else { return nil }
        var written: [String] = []
        for member in members {
            guard member.item.isPlain else { return nil }
            if member.item.takesAway {
                written.append(member.written)
                continue
            }
            let asked = asking(member.item.command, demand)
            if asked == .some {
                guard
                    let own = unfold(member.item.command, demand, before: before, asks: &asks, depth: depth + 1)
                else { return nil }
                written += own
                continue
            }
            let wanted = asked == .everything ? true : before
            written.append((wanted == asks ? "" : wanted ? "PASSWD: " : "NOPASSWD: ") + member.written)
            asks = wanted
        }
        return written
    }

    /// A line with parts of it replaced.
    private static func text(of entry: Entry, in text: String, _ replacements: [Replacement]) -> String {
        let places = entry.line.places
        guard var index = places.first, let end = places.last else { return "" }
        var line = ""
        for replacement in replacements.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            line += text[index..<places[replacement.range.lowerBound]] + replacement.text
            index = places[replacement.range.upperBound]
        }
        return line + text[index..<end]
    }
}
