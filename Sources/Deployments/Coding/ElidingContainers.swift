extension KeyedEncodingContainer {
    /// Writes `value` where it says anything.
    mutating func encode<Value: Encodable & Equatable>(_ value: Value, unless silent: Value, forKey key: Key) throws {
        if value != silent { try encode(value, forKey: key) }
    }
}

extension KeyedDecodingContainer {
    /// The list under `key`; empty where none was written.
    func list<Element: Decodable>(of type: Element.Type, forKey key: Key) throws -> [Element] {
        try decodeIfPresent([Element].self, forKey: key) ?? []
    }
}
