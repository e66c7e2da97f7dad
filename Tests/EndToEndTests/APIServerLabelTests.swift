import Foundation
import Testing

/// The webhook as it reads labels and its policy from a real API server, beside the server's own pod security.
@Suite(
    .serialized,
    .enabled(
        if: RunningAPIServer.isPossible,
        "needs kube-apiserver and etcd in the folder KUBEBUILDER_ASSETS: labels are NOT read from a real API server"
    ),
    .timeLimit(.minutes(5))
)
struct APIServerLabelTests {
    private static let merge = "application/merge-patch+json"
    private static let configMap = "/api/v1/namespaces/security/configmaps"

    private static func labels(_ labels: [String: String]) -> [String: Any] {
        ["labels": Dictionary(uniqueKeysWithValues: labels.map { ("pod-security.kubernetes.io/\($0.key)", $0.value) })]
    }

    /// Makes and relabels namespaces, and deploys into them.
    private func play(_ server: RunningAPIServer) throws -> [RunningAPIServer.Answer] {
        func make(_ path: String, _ object: [String: Any]) throws -> RunningAPIServer.Answer {
            try server.send("POST", path, object)
        }
        func relabel(_ name: String, _ labels: [String: String]) throws -> RunningAPIServer.Answer {
            let metadata = Self.labels(labels)
            let answer = try server.send(
                "PATCH",
                "/api/v1/namespaces/\(name)",
                ["metadata": metadata],
                type: Self.merge
            )
            // A watch comes a moment later, the server's own as well.
            usleep(500_000)
            return answer
        }
        func namespace(_ name: String, _ labels: [String: String]) throws -> RunningAPIServer.Answer {
            try make(
                "/api/v1/namespaces",
                ["metadata": Self.labels(labels).merging(["name": name]) { own, _ in own }]
            )
        }
        let pods = "/api/v1/namespaces/shop/pods"
        let plain: [String: Any] = ["metadata": ["name": "plain"], "spec": RunningAPIServer.spec(privileged: false)]
        return [
            try namespace("bad", ["enforce": "basline", "warn-version": "1.30"]),
            try namespace("shop", ["enforce": "privileged", "audit": "restricted", "audit-version": "v1.30"]),
            try namespace("shop", [:]),
            try make(pods, RunningAPIServer.pod("b")),
            try make(pods, RunningAPIServer.pod("a")),
            try make(pods, plain),
            try relabel("shop", ["enforce": "baseline"]),
            try make(pods, RunningAPIServer.pod("c")),
            try make("/apis/apps/v1/namespaces/shop/deployments", RunningAPIServer.deployment()),
            try relabel("shop", ["enforce": "baseline", "enforce-version": "1.2"]),
            try relabel("shop", ["enforce": "restricted", "enforce-version": "v1.25", "warn": "privileged"]),
            try make(pods, plain.merging(["metadata": ["name": "d"]]) { $1 }),
            try relabel("shop", ["enforce": "privileged"]),
            try make(pods, RunningAPIServer.pod("e")),
        ]
    }

    /// The API server's own reasons, without what it says around them.
    private static func reasons(_ answer: RunningAPIServer.Answer) -> [String] {
        guard answer.status == 403 || answer.status == 422,
            let text = answer.message.split(separator: #/is forbidden: |is invalid: /#, maxSplits: 1).last
        else { return [] }
        let list = text.hasPrefix("[") ? text.dropFirst().dropLast() : text
        // Two labels that are wrong are told in brackets, one after another.
        return list.split(separator: #/, (?=metadata\.labels)/#).map(String.init)
    }

    @Test func `labels are read, refused and warned of as the server's own pod security does`() throws {
        let theirs = try play(try RunningAPIServer())
        let server = try RunningAPIServer(without: "PodSecurity")
        try server.makeNamespace("security", labels: ["pod-security.kubernetes.io/enforce": "baseline"])
        let policy = "built-in-rules: false\npodSecurity: {namespaceLabels: true}"
        let object: [String: Any] = ["metadata": ["name": "policy"], "data": ["policy.yml": policy]]
        try server.send("POST", Self.configMap, object)
        let options = try server.account(
            "tidewaiter",
            in: "security",
            rules: [
                ["apiGroups": [""], "resources": ["namespaces"], "verbs": ["get", "list", "watch"]],
                ["apiGroups": [""], "resources": ["pods"], "verbs": ["list"]],
                [
                    "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["policy"],
                    "verbs": ["get", "list", "watch"],
                ],
            ]
        )
        let webhook = try RunningWebhook(policy: nil) { _ in options + ["--policy", "configmap:security/policy"] }
        try #require(webhook.says("webhook on tcp://"), "\(webhook.messages)")
        try server.register(webhook, for: ["namespaces"], probing: "security")
        let ours = try play(server)
        var reasons: [String] = []
        for (index, (their, our)) in zip(theirs, ours).enumerated() {
            #expect(their.status == our.status, "\(index): \(their.message) / \(our.message)")
            #expect(their.warnings == our.warnings, "\(index)")
            for reason in Self.reasons(their) {
                reasons.append(reason)
                #expect(our.message.contains(reason), "\(index): \(our.message)")
            }
        }
        #expect(theirs.map(\.status) == [422, 201, 409, 201, 201, 201, 200, 403, 201, 422, 200, 403, 200, 201])
        #expect(theirs[6].warnings.count == 2 && theirs[10].warnings.count == 3)
        #expect(reasons.count == 5, "\(reasons)")
        try follows(server, webhook)
    }

    /// The policy is followed, and what is wrong with it is told.
    private func follows(_ server: RunningAPIServer, _ webhook: RunningWebhook) throws {
        func put(_ policy: String) throws {
            let data = ["data": ["policy.yml": policy]]
            #expect(try server.send("PATCH", "\(Self.configMap)/policy", data, type: Self.merge).status == 200)
        }
        let pods = "/api/v1/namespaces/shop/pods"
        try put("podSecurity: {enforce: strict}")
        #expect(webhook.says("policy and rules were not changed: configmap:security/policy/policy.yml:1:24"))
        #expect(try server.send("POST", pods, RunningAPIServer.pod("f")).status == 201)
        try put("podSecurity: {enforce: baseline}")
        #expect(webhook.says("policy and rules were read again: "), "\(webhook.messages)")
        #expect(try server.send("POST", pods, RunningAPIServer.pod("g")).status == 403)
    }
}
