extension JSONValue {
    /// Whether both values are written alike: the same members in the same order, and the same scalars.
    ///
    /// Compares what is parsed word by word, in one pass and without recursion; values that differ in the order of their
    /// members alone are not written alike.
    public func isWritten(like other: JSONValue) -> Bool {
        let count = next - index
        guard other.next - other.index == count else { return false }
        var offset = 0
        while offset < count {
            let mine = at(index + offset)
            let theirs = other.at(other.index + offset)
            guard mine.tag == theirs.tag else { return false }
            switch mine.tag {
            case UInt8(ascii: "\""):
                guard let left = mine.text, let right = theirs.text, left == right else { return false }
            case UInt8(ascii: "l"), UInt8(ascii: "u"), UInt8(ascii: "d"):
                offset += 1
                guard unsafe tape[index + offset] == other.tape[other.index + offset] else { return false }
            // Brackets that pair alike hold alike; the places that they note differ.
            default: break
            }
            offset += 1
        }
        return true
    }
}
