import Foundation
import Testing

/// A cluster's API server with its store, and nothing else of a cluster: no node, no scheduler, no controller.
///
/// The programs are found as controller-runtime's envtest finds them, which also downloads them for whoever has none:
/// `kube-apiserver` and `etcd` in the folder that `KUBEBUILDER_ASSETS` names.
struct RunningAPIServer {
    static let programs = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"].map { URL(filePath: $0) }

    static var isPossible: Bool {
        guard let programs else { return false }
        return ["kube-apiserver", "etcd"].allSatisfy {
            FileManager.default.isExecutableFile(atPath: programs.appending(path: $0).path)
        }
    }

    let folder: Folder
    private let port = Int.random(in: 20_000..<30_000)
    private let store: RunningProgram
    private let server: RunningProgram

    /// - Parameter plugin: an admission plugin of the server's own that does not judge, besides that of accounts.
    init(without plugin: String? = nil) throws {
        folder = try Folder()
        let authority = try TestAuthority(in: folder)
        try authority.makeCertificate()
        try authority.makeCertificate(as: "admin", subject: "/O=system:masters/CN=admin")
        try folder.write(
            "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n",
            as: "audit.yml"
        )
        let programs = try #require(Self.programs)
        let store = "http://127.0.0.1:\(Int.random(in: 30_000..<32_000))"
        let peer = "http://127.0.0.1:\(Int.random(in: 18_000..<20_000))"
        self.store = try RunningProgram(
            [
                "--data-dir", folder.path("etcd"), "--listen-client-urls", store, "--advertise-client-urls", store,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster",
                "default=\(peer)", "--unsafe-no-fsync",
            ],
            of: programs.appending(path: "etcd"),
            in: try Folder()
        )
        server = try RunningProgram(
            [
                "--etcd-servers=\(store)", "--bind-address=127.0.0.1", "--secure-port=\(port)",
                "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none", "--authorization-mode=RBAC",
                "--tls-cert-file=\(folder.path("server.pem"))", "--tls-private-key-file=\(folder.path("server.key"))",
                "--client-ca-file=\(folder.path("ca.pem"))", "--cert-dir=\(folder.path("own"))",
                // Any pair will do for tokens that nobody uses; no controller makes accounts for pods.
                "--service-account-key-file=\(folder.path("server.pem"))",
                "--service-account-signing-key-file=\(folder.path("server.key"))",
                "--service-account-issuer=https://localhost",
                "--disable-admission-plugins=\(["ServiceAccount", plugin].compactMap(\.self).joined(separator: ","))",
                "--service-cluster-ip-range=10.96.0.0/16", "--allow-privileged=true",
                "--audit-policy-file=\(folder.path("audit.yml"))", "--audit-log-path=\(folder.path("audit.log"))",
            ],
            of: programs.appending(path: "kube-apiserver"),
            in: folder
        )
        try #require(isReady, "\(server.messages.suffix(2_000))")
    }

    private var isReady: Bool {
        for _ in 0..<300 where server.isRunning {
            if let answer = try? send("GET", "/readyz"), answer.status == 200 { return true }
            usleep(200_000)
        }
        return false
    }

    /// What the API server answers.
    struct Answer {
        var status: Int
        var object: [String: Any]
        var warnings: [String]
        var message: String { object["message"] as? String ?? "" }
    }

    /// Sends a request as the cluster's administrator.
    @discardableResult
    func send(
        _ method: String,
        _ path: String,
        _ body: [String: Any]? = nil,
        type: String = "application/json"
    ) throws -> Answer {
        var arguments = ["-sS", "-X", method, "-D", "head", "-o", "body", "-w", "%{http_code}", "--globoff"]
        arguments += ["--cacert", "ca.pem", "--cert", "admin.pem", "--key", "admin.key"]
        try folder.write([], as: "body")
        if let body {
            try folder.write(Array(JSONSerialization.data(withJSONObject: body)), as: "request")
            arguments += ["-H", "Content-Type: \(type)", "--data-binary", "@request"]
        }
        arguments += ["--resolve", "localhost:\(port):127.0.0.1", "https://localhost:\(port)\(path)"]
        let status = try #require(Int(folder.run("curl", arguments)))
        let head = try String(contentsOfFile: folder.path("head"), encoding: .utf8)
        return Answer(
            status: status,
            object: (try? JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: folder.path("body"))))
                as? [String: Any]) ?? [:],
            // RFC 9111 has dropped the field; the API server writes `Warning: 299 - "text"`.
            warnings: head.split(separator: "\r\n").compactMap { line in
                line.wholeMatch(of: /(?i)warning: 299 \S+ "(.*)"/).map {
                    String($0.output.1.replacing(#"\""#, with: "\""))
                }
            }
        )
    }

    /// The annotations that the webhook left in the audit log, by the request that they are about, newest last.
    func annotations(ofRequestsTo path: String) throws -> [[String: String]] {
        let log = try String(contentsOfFile: folder.path("audit.log"), encoding: .utf8)
        return try log.split(separator: "\n").compactMap { line in
            let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            guard let event, (event["requestURI"] as? String)?.hasPrefix(path) == true else { return nil }
            let all = event["annotations"] as? [String: String] ?? [:]
            let own = all.filter { $0.key.hasPrefix("\(Self.webhook)/") }
            return Dictionary(
                uniqueKeysWithValues: own.map { ($0.key.replacing("\(Self.webhook)/", with: ""), $0.value) }
            )
        }
    }

    static let webhook = "validate.tidewaiter.example"

    /// Lets an account of a namespace do something, and returns the options by which a program is that account.
    func account(_ name: String, in namespace: String, rules: [[String: Any]]) throws -> [String] {
        let accounts = "/api/v1/namespaces/\(namespace)/serviceaccounts"
        try send("POST", accounts, ["metadata": ["name": name]])
        let roles = "rbac.authorization.k8s.io"
        try send("POST", "/apis/\(roles)/v1/clusterroles", ["metadata": ["name": name], "rules": rules])
        try send(
            "POST",
            "/apis/\(roles)/v1/clusterrolebindings",
            [
                "metadata": ["name": name],
                "roleRef": ["apiGroup": roles, "kind": "ClusterRole", "name": name],
                "subjects": [["kind": "ServiceAccount", "name": name, "namespace": namespace]],
            ]
        )
        let answer = try send("POST", "\(accounts)/\(name)/token", ["spec": [String: Any]()])
        let status = answer.object["status"] as? [String: Any]
        let token = try folder.write(try #require(status?["token"] as? String, "\(answer.message)"), as: "token")
        return [
            "--api-server", "https://localhost:\(port)", "--api-token-file", token, "--api-ca", folder.path("ca.pem"),
        ]
    }

    /// Registers the webhook for what deploys, and waits until the API server asks it about a namespace's pods.
    ///
    /// - Parameter others: more resources of the core group.
    func register(_ webhook: RunningWebhook, for others: [String] = [], probing namespace: String = "default") throws {
        let authority = try Data(contentsOf: URL(filePath: webhook.folder.path("ca.pem"))).base64EncodedString()
        func rule(_ groups: [String], _ resources: [String]) -> [String: Any] {
            [
                "apiGroups": groups, "apiVersions": ["*"], "resources": resources, "scope": "*",
                "operations": ["CREATE", "UPDATE", "CONNECT"],
            ]
        }
        let answer = try send(
            "POST",
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
            [
                "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
                "metadata": ["name": "tidewaiter"],
                "webhooks": [
                    [
                        "name": Self.webhook, "admissionReviewVersions": ["v1"], "sideEffects": "NoneOnDryRun",
                        "failurePolicy": "Fail", "matchPolicy": "Equivalent", "timeoutSeconds": 10,
                        "clientConfig": ["url": "https://localhost:\(webhook.port)/validate", "caBundle": authority],
                        "rules": [
                            rule([""], ["pods", "pods/*", "nodes/proxy"] + others), rule(["apps", "batch"], ["*"]),
                        ],
                    ] as [String: Any]
                ],
            ]
        )
        try #require(answer.status == 201, "\(answer.message)")
        for _ in 0..<100 {
            let probe = try send("POST", "/api/v1/namespaces/\(namespace)/pods?dryRun=All", Self.pod("probe"))
            if probe.message.contains("tidewaiter") || !probe.warnings.isEmpty { return }
            usleep(100_000)
        }
        Issue.record("the API server does not ask the webhook: \(webhook.messages)")
    }

    func makeNamespace(_ name: String, labels: [String: String] = [:]) throws {
        let answer = try send("POST", "/api/v1/namespaces", ["metadata": ["name": name, "labels": labels]])
        try #require(answer.status == 201, "\(answer.message)")
    }

    /// A pod of one privileged container.
    static func pod(_ name: String) -> [String: Any] { ["metadata": ["name": name], "spec": spec()] }

    static func spec(privileged: Bool = true) -> [String: Any] {
        ["containers": [["name": "web", "image": "nginx:1.27", "securityContext": ["privileged": privileged]]]]
    }

    static func deployment(privileged: Bool = true) -> [String: Any] {
        deployment(name: "web", spec(privileged: privileged))
    }

    static func deployment(name: String, _ spec: [String: Any]) -> [String: Any] {
        let labels = ["app": "web"]
        return [
            "metadata": ["name": name],
            "spec": [
                "replicas": 1, "selector": ["matchLabels": labels],
                "template": ["metadata": ["labels": labels], "spec": spec],
            ] as [String: Any],
        ]
    }
}
