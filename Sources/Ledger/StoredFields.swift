internal import Foundation

/// Fields and keys as the ledger keeps them: JSON, which people who look into it can read.
enum StoredFields {
    static func bytes(_ fields: [String: String]) -> Data {
        var text: [UInt8] = [UInt8(ascii: "{")]
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            quote(name, &text)
            text.append(UInt8(ascii: ":"))
            quote(value, &text)
        }
        text.append(UInt8(ascii: "}"))
        return Data(text)
    }

    static func bytes(_ keys: [String]) -> Data {
        var text: [UInt8] = [UInt8(ascii: "[")]
        for key in keys {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            quote(key, &text)
        }
        text.append(UInt8(ascii: "]"))
        return Data(text)
    }

    static func fields(_ bytes: [UInt8]) -> [String: String] { decoded(bytes) ?? [:] }
    static func keys(_ bytes: [UInt8]) -> [String] { decoded(bytes) ?? [] }

    /// Straight into the bytes of the row, where Foundation's encoder builds objects first.
    private static func quote(_ text: String, _ bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<32:
                let digits = String(byte, radix: 16)
                bytes += "\\u00\(byte < 16 ? "0" : "")\(digits)".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func decoded<Value: Decodable>(_ bytes: [UInt8]) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(bytes))
    }
}
