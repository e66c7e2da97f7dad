internal import JSON

/// An object as it stands before it is changed.
enum StandingObject {
    /// Whether a search finds the same containers in both: all that it reads is written alike, but for what an object
    /// says of itself and not of what runs.
    ///
    /// A shortcut for the updates that controllers make all day: false where the search itself has to tell.
    static func isSearched(_ object: JSONValue, like old: JSONValue) -> Bool {
        isWritten(object, like: old) { key, new, standing in
            switch key.count {
            case 4 where key == "spec": isSpecification(new, like: standing)
            // No template is looked for in there.
            case 6 where key == "status": true
            case 8 where key == "metadata": isMetadata(new, like: standing)
            default: new.isWritten(like: standing)
            }
        }
    }

    private static func isSpecification(_ new: JSONValue, like standing: JSONValue) -> Bool {
        guard new.isObject, standing.isObject else { return new.isWritten(like: standing) }
        return isWritten(new, like: standing) { key, new, standing in
            // How many copies run is nothing that a container is known by.
            key == "replicas" && new.integer != nil && standing.integer != nil || new.isWritten(like: standing)
        }
    }

    /// What records tell of an object's metadata, its labels and its owner aside.
    private static func isMetadata(_ new: JSONValue, like standing: JSONValue) -> Bool {
        guard new.isObject, standing.isObject else { return new.isWritten(like: standing) }
        return isSame(new["name"], standing["name"]) && isSame(new["namespace"], standing["namespace"])
            && isSame(new["generateName"], standing["generateName"])
            && isSame(new["annotations"], standing["annotations"])
    }

    private static func isSame(_ new: JSONValue?, _ standing: JSONValue?) -> Bool {
        guard let new, let standing else { return new == nil && standing == nil }
        return new.isWritten(like: standing)
    }

    /// Whether both have the same members in the same order, each of them alike.
    private static func isWritten(
        _ new: JSONValue,
        like standing: JSONValue,
        _ isAlike: (JSONText, JSONValue, JSONValue) -> Bool
    ) -> Bool {
        var members = new.members
        var others = standing.members
        while true {
            guard let (key, value) = members.next() else { return others.next() == nil }
            guard let (otherKey, other) = others.next(), key == otherKey, isAlike(key, value, other) else {
                return false
            }
        }
    }
}
