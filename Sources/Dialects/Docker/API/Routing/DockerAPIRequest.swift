/// One request to a Docker Engine API as the daemon's router takes it, read once and without doubt.
///
/// Docker Engine API, paths as moby's `api/server/router` registers them.
package struct DockerAPIRequest: Sendable, Equatable {
    package var method: String
    /// The endpoint that the daemon's router chooses.
    package var endpoint: DockerEndpoint
    /// The version prefix, in its plain spelling (`1.41`); nil for none.
    package var version: APIVersion?
    /// What stands in the path's variable, decoded: a container's name or id, an image's name.
    package var name: String?
    /// What stands in the path's second variable, where it has one: a checkpoint, a manifest's destination.
    package var secondName: String?
    /// The query's pairs, decoded, in order.
    ///
    /// Forms are refused, so that there are no others.
    package var query: [QueryItem]

    package init(
        method: String,
        endpoint: DockerEndpoint,
        version: APIVersion? = nil,
        name: String? = nil,
        secondName: String? = nil,
        query: [QueryItem] = []
    ) {
        self.method = method
        self.endpoint = endpoint
        self.version = version
        self.name = name
        self.secondName = secondName
        self.query = query
    }

    /// The first value of a query parameter, the one that the daemon takes.
    package func value(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// A boolean parameter, as moby's `httputils.BoolValue` reads it: anything but empty, `0`, `no`, `false` and `none`
    /// is true.
    package func flag(_ name: String) -> Bool {
        guard let value = value(name)?.lowercased().trimmingBlanks() else { return false }
        return !["", "0", "no", "false", "none"].contains(value)
    }
}

/// One pair of a query or a form.
package struct QueryItem: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// An API version: `1.41`; Podman's own have three parts.
package struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var major: Int
    package var minor: Int
    package var patch: Int

    package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    package var description: String { patch == 0 ? "\(major).\(minor)" : "\(major).\(minor).\(patch)" }

    package static func < (left: APIVersion, right: APIVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}

extension String {
    fileprivate func trimmingBlanks() -> String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
