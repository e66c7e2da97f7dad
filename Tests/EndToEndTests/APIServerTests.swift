import Foundation
import Testing

/// The webhook at a real API server, which asks it by HTTPS and shows its clients what it answers.
@Suite(
    .serialized,
    .enabled(
        if: RunningAPIServer.isPossible,
        "needs kube-apiserver and etcd in the folder KUBEBUILDER_ASSETS: the webhook is NOT tried at a real API server"
    ),
    .timeLimit(.minutes(5))
)
struct APIServerTests {
    private static let pods = "/api/v1/namespaces/shop/pods"
    private static let deployments = "/apis/apps/v1/namespaces/shop/deployments"

    @Test func `what is asked of an API server is refused, warned of or let through`() throws {
        let webhook = try RunningWebhook(policy: "refuse-at: medium\nnamespaces: [{names: [lenient], refuse-at: high}]")
        let server = try RunningAPIServer()
        for name in ["shop", "lenient"] { try server.makeNamespace(name) }
        // Before the webhook is asked.
        #expect(try server.send("POST", Self.pods, RunningAPIServer.pod("old")).status == 201)
        try server.register(webhook)

        let pod = try server.send("POST", Self.pods, RunningAPIServer.pod("web"))
        #expect(pod.status == 403 && pod.object["reason"] as? String == "Forbidden")
        let place = "spec.containers[0].securityContext.privileged"
        let start = "admission webhook \"\(RunningAPIServer.webhook)\" denied the request: tidewaiter refuses "
        #expect(pod.message.hasPrefix("\(start)pod 'web': \(place): refused by the rule 'Privileged Container' "))
        let refused = try server.send("POST", Self.deployments, RunningAPIServer.deployment())
        #expect(refused.message.hasPrefix("\(start)deployment 'web': spec.template.\(place): "))
        let made = try server.send("POST", Self.deployments, RunningAPIServer.deployment(privileged: false))
        #expect(made.status == 201 && made.warnings.isEmpty)

        let warned = try server.send("POST", "/api/v1/namespaces/lenient/pods", RunningAPIServer.pod("web"))
        #expect(warned.status == 201)
        let warning = "tidewaiter: \(place): rule 'Privileged Container' (medium); leave it out or set it to false"
        #expect(warned.warnings == [warning])

        try whatStandsCanBeTended(server)
        try partsOfPods(server, start)
        try dryRuns(server, webhook)

        webhook.signal(SIGTERM)
        #expect(webhook.end() == 0)
        let unasked = try server.send("POST", Self.pods, RunningAPIServer.pod("web"))
        #expect(unasked.status == 500 && unasked.message.contains("failed calling webhook"), "\(unasked.message)")
    }

    /// A violation that stands already is no reason to refuse a label, a finalizer, a scale or a deletion.
    private func whatStandsCanBeTended(_ server: RunningAPIServer) throws {
        let merge = "application/merge-patch+json"
        let tended: [String: Any] = ["labels": ["team": "a"], "finalizers": ["example.com/x"]]
        #expect(try server.send("PATCH", "\(Self.pods)/old", ["metadata": tended], type: merge).status == 200)
        let freed: [String: Any] = ["metadata": ["finalizers": NSNull()]]
        #expect(try server.send("PATCH", "\(Self.pods)/old", freed, type: merge).status == 200)
        let changed: [String: Any] = ["containers": [["name": "web", "image": "nginx:1.28"]]]
        let strategic = "application/strategic-merge-patch+json"
        let update = try server.send("PATCH", "\(Self.pods)/old", ["spec": changed], type: strategic)
        #expect(update.status == 403, "\(update.message)")
        let scale: [String: Any] = ["spec": ["replicas": 3]]
        #expect(try server.send("PATCH", "\(Self.deployments)/web/scale", scale, type: merge).status == 200)
        #expect(try server.send("DELETE", "\(Self.pods)/old").status == 200)
    }

    private func partsOfPods(_ server: RunningAPIServer, _ start: String) throws {
        let plain: [String: Any] = ["metadata": ["name": "plain"], "spec": RunningAPIServer.spec(privileged: false)]
        #expect(try server.send("POST", Self.pods, plain).status == 201)
        let debugger: [String: Any] = [
            "name": "debugger", "image": "busybox:1.36", "securityContext": ["privileged": true],
        ]
        let debug = try server.send(
            "PATCH",
            "\(Self.pods)/plain/ephemeralcontainers",
            ["spec": ["ephemeralContainers": [debugger]]],
            type: "application/strategic-merge-patch+json"
        )
        #expect(debug.message.hasPrefix("\(start)ephemeralcontainers of pod 'plain': spec.ephemeralContainers[0]."))
        let exec = try server.send("POST", "\(Self.pods)/plain/exec?command=chroot&command=/host&stdout=1")
        #expect(exec.message.hasPrefix("\(start)exec of pod 'plain': command: refused by the rule "), "\(exec)")
        // It passes the webhook, and stops at the node that there is none of.
        let harmless = try server.send("POST", "\(Self.pods)/plain/exec?command=id&stdout=1")
        #expect(harmless.status == 400 && !harmless.message.contains("tidewaiter"), "\(harmless)")
        let binding: [String: Any] = ["metadata": ["name": "plain"], "target": ["kind": "Node", "name": "n1"]]
        let bound = try server.send("POST", "\(Self.pods)/plain/binding", binding)
        #expect(bound.message.hasPrefix("\(start)binding of pod 'plain': target.name: "), "\(bound)")
    }

    private func dryRuns(_ server: RunningAPIServer, _ webhook: RunningWebhook) throws {
        let decisions = { try String(contentsOfFile: webhook.folder.path("decisions"), encoding: .utf8) }
        let before = try decisions()
        let tried = "/api/v1/namespaces/lenient/pods?dryRun=All"
        #expect(try server.send("POST", "\(Self.pods)?dryRun=All", RunningAPIServer.pod("dry")).status == 403)
        let allowed = try server.send("POST", tried, RunningAPIServer.pod("dry"))
        #expect(allowed.status == 201 && allowed.warnings.count == 1)
        #expect(try decisions() == before)
        let annotations = try #require(try server.annotations(ofRequestsTo: tried).last)
        #expect(annotations["verdict"] == "allowed" && annotations["dry-run"] == "true")
        #expect(annotations["rules"] == "Privileged Container")
        let kept = try #require(try server.annotations(ofRequestsTo: Self.pods).first { $0["verdict"] == "refused" })
        #expect(try decisions().contains(try #require(kept["decision"])))
    }
}
