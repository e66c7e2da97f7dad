import Deployments
import Judge
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

    /// A listed name says where an image comes from: a build, a tag, a commit, an import or a file must not forge it.
    @Test(arguments: ["strict", "baseline", "none"])
    func `where images are listed, their names are given to no others`(profile: String) async throws {
        let guarded = try GuardUnderTest(
            policy: GuardUnderTest.policy("profile: \(profile)\nimages: {allow: [ghcr.io/acme/*, busybox]}"),
            daemon: ProfilePartTests.daemon
        )
        for target in [
            "/build?t=ghcr.io/acme/app:1", "/build?t=mine&t=busybox", "/build?t=docker.io/library/busybox",
            "/images/x/tag?repo=ghcr.io/acme/app&tag=1", "/commit?container=plain&repo=busybox",
            "/images/create?fromSrc=-&repo=busybox", "/images/load", "/grpc",
            "/libpod/images/x/tag?repo=busybox&tag=1", "/libpod/build?t=busybox",
            "/build?outputs=%5B%7B%22Type%22%3A%22image%22%7D%5D",
        ] {
            #expect(await guarded.fate("POST", target).isRefused, "\(target)")
        }
        #expect(await guarded.fate("POST", "/build?t=mine") == .passes)
        #expect(await guarded.fate("POST", "/containers/create", #"{"Image":"mine"}"#).isRefused)
        #expect(await guarded.fate("POST", "/containers/create", #"{"Image":"busybox"}"#) == .passes)
    }

    @Test func `a policy says which listed names builds may give`() async throws {
        let guarded = try GuardUnderTest(
            policy: GuardUnderTest.policy(
                "profile: baseline\nallow: {image-names: [ghcr.io/acme/ci-*]}\nimages: {allow: [ghcr.io/acme/*]}"
            )
        )
        #expect(await guarded.fate("POST", "/build?t=ghcr.io/acme/ci-app") == .passes)
        #expect(await guarded.fate("POST", "/build?t=ghcr.io/acme/app").isRefused)
    }

    @Test func `where no image is listed, a baseline build gives any name`() async throws {
        let guarded = try GuardUnderTest(policy: GuardUnderTest.policy("profile: baseline"))
        for target in ["/build?t=busybox", "/images/load", "/images/x/tag?repo=busybox"] {
            #expect(await guarded.fate("POST", target) == .passes, "\(target)")
        }
    }
}
