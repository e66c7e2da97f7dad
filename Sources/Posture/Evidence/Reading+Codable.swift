/// As an object of one member: `{"known": …}`, `{"unreadable": "why"}` or `{"absent": true}`.
private enum ReadingKey: String, CodingKey {
    case absent, known, unreadable
}

extension Reading: Encodable where Value: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: ReadingKey.self)
        switch self {
        case .absent: try container.encode(true, forKey: .absent)
        case .known(let value): try container.encode(value, forKey: .known)
        case .unreadable(let reason): try container.encode(reason, forKey: .unreadable)
        }
    }
}

extension Reading: Decodable where Value: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: ReadingKey.self)
        if container.contains(.known) {
            self = .known(try container.decode(Value.self, forKey: .known))
        } else if let reason = try container.decodeIfPresent(String.self, forKey: .unreadable) {
            self = .unreadable(reason)
        } else if try container.decode(Bool.self, forKey: .absent) {
            self = .absent
        } else {
            throw DecodingError.dataCorruptedError(
                forKey: .absent,
                in: container,
                debugDescription: "neither known nor absent"
            )
        }
    }
}
