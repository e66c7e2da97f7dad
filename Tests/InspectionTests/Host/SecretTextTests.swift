@testable import Inspection
import Testing

/// What is left out of arguments and configurations, and what is not: checks read what is left.
@Suite struct SecretTextTests {
    @Test(arguments: [
        ["kube-apiserver", "--authorization-mode=Node,RBAC", "--anonymous-auth=false"],
        ["kube-apiserver", "--authorization-mode", "AlwaysAllow", "--token-auth-file", "/etc/tokens.csv"],
        ["kubelet", "--authorization-mode=Webhook", "--authentication-token-webhook=true"],
        ["k3s", "server", "--kube-apiserver-arg=authorization-mode=AlwaysAllow"],
        ["etcd", "--client-cert-auth=true", "--peer-client-cert-auth", "true"],
        ["dockerd", "--authorization-plugin=tidewaiter"], ["argo", "server", "--auth-mode=server"],
    ])
    func `how people are known and what they may do is told`(_ arguments: [String]) {
        #expect(SecretText.masked(arguments: arguments) == arguments)
    }

    @Test(arguments: [
        (["app", "--password=x"], ["app", "--password=***"]), (["app", "--token", "x"], ["app", "--token", "***"]),
        (["curl", "-H", "Authorization: Bearer abc"], ["curl", "-H", "***"]),
        (["etcd", "--auth-token=jwt,x"], ["etcd", "--auth-token=***,x"]),
    ])
    func `what opens doors is not`(_ arguments: [String], _ masked: [String]) {
        #expect(SecretText.masked(arguments: arguments) == masked)
    }

    @Test(arguments: [
        "  \"authentication\": {\n    \"anonymous\": {\"enabled\": false}\n  },",
        #"{"authentication": {"anonymous": {"enabled": true}}, "authorization": {"mode": "Webhook"}}"#,
        "authentication: {anonymous: {enabled: false}}\nauthorization: {mode: Webhook}",
        #"{"authorization-plugins": ["tidewaiter"], "icc": false}"#,
        "kube-apiserver-arg: [\"authorization-mode=Node,RBAC\", anonymous-auth=false]",
        "client-transport-security:\n  client-cert-auth: true",
    ])
    func `a configuration stays one`(_ text: String) { #expect(SecretText.masked(text) == text) }

    @Test(arguments: [
        (#"{"auth": {"password": "x"}, "a": 1}"#, #"{"auth": {"password": "***"}, "a": 1}"#),
        (#"  authorization = "Basic abc/def""#, #"  authorization = "***""#),
        (#"password = 'x'"#, #"password = "***""#),
        (#"  auth_file = "/etc/auth.json""#, #"  auth_file = "/etc/auth.json""#),
        (#"DOCKER_OPTS="--authorization-plugin=x""#, #"DOCKER_OPTS="--authorization-plugin=x""#),
        ("Authorization: Basic abc", "Authorization: ***"),
    ])
    func `secrets within are left out`(_ text: String, _ masked: String) { #expect(SecretText.masked(text) == masked) }
}
