import Foundation
import Testing

/// The webhook's Pod Security Standards beside those of the API server that asks it.
@Suite(
    .serialized,
    .enabled(
        if: RunningAPIServer.isPossible,
        "needs kube-apiserver and etcd in the folder KUBEBUILDER_ASSETS: NOT compared with a real API server"
    ),
    .timeLimit(.minutes(5))
)
struct APIServerPodSecurityTests {
    /// One namespace is the server's own to judge, by its labels, and one the webhook's, by its policy.
    @Test(arguments: ["baseline:v1.0", "baseline:latest", "restricted:v1.19", "restricted:v1.25", "restricted:latest"])
    func `the webhook says of pods what the server's own pod security says`(policy: String) throws {
        let modes = "podSecurity: {enforce: '\(policy)', warn: '\(policy)'}"
        let webhook = try RunningWebhook(policy: "built-in-rules: false\nnamespaces: [{names: [ours], \(modes)}]")
        let server = try RunningAPIServer()
        let parts = policy.split(separator: ":").map(String.init)
        let labels = ["enforce": parts[0], "enforce-version": parts[1], "warn": parts[0], "warn-version": parts[1]]
        try server.makeNamespace(
            "theirs",
            labels: Dictionary(uniqueKeysWithValues: labels.map { ("pod-security.kubernetes.io/\($0.key)", $0.value) })
        )
        try server.makeNamespace("ours")
        try server.register(webhook, probing: "ours")
        var refusals = 0
        for (name, spec) in Self.specs.sorted(by: { $0.key < $1.key }) {
            func made(in namespace: String, _ object: [String: Any], _ api: String) throws -> RunningAPIServer.Answer {
                try server.send(
                    "POST",
                    "/\(api)/namespaces/\(namespace)/\(api == "api/v1" ? "pods" : "deployments")",
                    object
                )
            }
            let pod: [String: Any] = ["metadata": ["name": name], "spec": spec]
            let (theirs, ours) = (try made(in: "theirs", pod, "api/v1"), try made(in: "ours", pod, "api/v1"))
            #expect(theirs.status == ours.status, "\(name): \(theirs.message) / \(ours.message)")
            if theirs.status == 403 {
                refusals += 1
                let reason = try #require(theirs.message.split(separator: " is forbidden: ", maxSplits: 1).last)
                #expect(ours.message.contains("tidewaiter refuses pod '\(name)': \(reason); "), "\(ours.message)")
            }
            let workload = RunningAPIServer.deployment(name: name, spec)
            let warned = try made(in: "theirs", workload, "apis/apps/v1").warnings
            #expect(warned == (try made(in: "ours", workload, "apis/apps/v1").warnings), "\(name)")
            #expect(warned.isEmpty == (theirs.status == 201), "\(name)")
        }
        #expect(refusals >= 4 && refusals < Self.specs.count)
    }

    /// Pods of which each level refuses some.
    private static var specs: [String: [String: Any]] {
        func spec(_ security: [String: Any] = [:], _ pod: [String: Any] = [:]) -> [String: Any] {
            let container: [String: Any] = ["name": "web", "image": "nginx:1.27", "securityContext": security]
            return pod.merging(["containers": [container]]) { own, _ in own }
        }
        let strict: [String: Any] = [
            "allowPrivilegeEscalation": false, "runAsNonRoot": true, "capabilities": ["drop": ["ALL"]],
            "seccompProfile": ["type": "RuntimeDefault"],
        ]
        return [
            "plain": spec(), "strict": spec(strict), "privileged": spec(["privileged": true]),
            "capable": spec(["capabilities": ["add": ["SYS_ADMIN", "NET_RAW"]]]),
            "unmasked": spec(["procMount": "Unmasked"], ["hostUsers": false]),
            "host": spec([:], ["hostPID": true, "hostNetwork": true]),
            "mount": spec([:], ["volumes": [["name": "h", "hostPath": ["path": "/var/log"]]]]),
            "sysctl": spec(strict, ["securityContext": ["sysctls": [["name": "kernel.msgmax", "value": "1"]]]]),
            "root": spec(strict, ["securityContext": ["runAsUser": 0]]),
        ]
    }
}
