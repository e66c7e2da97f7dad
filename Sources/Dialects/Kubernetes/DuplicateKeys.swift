internal import JSON

extension JSONValue {
    /// Whether an object anywhere in the value has a key twice, so that two readers could see two things.
    ///
    /// Each object's members are walked once, however deep they nest.
    var hasDuplicateKeys: Bool {
        if isArray {
            for element in elements where element.isObject || element.isArray {
                if element.hasDuplicateKeys { return true }
            }
            return false
        }
        guard isObject else { return false }
        var keys = SeenKeys(of: self)
        for (key, value) in members {
            if !keys.insert(key) { return true }
            if value.isObject || value.isArray, value.hasDuplicateKeys { return true }
        }
        return false
    }

    /// The first key that this object itself has twice; nil where it has none.
    var duplicateKey: JSONText? {
        var keys = SeenKeys(of: self)
        for (key, _) in members where !keys.insert(key) { return key }
        return nil
    }
}

/// The keys of one object that were seen so far: a few are compared with each other, many by their hash.
private struct SeenKeys {
    private static let few = 16

    private let members: JSONMembers
    private var count = 0
    /// A bit for each key seen; one whose bit is not set is new, and needs no comparison.
    private var marks: UInt64 = 0
    private var hashes: Set<UInt64> = []

    init(of object: JSONValue) {
        members = object.members
    }

    /// Takes the next member's key; false where one before it is the same.
    mutating func insert(_ key: JSONText) -> Bool {
        defer { count += 1 }
        guard count < Self.few else { return insertAmongMany(key) }
        let mark = Self.mark(key)
        defer { marks |= mark }
        guard marks & mark != 0 else { return true }
        var rest = members
        for _ in 0..<count {
            if let other = rest.next(), other.key == key { return false }
        }
        return true
    }

    private mutating func insertAmongMany(_ key: JSONText) -> Bool {
        if hashes.isEmpty {
            for member in members.prefix(count) { hashes.insert(Self.hash(member.key)) }
        }
        return hashes.insert(Self.hash(key)).inserted
    }

    private static func mark(_ key: JSONText) -> UInt64 {
        guard key.count > 0 else { return 1 }
        let ends = UInt64(key[0]) &* 5 ^ UInt64(key[key.count / 2]) &* 11 ^ UInt64(key[key.count - 1])
        return 1 << ((ends ^ UInt64(key.count) &* 7) & 63)
    }

    private static func hash(_ key: JSONText) -> UInt64 {
        var hash = TextHash()
        hash.combine(key)
        return hash.value
    }
}
