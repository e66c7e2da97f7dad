internal import Foundation

/// How a dialect's state is written: JSON with its keys in order, behind the dialect's name and the form's version.
///
/// JSON since it is bounded in depth, has one spelling for one state, and can be looked at; what is large, the hashes
/// and the bytes of half a line, is packed (``PackedNumbers``).
enum MemoryForm {
    /// Raised whenever the state of any dialect is written in another way; an older one is then read again from logs.
    static let version = 1
    /// No state is as large; a program that is given more does not start to read it.
    static let maximumBytes = 256 << 20

    private struct Written<State: Encodable>: Encodable {
        var dialect: String
        var version: Int
        var state: State
    }

    private struct Head: Decodable {
        var dialect: String
        var version: Int
    }

    private struct Body<State: Decodable>: Decodable {
        var state: State
    }

    static func bytes(
        of state: some Encodable,
        dialect: String
    ) throws(DialectMemoryError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do {
            data = try encoder.encode(Written(dialect: dialect, version: version, state: state))
        } catch {
            throw DialectMemoryError("the state of \(dialect) cannot be written: \(place(of: error))")
        }
        guard data.count <= maximumBytes else {
            throw DialectMemoryError("the state of \(dialect) is larger than \(maximumBytes) bytes")
        }
        return Array(data)
    }

    static func state<State: Decodable>(
        _ type: State.Type,
        from memory: [UInt8],
        dialect: String
    ) throws(DialectMemoryError) -> State {
        guard memory.count <= maximumBytes else {
            throw DialectMemoryError("the state of \(dialect) is larger than \(maximumBytes) bytes")
        }
        let data = Data(memory)
        do {
            // The head by itself: of another version nothing else need be as it is here.
            let head = try JSONDecoder().decode(Head.self, from: data)
            guard head.dialect == dialect else {
                throw DialectMemoryError("the state is another dialect's, not that of \(dialect)")
            }
            guard head.version == version else {
                throw DialectMemoryError("version \(head.version) of \(dialect)'s state is not known, only \(version)")
            }
            return try JSONDecoder().decode(Body<State>.self, from: data).state
        } catch let error as DialectMemoryError {
            throw error
        } catch {
            throw DialectMemoryError("the state of \(dialect) cannot be read: \(place(of: error))")
        }
    }

    /// Where a state is wrong, without what stands there: it holds what containers were given.
    private static func place(of error: any Error) -> String {
        func path(_ context: DecodingError.Context) -> String {
            let names = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
            return names.isEmpty ? "it" : names.joined(separator: ".")
        }
        return switch error {
        case DecodingError.keyNotFound(let key, let context): "\(path(context)) has no \(key.stringValue)"
        case DecodingError.typeMismatch(_, let context): "\(path(context)) is of another type"
        case DecodingError.valueNotFound(_, let context): "\(path(context)) has no value"
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\(path(context)) has a value that is not known"
        default: "it is no JSON of its form"
        }
    }
}

extension KeyedDecodingContainer {
    /// The value under `key`, which `isSound` is true of.
    ///
    /// - Throws: `DecodingError` for another: a state is only taken up where nothing that is done with it can fail.
    func decode<Value: Decodable>(
        _ type: Value.Type,
        forKey key: Key,
        where isSound: (Value) -> Bool
    ) throws -> Value {
        let value = try decode(type, forKey: key)
        guard isSound(value) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "out of bounds")
        }
        return value
    }

    /// A count, which is added to.
    func count(forKey key: Key, upTo limit: Int = 1 << 60) throws -> Int {
        try decode(Int.self, forKey: key) { (0...limit).contains($0) }
    }
}
