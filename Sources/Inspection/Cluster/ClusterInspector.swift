internal import JSON
package import KubernetesAPI
package import Posture

/// Looks at a cluster through its API server: lists what checks read, and changes nothing.
package struct ClusterInspector: Sendable {
    private let client: APIClient

    package init(_ client: APIClient) { self.client = client }

    /// What the account may read; the rest says why it is not.
    ///
    /// - Parameter progress: called with what is read next.
    package func evidence(progress: @Sendable (String) -> Void = { _ in }) async -> ClusterEvidence {
        var reader = ClusterReader()
        for kind in ClusterKind.all {
            progress(kind.resource)
            let resource = Self.resource(kind)
            do throws(APIError) {
                let listing = try await client.list(resource) { Document($0) }
                reader.add(listing.values.map { Self.withoutSecrets($0, kind) }, of: kind, from: client.server.url)
            } catch {
                // What the server does not know there is none of.
                if error.code == .notFound, kind.isExtension {
                    reader.add([], of: kind, from: client.server.url)
                } else {
                    reader.miss(kind.kind, error.description, from: client.server.url)
                }
            }
        }
        return reader.cluster(of: client.server.url)
    }

    private static func resource(_ kind: ClusterKind) -> Resource {
        let parts = kind.apiVersion.split(separator: "/").map(String.init)
        return parts.count == 2
            ? Resource(group: parts[0], version: parts[1], kind.resource)
            : Resource(version: kind.apiVersion, kind.resource)
    }

    /// A secret's values are nobody's business; its type and its account are.
    static func withoutSecrets(_ object: Document, _ kind: ClusterKind) -> Document {
        guard kind.kind == "Secret" else { return object }
        return object.removing(["data"]).removing(["stringData"])
            .removing(["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"])
    }
}
