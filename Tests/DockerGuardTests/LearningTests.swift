import Testing

@testable import DockerGuard

@Suite struct LearningTests {
    private static let asked: [(String, String, String?)] = [
        ("POST", "/containers/create", #"{"HostConfig":{"CapAdd":["SYS_ADMIN","cap_net_admin"]}}"#),
        ("POST", "/containers/create", #"{"HostConfig":{"Binds":["/srv/b/sub:/b","/srv/a:/a","/srv/b:/b2"]}}"#),
        ("POST", "/containers/create", #"{"HostConfig":{"PidMode":"host","SecurityOpt":["label=disable"]}}"#),
        ("POST", "/build?remote=https://git.example/x.git", nil),
        ("POST", "/plugins/x/enable", nil),
    ]

    @Test func `the learned policy lets pass what was learned, and nothing wider`() async throws {
        let learner = PolicyLearner()
        let watching = try GuardUnderTest(daemon: ProfilePartTests.daemon, mode: .observe, learner: learner)
        for (method, target, body) in Self.asked { #expect(await watching.fate(method, target, body) == .passes) }

        let learned = try GuardUnderTest(policy: GuardUnderTest.policy(learner.policy), daemon: ProfilePartTests.daemon)
        for (method, target, body) in Self.asked { #expect(await learned.fate(method, target, body) == .passes) }
        for body in [
            #"{"HostConfig":{"CapAdd":["SYS_MODULE"]}}"#, #"{"HostConfig":{"Binds":["/srv:/x"]}}"#,
            #"{"HostConfig":{"IpcMode":"host"}}"#, #"{"HostConfig":{"SecurityOpt":["seccomp=unconfined"]}}"#,
            #"{"HostConfig":{"Privileged":true}}"#,
        ] {
            #expect(await learned.fate("POST", "/containers/create", body).isRefused, "\(body)")
        }
        #expect(await learned.fate("POST", "/build?remote=https://git.example/y.git").isRefused)
        #expect(await learned.fate("POST", "/swarm/leave").isRefused)
    }

    @Test func `the policy is the same in whichever order requests come, merged and sorted`() async throws {
        let (first, second) = (PolicyLearner(), PolicyLearner())
        let one = try GuardUnderTest(daemon: ProfilePartTests.daemon, mode: .observe, learner: first)
        let other = try GuardUnderTest(daemon: ProfilePartTests.daemon, mode: .observe, learner: second)
        for (method, target, body) in Self.asked { _ = await one.fate(method, target, body) }
        for (method, target, body) in Self.asked.reversed() + Self.asked { _ = await other.fate(method, target, body) }
        #expect(first.policy == second.policy)
        let lines = first.policy.split(separator: "\n").filter { !$0.contains("#") }.joined(separator: "\n")
        #expect(
            lines == """
                profile: strict
                allow:
                  binds:
                    - "/srv/a"
                    - "/srv/b"
                  build-contexts:
                    - "https://git.example/x.git"
                  capabilities:
                    - "NET_ADMIN"
                    - "SYS_ADMIN"
                  host-namespaces:
                    - "pid"
                  plugins: true
                  security-options:
                    - "label=disable"
                """
        )
    }

    @Test func `what would open more than was asked for is not learned`() async throws {
        let learner = PolicyLearner()
        let watching = try GuardUnderTest(mode: .observe, learner: learner)
        _ = await watching.fate("POST", "/containers/create", #"{"HostConfig":{"Sysctls":{"*":"1"}}}"#)
        _ = await watching.fate("POST", "/containers/create", #"{"HostConfig":{"Binds":["/proc/1/root:/h"]}}"#)
        let policy = try GuardUnderTest.policy(learner.policy)
        #expect(policy.otherwise?.allowances == Allowances())
        #expect(learner.policy.contains("# 1 requests were refused by 'binds', which no policy opens."))
    }

    @Test func `a value that would end its line stays a value`() async throws {
        let learner = PolicyLearner()
        let watching = try GuardUnderTest(mode: .observe, learner: learner)
        let runtime = #"x\"\n  privileged: true\n#"#
        let body = #"{"HostConfig":{"Runtime":"\#(runtime)"}}"#
        _ = await watching.fate("POST", "/containers/create", body)
        let policy = try GuardUnderTest.policy(learner.policy)
        #expect(policy.otherwise?.allowances.openings == [.runtimes: .values(["x\"\n  privileged: true\n#"])])
    }
}
