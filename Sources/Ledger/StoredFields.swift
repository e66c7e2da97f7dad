internal import Foundation

/// Fields and keys as the ledger keeps them: JSON, which people who look into it can read.
enum StoredFields {
    static func bytes(_ fields: [String: String]) -> Data { encoded(fields) }
    static func bytes(_ keys: [String]) -> Data { encoded(keys) }

    static func fields(_ bytes: [UInt8]) -> [String: String] { decoded(bytes) ?? [:] }
    static func keys(_ bytes: [UInt8]) -> [String] { decoded(bytes) ?? [] }

    private static func encoded(_ value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts and nothing else: there is nothing that could not be written.
        return (try? encoder.encode(value)) ?? Data()
    }

    private static func decoded<Value: Decodable>(_ bytes: [UInt8]) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(bytes))
    }
}
