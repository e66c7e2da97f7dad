internal import JSON

/// Where to go on in the changes of a resource.
struct ClusterCursor: Sendable, Equatable {
    /// `resourceVersion` of the last change, or of the list.
    var version: String
    /// When that was handed on, in seconds since 1970: what is older was told, should the version be forgotten.
    var time: Int64

    /// As text: `{"version":"…","time":…}`.
    var text: String { #"{"version":\#(JSONValue.quote(version)),"time":\#(time)}"# }

    init(version: String, time: Int64) {
        self.version = version
        self.time = time
    }

    /// - Returns: nil for what no cursor wrote.
    init?(_ text: String) {
        let read = try? JSONParser(maximumBytes: 1 << 16).withDocument(text) { value -> ClusterCursor? in
            guard let version = value["version"]?.string, !version.isEmpty, let time = value["time"]?.integer else {
                return nil
            }
            return ClusterCursor(version: version, time: time)
        }
        guard let cursor = read ?? nil else { return nil }
        self = cursor
    }
}
