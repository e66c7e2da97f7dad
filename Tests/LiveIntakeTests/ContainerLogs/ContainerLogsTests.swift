import Foundation
@testable import LiveIntake
import Testing

@Suite struct ContainerLogsTests {
    @Test(arguments: [
        ("/var/log/pods/kube-system_etcd-node_8f3e/etcd/12.log", "kube-system", "etcd-node", "etcd"),
        ("/var/log/containers/web-0_shop_nginx-side-0123abcd.log", "shop", "web-0", "nginx-side"),
    ])
    func `whose log it is stands in its path`(_ path: String, _ namespace: String, _ pod: String, _ container: String) {
        let log = ContainerLogPath(path)
        #expect(log?.namespace == namespace && log?.pod == pod && log?.container == container)
    }

    @Test(arguments: [
        "/var/log/syslog", "/var/log/pods/a_b/c/0.log", "/var/log/pods/a_b_u/c/x.log", "/var/log/pods/a_b_u/c/0.log.gz",
        "/var/log/containers/a_b_.log", "0.log", "",
    ])
    func `another path is none's`(_ path: String) { #expect(ContainerLogPath(path) == nil) }

    private func source(
        _ folder: LogFolder,
        _ change: (inout ContainerLogs.Configuration) -> Void = { _ in }
    ) -> ContainerLogs {
        var configuration = ContainerLogs.Configuration()
        configuration.paths = [folder.path("pods/*/*/*.log"), folder.path("containers/*.log")]
        configuration.roots = [folder.path("pods"), folder.path("docker")]
        configuration.from = .beginning
        configuration.files.pollInterval = .milliseconds(100)
        configuration.files.rotationWait = .milliseconds(20)
        configuration.files.removalWait = .milliseconds(200)
        change(&configuration)
        return ContainerLogs(name: "containers", configuration)
    }

    @Test func `logs are chosen by namespace, pod and container, each once`() async throws {
        let folder = try LogFolder()
        for (pod, container) in [("shop_web-0_u", "app"), ("shop_web-0_u", "proxy"), ("kube-system_dns_u", "app")] {
            let log = try folder.append("\(pod) \(container)\n", to: "pods/\(pod)/\(container)/0.log")
            let words = pod.split(separator: "_")
            try folder.link("containers/\(words[1])_\(words[0])_\(container)-0123.log", to: log)
        }
        let feed = RecordingFeed()
        let source = source(folder) {
            $0.namespaces.exclude = ["kube-*"]
            $0.containers.include = ["a*"]
        }
        #expect(try await source.run(into: feed) { feed.records.count == 1 })
        #expect(try await source.run(into: feed, patience: .milliseconds(300)) { feed.records.count > 1 } == false)
        #expect(feed.lines == ["shop_web-0_u app"])
    }

    @Test func `the kubelet's rotation is followed through a link, and the stream ends with its pod`() async throws {
        let folder = try LogFolder()
        let target = "docker/id/id-json.log"
        try folder.append("1\n", to: target)
        try folder.link("pods/ns_pod_u/app/0.log", to: folder.path(target))
        let feed = RecordingFeed()
        let hasEnded = try await source(folder).run(into: feed) {
            feed.batches.last?.isLast == true
        } while: {
            try await feed.waits(for: 1)
            try folder.append("2\n", to: target)
            try folder.move(target, to: target + ".20260101-000000")
            try folder.append("3\n", to: target)
            try await feed.waits(for: 3)
            try folder.compress(target + ".20260101-000000")
            try folder.append("4\n", to: target)
            try await feed.waits(for: 4)
            try folder.remove("docker")
        }
        #expect(hasEnded)
        #expect(feed.lines == ["1", "2", "3", "4"])
        #expect(feed.losses == [])
        #expect(feed.cursors == [:])
    }

    @Test func `a link that leads elsewhere is told and not read`() async throws {
        let folder = try LogFolder()
        let secret = try folder.append("root:x\n", to: "shadow")
        try folder.link("pods/ns_pod_u/app/0.log", to: secret)
        let feed = RecordingFeed()
        #expect(try await source(folder).run(into: feed) { !feed.health.isEmpty })
        guard case .waiting(let reason, 1) = feed.health.first else {
            Issue.record("\(feed.health)")
            return
        }
        #expect(reason.contains("which is not below a folder that links may lead to: it is not read"))
        #expect(feed.batches == [])
    }
}
