internal import Deployments
internal import JSON
internal import KubernetesAPI

/// An object of a cluster, as far as it has to be known to tell whether it was changed.
struct SeenObject: Sendable {
    let key: ObjectKey
    /// Another object of the same name has another.
    let uid: String
    /// What tells one state of its spec from another, in this process.
    let spec: Int
    let version: String
    /// When it was made, in seconds since 1970.
    let created: Int64
    /// When anything but its status was written last, in seconds since 1970; nil where that is not told.
    let written: Int64?
    /// Whether it is left out, being made of another object that is told.
    let isMade: Bool

    /// - Returns: nil for what has no name, or no uid.
    init?(_ object: JSONValue, of resource: WatchedResource) {
        guard let key = ObjectKey(of: object), let metadata = object["metadata"], let uid = metadata["uid"]?.string
        else {
            return nil
        }
        self.key = key
        self.uid = uid
        spec = Self.hash(object["spec"])
        version = metadata["resourceVersion"]?.string ?? ""
        created = Self.seconds(metadata["creationTimestamp"]) ?? 0
        written = Self.written(metadata["managedFields"])
        isMade = resource.madeBy.map { Self.isOwned(metadata, by: $0) } ?? false
    }

    private static func hash(_ spec: JSONValue?) -> Int {
        var hasher = Hasher()
        hasher.combine(spec?.jsonText)
        return hasher.finalize()
    }

    /// The newest entry that is none of a status, a binding or a scale (meta/v1, ManagedFieldsEntry).
    private static func written(_ entries: JSONValue?) -> Int64? {
        var newest: Int64?
        for entry in entries.map({ Array($0.elements.prefix(256)) }) ?? [] {
            let part = entry["subresource"]?.string ?? ""
            guard part.isEmpty || part == "ephemeralcontainers", let time = seconds(entry["time"]) else { continue }
            newest = max(newest ?? time, time)
        }
        return newest
    }

    private static func isOwned(_ metadata: JSONValue, by kind: String) -> Bool {
        metadata["ownerReferences"]?.elements.contains {
            $0["controller"]?.bool == true && $0["kind"]?.string == kind
        } ?? false
    }

    private static func seconds(_ value: JSONValue?) -> Int64? {
        value?.string.flatMap { Timestamp(rfc3339: Array($0.utf8)) }.map { $0.microseconds / 1_000_000 }
    }
}

extension SeenObject {
    /// A watch's event as a record, without what says nothing of containers: status, and which fields who manages.
    static func record(_ type: String, _ object: JSONValue, of resource: WatchedResource) -> [UInt8] {
        var members: [String] = []
        // Objects in a list do not name their kind.
        if object["kind"] == nil { members.append(#""kind":\#(JSONValue.quote(resource.kind))"#) }
        if object["apiVersion"] == nil { members.append(#""apiVersion":\#(JSONValue.quote(resource.apiVersion))"#) }
        for (key, value) in object.members where !(key == "status") {
            let text = key == "metadata" ? slim(metadata: value) : value.jsonText
            members.append("\(JSONValue.quote(String(key))):\(text)")
        }
        return Array(#"{"type":"\#(type)","object":{\#(members.joined(separator: ","))}}"#.utf8)
    }

    private static func slim(metadata: JSONValue) -> String {
        let members = metadata.members.map { key, value -> String in
            let text =
                switch key {
                case _ where key == "managedFields":
                    "[\(value.elements.map { object($0) { $0 == "fieldsV1" } }.joined(separator: ","))]"
                // The whole object once more.
                case _ where key == "annotations":
                    object(value) { $0 == "kubectl.kubernetes.io/last-applied-configuration" }
                default: value.jsonText
                }
            return "\(JSONValue.quote(String(key))):\(text)"
        }
        return "{\(members.joined(separator: ","))}"
    }

    private static func object(_ value: JSONValue, without isLeftOut: (JSONText) -> Bool) -> String {
        let members = value.members.filter { !isLeftOut($0.key) }
            .map { "\(JSONValue.quote(String($0.key))):\($0.value.jsonText)" }
        return "{\(members.joined(separator: ","))}"
    }
}
