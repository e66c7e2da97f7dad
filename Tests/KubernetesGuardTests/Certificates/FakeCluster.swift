import Authority
import Foundation
import KubernetesAPI
import KubernetesAPITesting
import KubernetesGuard
import Synchronization

/// A fake API server with a webhook configuration, for replicas that keep their certificates in it.
final class FakeCluster: Sendable {
    static let secretPath = "/api/v1/namespaces/security/secrets/tidewaiter-tls"
    static let configurationPath =
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/tidewaiter"

    let fake: FakeAPIServer
    let names: Set<ServiceName>
    private let folder = NSTemporaryDirectory() + "cluster-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        fake = try FakeAPIServer(in: folder)
        names = [try ServiceName("tidewaiter.security.svc")]
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Registers webhooks, each by its name and `clientConfig`.
    func register(_ webhooks: [(name: String, client: String)]) throws {
        let list = webhooks.map { #"{"name":"\#($0.name)","clientConfig":\#($0.client),"sideEffects":"None"}"# }
        try fake.put(
            #"{"kind":"ValidatingWebhookConfiguration","metadata":{"name":"tidewaiter"},"webhooks":[\#(list.joined(separator: ","))]}"#,
            at: Self.configurationPath
        )
    }

    static func service(_ name: String, _ namespace: String = "security") -> String {
        #"{"service":{"name":"\#(name)","namespace":"\#(namespace)","path":"/validate"}}"#
    }

    /// Lends a client of the API server.
    func connected<Result>(_ body: (APIClient) async throws -> Result) async throws -> Result {
        let server = try APIServer(url: fake.url, tokenFile: fake.tokenFile, authorityFile: fake.authorityFile)
        return try await APIClient.connected(to: server, body)
    }

    func keeper(_ client: APIClient, _ lifetimes: Lifetimes = Lifetimes()) throws -> KeyringKeeper<KeyringSecret> {
        KeyringKeeper(
            KeyringSecret(try NamespacedName(parsing: "security/tidewaiter-tls"), client: client),
            publisher: WebhookTrust(configuration: "tidewaiter", names: names, client: client),
            names: names,
            lifetimes: lifetimes
        )
    }

    // MARK: What is stored

    /// The values of the Secret; nil where there is none.
    var values: [String: [UInt8]]? {
        guard case .map(let data)? = fake.object(at: Self.secretPath)?["data"] else { return nil }
        return data.compactMapValues { $0.text.flatMap { Data(base64Encoded: $0) }.map(Array.init) }
    }

    /// The `caBundle` of each webhook, in PEM; empty where there is none.
    var bundles: [[UInt8]] {
        guard case .list(let webhooks)? = fake.object(at: Self.configurationPath)?["webhooks"] else { return [] }
        return webhooks.map {
            $0["clientConfig"]?["caBundle"]?.text.flatMap { Data(base64Encoded: $0) }.map(Array.init) ?? []
        }
    }

    /// How often a replica looked at the configuration, the last that it does at each look.
    var looks: Int { fake.requests.count { $0 == "GET \(Self.configurationPath)" } }

    var version: String? { fake.object(at: Self.configurationPath)?["metadata"]?["resourceVersion"]?.text }

    /// Changes the Secret as a person with kubectl does.
    func edit(_ change: (inout Tree) -> Void) throws {
        guard var secret = fake.object(at: Self.secretPath) else { return }
        change(&secret)
        try fake.put(secret.json, at: Self.secretPath)
    }
}

/// What was said.
final class Said: Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }
    func say(_ line: String) { kept.withLock { $0.append(line) } }

    /// Waits until a line holds that text; whether one came.
    func waits(for text: String) async -> Bool {
        for _ in 0..<1_000 where !lines.contains(where: { $0.contains(text) }) {
            try? await Task.sleep(for: .milliseconds(10))
        }
        return lines.contains { $0.contains(text) }
    }
}
