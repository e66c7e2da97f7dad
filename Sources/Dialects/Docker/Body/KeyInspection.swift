internal import Deployments
internal import JSON

/// Looks for what is odd about the keys of an object and of those within it.
struct KeyInspection {
    private(set) var defects: Set<RecordDefect> = []
    /// The hashes of the keys of the object that is looked at.
    private var hashes: [UInt64] = []

    /// Fields whose keys are anybody's words, so that two in different cases are two.
    private static let maps: [StaticString] = [
        "labels", "options", "driveropts", "sysctls", "exposedports", "volumes", "portbindings", "endpointsconfig",
        "config", "storageopt", "tmpfs", "annotations", "env", "secret_env", "unified",
    ]

    /// - Parameter pieces: the pieces of one object, which count as one.
    mutating func take(_ pieces: [JSONValue], isMap: Bool, depth: Int) {
        guard depth < 12 else { return }
        hashes.removeAll(keepingCapacity: true)
        for piece in pieces {
            for (key, _) in piece.members {
                hashes.append(isMap ? Self.exactHash(key) : GoFolding.hash(key))
                if !isMap, GoFolding.isFolded(key) { defects.insert(.foldedKeys) }
            }
        }
        let isRepeated = Self.isRepeated(&hashes)
        if isRepeated { defects.insert(.duplicateKeys) }
        for piece in pieces {
            for (key, value) in piece.members {
                if value.isArray {
                    for element in value.elements.prefix(1_024) where element.isObject {
                        take([element], isMap: false, depth: depth + 1)
                    }
                } else if value.isObject, !isRepeated {
                    take([value], isMap: !isMap && Self.isMap(key), depth: depth + 1)
                }
            }
        }
        if isRepeated { takeMerged(pieces, isMap: isMap, depth: depth) }
    }

    /// Takes the objects within, those under one key as one.
    private mutating func takeMerged(_ pieces: [JSONValue], isMap: Bool, depth: Int) {
        var groups: [UInt64: (isMap: Bool, pieces: [JSONValue])] = [:]
        for piece in pieces {
            for (key, value) in piece.members where value.isObject {
                let hash = isMap ? Self.exactHash(key) : GoFolding.hash(key)
                groups[hash, default: (!isMap && Self.isMap(key), [])].pieces.append(value)
            }
        }
        for group in groups.values { take(group.pieces, isMap: group.isMap, depth: depth + 1) }
    }

    private static func isMap(_ key: JSONText) -> Bool {
        maps.contains { GoFolding.isSame(key, $0) }
    }

    private static func isRepeated(_ hashes: inout [UInt64]) -> Bool {
        guard hashes.count <= 48 else {
            hashes.sort()
            return zip(hashes, hashes.dropFirst()).contains(where: ==)
        }
        // Few are compared with each other faster than they are sorted.
        var isRepeated = false
        for index in hashes.indices.dropFirst() {
            let hash = hashes[index]
            for other in 0..<index { isRepeated = isRepeated || hashes[other] == hash }
        }
        return isRepeated
    }

    private static func exactHash(_ key: JSONText) -> UInt64 {
        var hash = TextHash()
        hash.combine(key)
        return hash.value
    }
}
