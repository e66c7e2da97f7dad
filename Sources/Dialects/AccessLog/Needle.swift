/// A run of bytes looked for in linear time (Knuth, Morris and Pratt), whatever the text.
struct Needle: Sendable, Equatable {
    let bytes: [UInt8]
    /// For each prefix the length of the longest of its own beginnings that it also ends in.
    private let borders: [Int]

    /// - Parameter bytes: at least one.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var borders = [0]
        borders.reserveCapacity(bytes.count)
        for index in bytes.indices.dropFirst() {
            var length = borders[index - 1]
            while length > 0, bytes[length] != bytes[index] { length = borders[length - 1] }
            borders.append(bytes[length] == bytes[index] ? length + 1 : 0)
        }
        self.borders = borders
    }

    /// Where it first begins in a text.
    func first(in text: ArraySlice<UInt8>) -> Int? {
        var length = 0
        for index in text.indices {
            while length > 0, bytes[length] != text[index] { length = borders[length - 1] }
            if bytes[length] == text[index] { length += 1 }
            if length == bytes.count { return index - length + 1 }
        }
        return nil
    }
}
