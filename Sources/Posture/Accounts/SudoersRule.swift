/// A rule of sudoers, who may run what, with where its parts stand in its line.
struct SudoersRule {
    /// A command of a list: its tags, then its digests and itself.
    struct Item: Equatable {
        var tags: [Word] = []
        /// With its arguments, without digests: `/usr/bin/docker *`; `!` before it where it is taken away.
        var command = ""
        /// From its digests, if any, to its end.
        var range = 0..<0

        var takesAway: Bool { command.hasPrefix("!") }
        /// Whether its end is found for certain: regular expressions and quotes have rules of their own.
        var isPlain: Bool {
            !command.contains("\"") && !command.split(separator: " ").contains { $0.hasPrefix("^") }
        }
    }

    /// A word, and where it stands in its line.
    struct Word: Equatable {
        var text: String
        var range: Range<Int>
    }

    private(set) var users: [Word] = []
    /// A list for each list of hosts.
    private(set) var lists: [[Item]] = []

    var items: [Item] { lists.flatMap(\.self) }

    /// Nil where the line is no rule.
    init?(_ line: SudoersLine) {
        var scanner = Scanner(characters: line.characters)
        users = scanner.users()
        guard !users.isEmpty else { return nil }
        while scanner.name() != nil { lists.append(scanner.items()) }
        guard !lists.isEmpty else { return nil }
    }

    /// The lists of commands by their names, of a line that begins with `Cmnd_Alias`.
    static func aliases(_ line: SudoersLine) -> [(name: String, items: [Item])] {
        var scanner = Scanner(characters: line.characters)
        scanner.keyword()
        var aliases: [(name: String, items: [Item])] = []
        while let name = scanner.name() { aliases.append((name, scanner.items())) }
        return aliases
    }

    private struct Scanner {
        var characters: [Character]
        var position = 0

        private static let tags: Set = [
            "EXEC", "NOEXEC", "FOLLOW", "NOFOLLOW", "INTERCEPT", "NOINTERCEPT", "LOG_INPUT", "NOLOG_INPUT",
            "LOG_OUTPUT", "NOLOG_OUTPUT", "MAIL", "NOMAIL", "SETENV", "NOSETENV", "PASSWD", "NOPASSWD",
        ]

        private var next: Character? { position < characters.count ? characters[position] : nil }

        private mutating func blanks() { while next == " " || next == "\t" { position += 1 } }

        /// To the first of some characters that neither a backslash nor quotes keep.
        private mutating func advance(to ends: Set<Character>, quotes: Bool) {
            var isQuoted = false
            while let character = next, isQuoted || !ends.contains(character) {
                if quotes, character == "\"" { isQuoted.toggle() }
                position += character == "\\" && position + 1 < characters.count ? 2 : 1
            }
        }

        private func text(_ range: Range<Int>) -> String { String(characters[range]).trimmed }

        mutating func keyword() {
            blanks()
            advance(to: [" ", "\t"], quotes: false)
        }

        /// A list of users ends at the first space that no comma stands before or after.
        mutating func users() -> [Word] {
            var users: [Word] = []
            while true {
                blanks()
                let start = position
                while next == "!" || next == " " || next == "\t" { position += 1 }
                advance(to: [" ", "\t", ",", "="], quotes: true)
                if position > start { users.append(Word(text: text(start..<position), range: start..<position)) }
                let end = position
                blanks()
                guard next == "," else {
                    position = end
                    return users
                }
                position += 1
            }
        }

        /// What stands before the next `=`: hosts, or an alias's name; nil where there is none.
        mutating func name() -> String? {
            let start = position
            advance(to: ["="], quotes: true)
            guard next == "=" else { return nil }
            defer { position += 1 }
            return text(start..<position)
        }

        /// A list of commands, to the colon behind it or the line's end.
        mutating func items() -> [Item] {
            var items: [Item] = []
            while next != nil {
                let item = item()
                if !item.command.isEmpty { items.append(item) }
                let end = next
                position += 1
                if end == ":" { break }
            }
            return items
        }

        private mutating func item() -> Item {
            var item = Item()
            blanks()
            if next == "(" {
                advance(to: [")"], quotes: true)
                position = min(position + 1, characters.count)
            }
            while let word = tagOrOption() { if let tag = word { item.tags.append(tag) } }
            let start = position
            digests()
            let command = position
            advance(to: [",", ":"], quotes: false)
            item.command = text(command..<position)
            var end = position
            while end > start, characters[end - 1] == " " || characters[end - 1] == "\t" { end -= 1 }
            item.range = start..<end
            return item
        }

        /// A tag with its colon, or an option with its value, which is told as nothing; nil where neither stands there.
        private mutating func tagOrOption() -> Word?? {
            blanks()
            let start = position
            while let character = next, character.isASCII, character.isUppercase || character == "_" { position += 1 }
            let range = start..<position
            blanks()
            if next == ":", Self.tags.contains(text(range)) {
                position += 1
                blanks()
                return .some(Word(text: text(range), range: range))
            }
            if next == "=", !range.isEmpty {
                position += 1
                blanks()
                advance(to: [" ", "\t", ","], quotes: true)
                return .some(nil)
            }
            position = start
            return nil
        }

        /// `sha256:…, sha512:…` before a command say which file it has to be.
        private mutating func digests() {
            while true {
                let start = position
                while let character = next, character.isASCII, character.isLowercase || character.isNumber {
                    position += 1
                }
                guard String(characters[start..<position]).hasPrefix("sha"), next == ":" else {
                    position = start
                    return
                }
                position += 1
                blanks()
                advance(to: [" ", "\t", ","], quotes: false)
                blanks()
                if next == "," { position += 1 }
                blanks()
            }
        }
    }
}
