/// Finds where in a body a value stands, for the one refusal that is told.
///
/// The body is valid JSON: it was parsed before.
enum BodyPlace {
    /// The offset of the member's key, or of the element, that those ordinals lead to.
    static func offset(of steps: [Int], in bytes: [UInt8]) -> Int? {
        var index = skipBlanks(0, bytes)
        for (depth, step) in steps.enumerated() {
            guard index < bytes.count else { return nil }
            let isObject = bytes[index] == UInt8(ascii: "{")
            guard isObject || bytes[index] == UInt8(ascii: "[") else { return nil }
            index = skipBlanks(index + 1, bytes)
            for _ in 0..<step {
                if isObject { index = skipKey(index, bytes) }
                index = skipBlanks(skipValue(index, bytes), bytes)
                guard index < bytes.count, bytes[index] == UInt8(ascii: ",") else { return nil }
                index = skipBlanks(index + 1, bytes)
            }
            if isObject, depth < steps.count - 1 { index = skipKey(index, bytes) }
        }
        return index < bytes.count ? index : nil
    }

    private static func skipBlanks(_ index: Int, _ bytes: [UInt8]) -> Int {
        var index = index
        while index < bytes.count, bytes[index] <= 32 { index += 1 }
        return index
    }

    /// Behind a key and its colon, at its value.
    private static func skipKey(_ index: Int, _ bytes: [UInt8]) -> Int {
        skipBlanks(skipBlanks(skipString(index, bytes), bytes) + 1, bytes)
    }

    private static func skipString(_ index: Int, _ bytes: [UInt8]) -> Int {
        var index = index + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index + 1
    }

    private static func skipValue(_ index: Int, _ bytes: [UInt8]) -> Int {
        var index = index
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index = skipString(index, bytes)
                if depth == 0 { return index }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return index }
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: ","): if depth == 0 { return index }
            default: break
            }
            index += 1
        }
        return index
    }
}
