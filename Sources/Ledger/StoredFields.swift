internal import Foundation

/// Fields and keys as the ledger keeps them: JSON, which people who look into it can read.
enum StoredFields {
    static func bytes(_ fields: [String: String]) -> Data {
        var json: [UInt8] = []
        write(fields.sorted { $0.key < $1.key }, "{", "}", to: &json) { field, json in
            write(field.key, to: &json)
            json.append(UInt8(ascii: ":"))
            write(field.value, to: &json)
        }
        return Data(json)
    }

    static func bytes(_ keys: [String]) -> Data {
        var json: [UInt8] = []
        write(keys, "[", "]", to: &json) { key, json in write(key, to: &json) }
        return Data(json)
    }

    static func fields(_ bytes: [UInt8]) -> [String: String] { decoded(bytes) ?? [:] }
    static func keys(_ bytes: [UInt8]) -> [String] { decoded(bytes) ?? [] }

    // By hand: an encoder, made for anything, took a third of the time in which a deployment is written.
    private static func write<Element>(
        _ elements: [Element],
        _ begin: Unicode.Scalar,
        _ end: Unicode.Scalar,
        to json: inout [UInt8],
        _ element: (Element, inout [UInt8]) -> Void
    ) {
        json.append(UInt8(ascii: begin))
        for (place, next) in elements.enumerated() {
            if place > 0 { json.append(UInt8(ascii: ",")) }
            element(next, &json)
        }
        json.append(UInt8(ascii: end))
    }

    /// A text as JSON has it: with nothing escaped but what has to be (RFC 8259, section 7).
    private static func write(_ text: String, to json: inout [UInt8]) {
        json.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                json.append(UInt8(ascii: "\\"))
                json.append(byte)
            case 0..<0x20:
                json += "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8
            default:
                json.append(byte)
            }
        }
        json.append(UInt8(ascii: "\""))
    }

    private static func decoded<Value: Decodable>(_ bytes: [UInt8]) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(bytes))
    }
}
