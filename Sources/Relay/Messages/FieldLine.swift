/// Where name and value of one header field stand in a head.
struct FieldLine {
    var name: Range<Int>
    var value: Range<Int>

    /// Reads a line of `bytes`: a token, a colon right after it, a value without control characters.
    init(_ line: Range<Int>, in bytes: Span<UInt8>) throws(MalformedMessage) {
        var index = line.lowerBound
        while index < line.upperBound, MessageBytes.isToken(bytes[index]) { index += 1 }
        guard index < line.upperBound, bytes[index] == MessageBytes.colon, index > line.lowerBound else {
            throw Self.misnamed(line, at: index, in: bytes)
        }
        name = line.lowerBound..<index
        value = bytes.trimmingBlanks((index + 1)..<line.upperBound)
        for index in value where !MessageBytes.isValue(bytes[index]) {
            throw MalformedMessage("control character in a header field's value", at: index)
        }
    }

    private static func misnamed(_ line: Range<Int>, at index: Int, in bytes: Span<UInt8>) -> MalformedMessage {
        guard index < line.upperBound else { return MalformedMessage("header field without a colon", at: index) }
        guard MessageBytes.isBlank(bytes[index]) else {
            let isUnnamed = bytes[index] == MessageBytes.colon
            return MalformedMessage(
                isUnnamed ? "header field without a name" : "character that no field name may hold",
                at: index
            )
        }
        return MalformedMessage(
            index == line.lowerBound ? "folded header field" : "blank in or after a field name",
            at: index
        )
    }
}
