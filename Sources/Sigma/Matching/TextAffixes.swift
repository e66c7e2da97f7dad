/// Texts that the values of a field begin or end with, looked up by their outermost byte: most values are done with after
/// one look, where a scan for patterns takes a call and a copy of the value.
struct TextAffixes: Sendable {
    /// Which end of a value it stands at.
    enum End: Sendable {
        case start, end
    }

    private struct Entry {
        var start: Int
        var count: Int
        var cased: Bool
        var bit: Int
    }

    /// Longer texts are left to patterns.
    static let longest = 1_024

    private let end: End
    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    /// For each outermost byte in lower case, where its entries start; one more at the end.
    private var starts: [Int] = []

    init(_ end: End, _ texts: [(text: [UInt8], cased: Bool, bit: Int)]) {
        self.end = end
        guard !texts.isEmpty else { return }
        var lists = [[Entry]](repeating: [], count: 256)
        for text in texts {
            guard let outermost = end == .start ? text.text.first : text.text.last else { continue }
            lists[Int(TextTable.lowered(outermost))].append(
                Entry(start: bytes.count, count: text.text.count, cased: text.cased, bit: text.bit)
            )
            bytes += text.cased ? text.text : text.text.map(TextTable.lowered)
        }
        for list in lists {
            starts.append(entries.count)
            entries += list
        }
        starts.append(entries.count)
    }

    /// Calls `found` with the bits of the texts that `value` begins or ends with.
    @inline(__always)
    func look(up value: UnsafeBufferPointer<UInt8>, _ found: (Int) -> Void) {
        guard !entries.isEmpty, value.count > 0 else { return }
        let outermost = unsafe Int(TextTable.lowered(value[end == .start ? 0 : value.count - 1]))
        for index in starts[outermost]..<starts[outermost + 1] where unsafe stands(entries[index], value) {
            found(entries[index].bit)
        }
    }

    private func stands(_ entry: Entry, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
        guard entry.count <= value.count else { return false }
        let shift = end == .start ? 0 : value.count - entry.count
        for offset in 0..<entry.count {
            let byte = unsafe value[shift + offset]
            guard bytes[entry.start + offset] == (entry.cased ? byte : TextTable.lowered(byte)) else { return false }
        }
        return true
    }
}
