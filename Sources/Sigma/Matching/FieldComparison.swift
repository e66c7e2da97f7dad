/// Two fields' values held against each other.
enum FieldComparison {
    static func holds(
        _ left: ArraySlice<UInt8>,
        _ right: ArraySlice<UInt8>,
        _ relation: FieldRelation,
        isCased: Bool
    ) -> Bool {
        switch relation {
        case .equal: return left.count == right.count && agrees(left, right, isCased)
        case .startsWith: return left.count >= right.count && agrees(left.prefix(right.count), right, isCased)
        case .endsWith: return left.count >= right.count && agrees(left.suffix(right.count), right, isCased)
        case .contains: return contains(left, right, isCased)
        }
    }

    private static func agrees(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>, _ isCased: Bool) -> Bool {
        zip(left, right).allSatisfy { isCased ? $0 == $1 : TextTable.lowered($0) == TextTable.lowered($1) }
    }

    // Knuth, Morris and Pratt: both texts come from the event, so the time must not be their product.
    private static func contains(_ text: ArraySlice<UInt8>, _ needle: ArraySlice<UInt8>, _ isCased: Bool) -> Bool {
        guard !needle.isEmpty else { return true }
        guard text.count >= needle.count else { return false }
        let needle = needle.map { isCased ? $0 : TextTable.lowered($0) }
        var borders = [Int](repeating: 0, count: needle.count)
        var border = 0
        for index in needle.indices.dropFirst() {
            while border > 0, needle[index] != needle[border] { border = borders[border - 1] }
            if needle[index] == needle[border] { border += 1 }
            borders[index] = border
        }
        var matched = 0
        for byte in text {
            let byte = isCased ? byte : TextTable.lowered(byte)
            while matched > 0, byte != needle[matched] { matched = borders[matched - 1] }
            if byte == needle[matched] { matched += 1 }
            if matched == needle.count { return true }
        }
        return false
    }
}
