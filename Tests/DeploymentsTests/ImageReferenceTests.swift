import Deployments
import Testing

@Suite struct ImageReferenceTests {
    @Test(arguments: [
        ("alpine", "docker.io/library/alpine", nil, nil, "library"),
        ("alpine:3.20", "docker.io/library/alpine", "3.20", nil, "library"),
        ("index.docker.io/alpine", "docker.io/library/alpine", nil, nil, "library"),
        ("someone/tool:latest", "docker.io/someone/tool", "latest", nil, "someone"),
        ("localhost/tool", "localhost/tool", nil, nil, "localhost"),
        ("localhost:5000/a/b:1", "localhost:5000/a/b", "1", nil, "localhost:5000/a"),
        ("Registry.Example.test/x", "registry.example.test/x", nil, nil, "registry.example.test"),
        (
            "ghcr.io/org/app@sha256:" + String(repeating: "a", count: 64), "ghcr.io/org/app", nil,
            "sha256:" + String(repeating: "a", count: 64), "ghcr.io/org"
        ),
        (
            "quay.io/calico/node:v3@sha256:" + String(repeating: "0", count: 64), "quay.io/calico/node", "v3",
            "sha256:" + String(repeating: "0", count: 64), "quay.io/calico"
        ),
        ("xn--7o8h.com/myimage:9", "xn--7o8h.com/myimage", "9", nil, "xn--7o8h.com"),
        ("[fd00::1]:5000/a", "[fd00::1]:5000/a", nil, nil, "[fd00::1]:5000"),
        ("a__b/c--d/e.f", "docker.io/a__b/c--d/e.f", nil, nil, "a__b"),
    ])
    func `a reference is read as Docker reads it`(
        text: String,
        name: String,
        tag: String?,
        digest: String?,
        publisher: String
    ) throws {
        let image = try ImageReference(parsing: text)
        #expect(image.name == name)
        #expect(image.tag == tag)
        #expect(image.digest == digest)
        #expect(image.publisher == publisher)
        #expect(image.isPinned == (digest != nil))
    }

    @Test(arguments: [
        "", "Alpine", "docker.io/Alpine", "a//b", "/a", "a/", "-a", "a-", "a..b", "a___b", "a:", "a:.x", "a@sha256:abc",
        "a b", "a:b:c", "host:port/x", "a\u{0}b", "аlpine", "docker.io/", String(repeating: "a", count: 300),
        String(repeating: "0", count: 64), "a@", "a:\(String(repeating: "t", count: 129))", "exa_mple.com/a",
    ])
    func `a text that no registry takes is refused`(text: String) {
        #expect(throws: ImageReference.Malformed.self) { try ImageReference(parsing: text) }
    }

    @Test func `an image id is told from a name`() {
        #expect(ImageReference.isImageID("sha256:" + String(repeating: "b", count: 64)))
        #expect(!ImageReference.isImageID("beefcafe"))
    }

    @Test(
        arguments: [
            ("kuberntesio/kube-controller:1", "kubernetesio"), ("bitnmai/redis", "bitnami"),
            ("grafanna/grafana", "grafana"),
            ("hashicrop/vault", "hashicorp"), ("mircosoft/x", "microsoft"), ("bitnami/redis", nil), ("alpine", nil),
            ("somebody/nginx", nil), ("ghcr.io/bitnmai/redis", nil), ("kubernetesui/dashboard", nil),
            ("rancherx/k3s", "rancher"),
        ] as [(String, String?)]
    )
    func `a publisher that is one slip away from a known one is told`(text: String, known: String?) throws {
        #expect(try ImageReference(parsing: text).resembledPublisher == known)
    }
}
