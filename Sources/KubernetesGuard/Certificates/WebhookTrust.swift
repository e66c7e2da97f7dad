package import Authority
internal import Foundation
internal import JSON
package import KubernetesAPI

/// Keeps the `caBundle` of a ValidatingWebhookConfiguration equal to the authorities that sign our certificates.
///
/// Of its webhooks only those are changed that call one of our names by `clientConfig.service`.
package struct WebhookTrust: TrustPublisher {
    private let client: APIClient
    private let configuration: String
    private let names: Set<ServiceName>

    package init(configuration: String, names: Set<ServiceName>, client: APIClient) {
        self.client = client
        self.configuration = configuration
        self.names = names
    }

    /// How often somebody else may change the configuration in between.
    private static let attempts = 4

    package func publish(_ bundle: TrustBundle) async throws(KeyringProblem) -> [String] {
        let wanted = Data(bundle.pem).base64EncodedString()
        for attempt in 1...Self.attempts {
            let webhooks = try await webhooks()
            guard !webhooks.isEmpty else {
                throw KeyringProblem(
                    "\(words): none of its webhooks calls a service of ours (\(names.sorted().map(\.description).joined(separator: ", "))); "
                        + "see --certificate-name"
                )
            }
            let others = webhooks.filter { $0.bundle != wanted }
            guard !others.isEmpty else { return [] }
            do throws(APIError) {
                _ = try await client.patch(
                    configuration,
                    of: .validatingWebhookConfigurations,
                    with: patch(others, wanted)
                )
                let named = others.map(\.name).joined(separator: ", ")
                return ["\(words): \(named) trusts \(bundle.authorities.map(\.fingerprint).joined(separator: ", "))"]
            } catch {
                // A test of the patch failed: what was read is there no more.
                if error.code == .conflict || error.code == .invalid, attempt < Self.attempts { continue }
                throw KeyringProblem(
                    "\(words): caBundle cannot be set: \(error)\(error.hint("patch", "validatingwebhookconfigurations"))"
                )
            }
        }
        return []
    }

    /// How long changes are left to gather, so that two who want different things do not drive each other on.
    private static let calm = Duration.seconds(1)

    /// Calls `heed` soon after the configuration changed, until the task is cancelled.
    ///
    /// Nothing is told where it may not be watched: then the upkeep's own looks have to do.
    package func watch(_ heed: @Sendable () -> Void) async {
        await Reflector(.validatingWebhookConfigurations, .named(configuration), at: client) { _ in true }.run {
            change in
            if case .failed = change { return }
            try? await Task.sleep(for: Self.calm)
            heed()
        }
    }

    private var words: String { "webhook configuration \(configuration)" }

    /// A webhook of the configuration that calls us.
    private struct Webhook {
        var position: Int
        var name: String
        /// In Base64.
        var bundle: String
        var resourceVersion: String
    }

    private func webhooks() async throws(KeyringProblem) -> [Webhook] {
        do throws(APIError) {
            let object = try await client.get(configuration, of: .validatingWebhookConfigurations)
            return try object.read(read)
        } catch {
            throw KeyringProblem(
                "\(words) cannot be read: \(error)\(error.hint("get", "validatingwebhookconfigurations"))"
            )
        }
    }

    private func read(_ configuration: JSONValue) -> [Webhook] {
        let resourceVersion = configuration["metadata"]?["resourceVersion"]?.string ?? ""
        guard let webhooks = configuration["webhooks"], webhooks.isArray else { return [] }
        var ours: [Webhook] = []
        for (position, webhook) in webhooks.elements.enumerated() {
            guard let service = webhook["clientConfig"]?["service"], let name = service["name"]?.string,
                let namespace = service["namespace"]?.string,
                names.contains(where: { $0.description == ServiceName.text(service: name, namespace: namespace) })
            else { continue }
            ours.append(
                Webhook(
                    position: position,
                    name: webhook["name"]?.string ?? "",
                    bundle: webhook["clientConfig"]?["caBundle"]?.string ?? "",
                    resourceVersion: resourceVersion
                )
            )
        }
        return ours
    }

    /// A patch (RFC 6902) that changes these webhooks, or nothing, where the configuration is another by now.
    private func patch(_ webhooks: [Webhook], _ bundle: String) -> Patch {
        var operations = webhooks.prefix(1).map { webhook in
            #"{"op":"test","path":"/metadata/resourceVersion","value":\#(JSONValue.quote(webhook.resourceVersion))}"#
        }
        for webhook in webhooks {
            let path = "/webhooks/\(webhook.position)/"
            operations += [
                #"{"op":"test","path":"\#(path)name","value":\#(JSONValue.quote(webhook.name))}"#,
                #"{"op":"add","path":"\#(path)clientConfig/caBundle","value":"\#(bundle)"}"#,
            ]
        }
        return .json("[" + operations.joined(separator: ",") + "]")
    }
}
