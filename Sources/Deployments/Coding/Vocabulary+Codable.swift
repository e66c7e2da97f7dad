// Each is written as the name that it has in a record; another name is an error.
extension Action: Codable {}
extension Outcome: Codable {}
extension Dataset: Codable {}
extension Route: Codable {}
extension Role: Codable {}
extension RecordDefect: Codable {}
extension Visibility: Codable {}
extension FirstSeen: Codable {}
extension HostNamespace: Codable {}

/// The number of microseconds.
extension Timestamp: Codable {
    /// - Throws: `DecodingError` for what is no 64-bit number.
    public init(from decoder: any Decoder) throws {
        self.init(microseconds: try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Writes the number.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(microseconds)
    }
}
