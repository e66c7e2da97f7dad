import Foundation
import KubernetesAPITesting

/// The API server of a cluster with a webhook configuration, for webhooks that keep their certificate in it.
struct CertificateCluster {
    static let secretPath = "/api/v1/namespaces/security/secrets/tidewaiter-tls"
    static let configurationPath = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/tidewaiter"
    static let name = "tidewaiter.security.svc"

    let fake: FakeAPIServer
    let folder: Folder

    init() throws {
        folder = try Folder()
        fake = try FakeAPIServer(in: folder.url.path)
    }

    func register() throws {
        try fake.put(
            """
            {"kind":"ValidatingWebhookConfiguration","metadata":{"name":"tidewaiter"},"webhooks":[{"name":"validate.example",\
            "clientConfig":{"service":{"namespace":"security","name":"tidewaiter","path":"/validate"}}}]}
            """,
            at: Self.configurationPath
        )
    }

    /// The authorities that the API server trusts, in PEM.
    var bundle: String? {
        guard case .list(let webhooks)? = fake.object(at: Self.configurationPath)?["webhooks"] else { return nil }
        return Self.decoded(webhooks.first?["clientConfig"]?["caBundle"])
    }

    /// A value of the Secret.
    func value(_ key: String) -> String? { Self.decoded(fake.object(at: Self.secretPath)?["data"]?[key]) }

    /// Empties the certificate and its key in the Secret, as a person with kubectl does.
    func emptyCertificate() throws {
        guard var secret = fake.object(at: Self.secretPath) else { return }
        for key in ["tls.crt", "tls.key"] { secret["data"]?[key] = .text("") }
        try fake.put(secret.json, at: Self.secretPath)
    }

    private static func decoded(_ value: Tree?) -> String? {
        value?.text.flatMap { $0.isEmpty ? nil : Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A replica of the webhook that makes its own certificate.
struct RunningReplica {
    private let program: RunningProgram
    private let cluster: CertificateCluster
    private let port = Int.random(in: 20_000..<30_000)
    let folder: Folder

    init(_ cluster: CertificateCluster) throws {
        self.cluster = cluster
        folder = try Folder()
        let review = #"""
            {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u1","kind":{"group":"",
            "version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"operation":"CREATE",
            "name":"web","namespace":"shop","userInfo":{"username":"bob"},"object":{"kind":"Pod","apiVersion":"v1",
            "metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"nginx:1.27"}]}},"oldObject":null,
            "dryRun":false}}
            """#
        try folder.write(review, as: "review.json")
        program = try RunningProgram(
            [
                "guard", "kubernetes", "--listen", "tcp://127.0.0.1:\(port)", "--certificate-secret",
                "security/tidewaiter-tls", "--webhook-configuration", "tidewaiter", "--api-server", cluster.fake.url,
                "--api-token-file", cluster.fake.tokenFile, "--api-ca", cluster.fake.authorityFile,
                "--decisions", folder.path("decisions"),
            ],
            in: folder
        )
    }

    /// Begins to send that many reviews on one connection, by a client that trusts what the API server trusts now.
    func review(times: Int, each second: Int = 10_000) throws -> Reviews {
        try Reviews(
            "https://\(CertificateCluster.name):\(port)/validate?timeout=10s&n=[1-\(times)]",
            trusting: cluster.bundle ?? "",
            body: folder.path("review.json"),
            options: ["--resolve", "\(CertificateCluster.name):\(port):127.0.0.1", "--rate", "\(second * 60)/m"]
        )
    }

    var messages: String { program.messages }
    func signal(_ number: Int32) { program.signal(number) }
    func end() -> Int32 { program.end() }
    func says(_ text: String) -> Bool { program.says(text) }
}

/// Reviews that curl sends one after another.
final class Reviews {
    private let folder: Folder
    private let process = Process()

    init(_ url: String, trusting bundle: String, body: String, options: [String]) throws {
        folder = try Folder()
        try folder.write(bundle, as: "ca.pem")
        for name in ["answers", "errors"] { try folder.write([], as: name) }
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["curl", "-sS", "--fail-early", "--cacert", folder.path("ca.pem"), "--data-binary", "@\(body)"]
            + ["-H", "Content-Type: application/json"] + options + [url]
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: folder.path("answers")))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: folder.path("errors")))
        try process.run()
    }

    /// How many were admitted, once all were sent, and what went wrong.
    func end() throws -> (admitted: Int, errors: String) {
        process.waitUntilExit()
        let answers = try String(contentsOfFile: folder.path("answers"), encoding: .utf8)
        let errors = try String(contentsOfFile: folder.path("errors"), encoding: .utf8)
        return (answers.components(separatedBy: #""allowed":true"#).count - 1, errors)
    }

    var isRunning: Bool { process.isRunning }
}
