import Foundation
import KubernetesAPITesting
import Testing

/// The webhook beside an API server, which is a fake: a real one needs etcd, and cannot be had in the tests.
@Suite(.timeLimit(.minutes(2))) struct ClusterWebhookTests {
    private static let enforce = "pod-security.kubernetes.io/enforce"

    private static func pod(in namespace: String) -> String {
        #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u1","kind":{"group":"","#
            + #""version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"#
            + #""operation":"CREATE","name":"web","namespace":"\#(namespace)","userInfo":{"username":"bob"},"#
            + #""object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web"},"spec":{"containers":"#
            + #"[{"name":"web","image":"nginx:1.27","securityContext":{"privileged":true}}]}},"oldObject":null}}"#
    }

    private static func namespace(_ labels: String) -> String {
        #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u1","kind":{"group":"","#
            + #""version":"v1","kind":"Namespace"},"resource":{"group":"","version":"v1","resource":"namespaces"},"#
            + #""operation":"CREATE","name":"new","namespace":"new","userInfo":{"username":"bob"},"#
            + #""object":{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"new","labels":\#(labels)}},"#
            + #""oldObject":null}}"#
    }

    /// A cluster, with a webhook that asks its API server.
    private struct Cluster {
        let api: FakeAPIServer
        let webhook: RunningWebhook

        init(policy: String? = nil, _ arguments: [String] = [], prepare: (FakeAPIServer) throws -> Void) throws {
            var api: FakeAPIServer?
            webhook = try RunningWebhook(policy: policy) { folder in
                let server = try FakeAPIServer(in: folder.path(""))
                try prepare(server)
                api = server
                var all = ["--api-server", server.url, "--api-token-file", server.tokenFile, "--api-ca"]
                all.append(server.authorityFile)
                return all + arguments
            }
            self.api = try #require(api)
        }

        /// Waits until something holds; whether it did.
        func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
            for _ in 0..<500 {
                if try condition() { return true }
                usleep(20_000)
            }
            return false
        }
    }

    @Test func `pods are held to the labels of their namespace, as they are now`() throws {
        let cluster = try Cluster(policy: "podSecurity: {namespaceLabels: true}") { api in
            api.putNamespace("shop", labels: [Self.enforce: "baseline"])
            api.putNamespace("lax")
        }
        let webhook = cluster.webhook
        try #require(webhook.says("webhook on tcp://"), "\(webhook.messages)")
        #expect(cluster.eventually { (try? webhook.get("/readyz")) == "ok\n" })
        let refused = try webhook.review(Self.pod(in: "shop"))
        #expect(
            refused.contains(#"violates PodSecurity \"baseline:latest\": privileged (container \"web\""#),
            "\(refused)"
        )
        #expect(try webhook.review(Self.pod(in: "lax")).contains(#""allowed":true"#))
        cluster.api.putNamespace("lax", labels: [Self.enforce: "restricted"])
        let isHeld = try cluster.eventually { try webhook.review(Self.pod(in: "lax")).contains("restricted:latest") }
        #expect(isHeld)
        let invalid = try webhook.review(Self.namespace(#"{"\#(Self.enforce)":"basline"}"#))
        #expect(invalid.contains(#""reason":"Invalid","code":422"#) && invalid.contains("must be one of privileged"))
        // The watch took a token that was replaced meanwhile.
        try cluster.api.replaceToken()
        cluster.api.endWatches(inOrder: false)
        cluster.api.putNamespace("lax", labels: [Self.enforce: "privileged"])
        let isFree = try cluster.eventually { try webhook.review(Self.pod(in: "lax")).contains(#""allowed":true"#) }
        #expect(isFree)
        let token = try String(contentsOfFile: cluster.api.tokenFile, encoding: .utf8)
        #expect(!webhook.messages.contains(token))
        webhook.signal(SIGTERM)
        #expect(webhook.end() == 0)
    }

    @Test func `until labels are known it is not ready, and asks for each namespace`() throws {
        let cluster = try Cluster(policy: "podSecurity: {namespaceLabels: true}") { api in
            api.putNamespace("shop", labels: [Self.enforce: "baseline"])
            api.fail("GET /api/v1/namespaces?", with: 403, "Forbidden", "namespaces is forbidden")
        }
        let (api, webhook) = (cluster.api, cluster.webhook)
        let told =
            "the labels of namespaces cannot be watched, which is tried again in 1 s: "
            + "GET /api/v1/namespaces: namespaces is forbidden"
        #expect(webhook.says(told), "\(webhook.messages)")
        #expect(try webhook.get("/readyz") == "not ready: the labels of namespaces are not known yet\n")
        #expect(try webhook.review(Self.pod(in: "shop")).contains(#"violates PodSecurity \"baseline:latest\""#))
        let unknown = try webhook.review(Self.pod(in: "none"))
        #expect(unknown.contains(#"failed to lookup namespace \"none\""#) && unknown.contains(#""allowed":false"#))
        api.stall("GET /api/v1/namespaces/shop")
        #expect(try webhook.review(Self.pod(in: "shop")).contains("there is no whole answer within 2.0 seconds"))
        api.mend()
        #expect(cluster.eventually { (try? webhook.get("/readyz")) == "ok\n" })
        #expect(try webhook.review(Self.pod(in: "shop")).contains(#"violates PodSecurity \"baseline:latest\""#))
    }

    private static let policyPath = "/api/v1/namespaces/security/configmaps/tidewaiter-policy"

    private static func put(_ policy: String, more: String = "", into api: FakeAPIServer) throws {
        let text = String(decoding: try JSONEncoder().encode(policy), as: UTF8.self)
        try api.put(#"{"kind":"ConfigMap","apiVersion":"v1","data":{"policy.yml":\#(text)\#(more)}}"#, at: policyPath)
    }

    @Test func `the policy of a ConfigMap counts as it changes, unless it is wrong`() throws {
        let cluster = try Cluster(["--policy", "configmap:security/tidewaiter-policy"]) { api in
            try Self.put("refuse-at: medium", into: api)
        }
        let (api, webhook) = (cluster.api, cluster.webhook)
        try #require(webhook.says("webhook on tcp://"), "\(webhook.messages)")
        #expect(try webhook.review(Self.pod(in: "shop")).contains(#""allowed":false"#))
        try Self.put("refuse-at: critical", into: api)
        #expect(webhook.says("policy and rules were read again: refuses at critical"), "\(webhook.messages)")
        #expect(try webhook.review(Self.pod(in: "shop")).contains(#""allowed":true"#))
        try Self.put("refuse-at: sometimes", into: api)
        #expect(webhook.says("policy and rules were not changed: configmap:security/tidewaiter-policy/policy.yml:1:12"))
        #expect(try webhook.get("/readyz") == "ok\n")
        #expect(try webhook.review(Self.pod(in: "shop")).contains(#""allowed":true"#))
        try Self.put("rules: [own.yml]", into: api)
        #expect(webhook.says("there is no key 'own.yml'; it has policy.yml"), "\(webhook.messages)")
        api.remove(Self.policyPath)
        #expect(webhook.says("configmap:security/tidewaiter-policy is gone; the policy stays the one from before"))
        try Self.put("refuse-at: medium", into: api)
        #expect(webhook.says("policy and rules were read again: refuses at medium"), "\(webhook.messages)")
        #expect(try webhook.review(Self.pod(in: "shop")).contains(#""allowed":false"#))
        webhook.signal(SIGHUP)
        #expect(cluster.eventually { webhook.messages.components(separatedBy: "refuses at medium").count >= 4 })
    }

    @Test func `rules and exceptions stand beside a policy in its ConfigMap`() throws {
        let filter = """
            title: Web may be privileged
            logsource: {category: container_deployment}
            filter:
              rules: any
              selection: {container.name: web}
              condition: not selection
            """
        let text = String(decoding: try JSONEncoder().encode(filter), as: UTF8.self)
        let cluster = try Cluster(["--policy", "configmap:security/tidewaiter-policy"]) { api in
            try Self.put("{refuse-at: medium, exceptions: [web.yml]}", more: #","web.yml":\#(text)"#, into: api)
        }
        try #require(cluster.webhook.says("webhook on tcp://"), "\(cluster.webhook.messages)")
        #expect(try cluster.webhook.review(Self.pod(in: "shop")).contains(#""allowed":true"#))
    }

    @Test(arguments: [
        (["--policy", "configmap:policy"], "'policy' is no NAMESPACE/NAME of an object"),
        (["--policy", "configmap:a/b"], "--policy: no API server is known to hold it; give --api-server"),
        (["--api-ca", "ca.pem"], "--api-ca goes with --api-server"),
        (["--api-server", "http://10.0.0.1"], "--api-server: 'http://10.0.0.1' is no address of an API server"),
        (
            ["--api-server", "https://127.0.0.1:1", "--policy", "configmap:a/b"],
            "GET /api/v1/namespaces/a/configmaps/b: the API server cannot be"
        ),
    ])
    func `what cannot be is refused at start, with the reason`(arguments: [String], reason: String) throws {
        let result = try Binary.run(["guard", "kubernetes", "--check"] + arguments)
        #expect(result.status == 1)
        #expect(result.errors.contains(reason), "\(result.errors)")
    }

    @Test func `a policy that reads labels needs an API server`() throws {
        let folder = try Folder()
        let policy = try folder.write("podSecurity: {namespaceLabels: true}", as: "policy.yml")
        let result = try Binary.run(["guard", "kubernetes", "--check", "--policy", policy])
        #expect(result.status == 1)
        #expect(result.errors.contains("podSecurity.namespaceLabels: no API server is known"), "\(result.errors)")
        let checked = try Binary.run(
            ["guard", "kubernetes", "--check", "--policy", policy, "--api-server", "https://127.0.0.1:1"]
        )
        #expect(checked.output.contains("labels     of namespaces count for Pod Security\n"))
    }
}
