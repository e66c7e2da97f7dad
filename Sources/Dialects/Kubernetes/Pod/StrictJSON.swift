internal import JSON

/// A field that has not the type that Kubernetes gives it: the API server refuses such an object, and so do we.
package struct PodReadingError: Error, Equatable, CustomStringConvertible {
    /// Where it stands: `spec.containers[0].securityContext.privileged`.
    package var path: String
    /// What is wrong: `a boolean is needed, not a string`.
    package var problem: String

    package var description: String { "\(path): \(problem)" }
}

/// Values of the types that Kubernetes declares, read as its JSON decoder reads them: `null` is a field left out, and
/// any other type is an error.
///
/// A key twice in one object is an error too: whether the last wins or both are merged depends on who reads.
/// Source: https://github.com/kubernetes-sigs/json.
enum StrictJSON {
    typealias Failure = PodReadingError

    static func bool(_ value: JSONValue, _ path: @autoclosure () -> String) throws(Failure) -> Bool? {
        if value.isNull { return nil }
        guard let flag = value.bool else { throw wrong(value, path(), "a boolean") }
        return flag
    }

    static func string(_ value: JSONValue, _ path: @autoclosure () -> String) throws(Failure) -> String? {
        if value.isNull { return nil }
        guard let text = value.string else { throw wrong(value, path(), "a string") }
        return text
    }

    static func int64(_ value: JSONValue, _ path: @autoclosure () -> String) throws(Failure) -> Int64? {
        if value.isNull { return nil }
        guard let number = value.integer else { throw wrong(value, path(), "a whole number of 64 bits") }
        return number
    }

    static func int32(_ value: JSONValue, _ path: @autoclosure () -> String) throws(Failure) -> Int32? {
        if value.isNull { return nil }
        guard let number = value.integer.flatMap({ Int32(exactly: $0) }) else {
            throw wrong(value, path(), "a whole number of 32 bits")
        }
        return number
    }

    /// The members of an object; none for null.
    static func members(
        _ value: JSONValue,
        _ path: @autoclosure () -> String
    ) throws(Failure) -> JSONMembers {
        guard value.isObject || value.isNull else { throw wrong(value, path(), "an object") }
        if let key = value.duplicateKey {
            throw Failure(path: join(path(), String(key)), problem: "the key stands twice; remove one of them")
        }
        return value.members
    }

    /// The elements of a list; none for null.
    static func elements(
        _ value: JSONValue,
        _ path: @autoclosure () -> String
    ) throws(Failure) -> JSONElements {
        guard value.isArray || value.isNull else { throw wrong(value, path(), "a list") }
        return value.elements
    }

    /// The strings of a list; null in it is an empty one.
    static func strings(_ value: JSONValue, _ path: @autoclosure () -> String) throws(Failure) -> [String] {
        var strings: [String] = []
        for (index, element) in try elements(value, path()).enumerated() {
            strings.append(try string(element, "\(path())[\(index)]") ?? "")
        }
        return strings
    }

    static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private static func wrong(_ value: JSONValue, _ path: String, _ wanted: String) -> Failure {
        let found =
            switch value.kind {
            case .object: "an object"
            case .array: "a list"
            case .string: "a string"
            case .integer, .unsigned, .double: "the number that stands there"
            case .boolean: "a boolean"
            case .null: "null"
            }
        return Failure(path: path, problem: "\(wanted) is needed, not \(found)")
    }
}
