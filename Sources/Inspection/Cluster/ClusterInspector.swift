internal import Foundation
internal import JSON
package import KubernetesAPI
internal import NIOCore
package import Posture

/// Looks at a cluster through its API server: lists what checks read, and changes nothing.
package struct ClusterInspector: Sendable {
    private let client: APIClient
    /// Whether management applications are asked at their Services' addresses, which pods of the cluster alone reach.
    package var asksServices = false

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
        progress("what strangers are told")
        var cluster = reader.cluster(of: client.server.url)
        cluster.probes = await Self.strangersAnswers(client.server.url)
        if asksServices {
            progress("what applications tell strangers")
            cluster.serviceProbes = await ServiceInterview(cluster: cluster).probes()
        }
        return cluster
    }

    /// What a stranger may ask: the server's health and version, and whether it tells what is in the cluster.
    private static let questions = ["/version", "/livez", "/api", "/api/v1/namespaces/default/pods?limit=1"]

    /// What the server says to whom shows no credentials; nothing is confided to it, so that its certificate does not matter.
    private static func strangersAnswers(_ url: String) async -> [Probe] {
        guard let address = URLComponents(string: url), let host = address.host,
            let scheme = address.scheme.flatMap(Probe.Scheme.init)
        else { return [] }
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let path = address.path == "/" ? "" : address.path
        let found = try? await Prober.connected(patience: .seconds(5)) { prober in
            var answers: [Probe] = []
            for question in questions {
                let port = address.port ?? (scheme == .https ? 443 : 80)
                var answer = await prober.answer(to: Probe(name, port, scheme, "GET", path + question))
                // As they are asked of any API server, whatever stands before it.
                answer.path = question
                answers.append(answer)
            }
            return answers
        }
        return found ?? []
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
