/// A line of a sudoers file as sudo takes it: with those that go on after a backslash, without its comment; and where
/// each of its characters stands in the file, for edits.
///
/// Source: sudoers(5), and toke.l of sudo 1.9, which `cvtsudoers` was asked for: a comment ends with its own line,
/// whatever stands at that line's end.
struct SudoersLine {
    private(set) var characters: [Character] = []
    /// Where each character stands in the file's text, and at last where the line ends.
    private(set) var places: [String.Index] = []

    var text: String { String(characters).trimmed }

    static func lines(of text: String) -> [SudoersLine] {
        var lines: [SudoersLine] = []
        var index = text.startIndex
        while index < text.endIndex { lines.append(SudoersLine(of: text, from: &index)) }
        return lines
    }

    /// - Parameter index: where it begins; afterwards, where the next does.
    private init(of text: String, from index: inout String.Index) {
        var isQuoted = false
        while index < text.endIndex, !Self.endsLines(text[index]) {
            let character = text[index]
            if character == "\\" {
                if let next = Self.continuation(of: text, at: index) {
                    append(" ", at: index)
                    index = next
                    continue
                }
                append(character, at: index)
                index = text.index(after: index)
                guard index < text.endIndex, !Self.endsLines(text[index]) else { continue }
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == "#", !isQuoted, !Self.isNumber(text[text.index(after: index)...]) {
                break
            }
            append(text[index], at: index)
            index = text.index(after: index)
        }
        places.append(index)
        while index < text.endIndex, !Self.endsLines(text[index]) { index = text.index(after: index) }
        if index < text.endIndex { index = text.index(after: index) }
    }

    private mutating func append(_ character: Character, at place: String.Index) {
        characters.append(character)
        places.append(place)
    }

    private static func endsLines(_ character: Character) -> Bool { character == "\n" || character == "\r\n" }

    /// Where a line goes on whose end the backslash at a place is; nil where it is none.
    private static func continuation(of text: String, at place: String.Index) -> String.Index? {
        var index = text.index(after: place)
        while index < text.endIndex, text[index] == " " || text[index] == "\t" { index = text.index(after: index) }
        guard index < text.endIndex else { return index }
        return endsLines(text[index]) ? text.index(after: index) : nil
    }

    /// `#1000` is a user by number, and `#-1` is; what else follows # is a comment, or an older form of @include.
    private static func isNumber(_ rest: Substring) -> Bool {
        let digits = rest.first == "-" ? rest.dropFirst() : rest
        return digits.first.map { $0.isASCII && $0.isNumber } ?? false
    }
}
