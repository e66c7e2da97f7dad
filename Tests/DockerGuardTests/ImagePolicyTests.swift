import Deployments
import Testing

@testable import DockerGuard

@Suite struct ImagePolicyTests {
    @Test(arguments: [
        ("busybox", "docker.io/library/busybox:1", true), ("busybox", "acme/busybox", false),
        ("acme/*", "acme/app", true), ("acme/*", "ghcr.io/acme/app", false),
        ("ghcr.io", "ghcr.io/acme/app", true), ("ghcr.io", "ghcr.io.example.net/app", false),
        ("ghcr.io/acme/*", "ghcr.io/acme/app", true), ("ghcr.io/acme/*", "ghcr.io/acme-evil/app", false),
        ("*", "127.0.0.1:5000/app", true), ("localhost:5000", "localhost:5000/app", true),
    ])
    func `a pattern means whole names`(pattern: String, image: String, matches: Bool) throws {
        let reference = try ImageReference(parsing: image)
        #expect(ImagePolicy.matches(pattern, reference) == matches)
    }

    @Test func `listed images run, others do not`() async throws {
        let guarded = try GuardUnderTest(
            policy: GuardUnderTest.policy(
                "images: {allow: [ghcr.io/acme/*, busybox], refuse: [ghcr.io/acme/old], forbidden-tags: [latest]}"
            )
        )
        func fate(_ image: String) async -> Fate {
            await guarded.fate("POST", "/containers/create", #"{"Image":"\#(image)"}"#)
        }
        #expect(await fate("ghcr.io/acme/app:1") == .passes)
        #expect(await fate("busybox:1.36") == .passes)
        for image in ["busybox", "busybox:latest", "ghcr.io/acme/old:1", "alpine:3", "ghcr.io/acme/../x", "UPPER"] {
            #expect(await fate(image).isRefused, "\(image)")
        }
        #expect(await guarded.fate("POST", "/images/create?fromImage=alpine&tag=3").isRefused)
        #expect(await guarded.fate("POST", "/images/create?fromImage=ghcr.io/acme/app&tag=1") == .passes)
        #expect(await guarded.fate("POST", "/images/x/tag?repo=ghcr.io/acme/app&tag=1").isRefused)
    }

    @Test func `where digests are asked for, a tag does not do`() async throws {
        let guarded = try GuardUnderTest(policy: GuardUnderTest.policy("profile: none\nimages: {digest: true}"))
        let digest = "sha256:" + String(repeating: "0", count: 64)
        #expect(await guarded.fate("POST", "/containers/create", #"{"Image":"busybox:1"}"#).isRefused)
        #expect(await guarded.fate("POST", "/containers/create", #"{"Image":"busybox@\#(digest)"}"#) == .passes)
        #expect(await guarded.fate("POST", "/images/create?fromImage=busybox&tag=\(digest)") == .passes)
    }
}
