import Foundation
import Testing

/// The recipes of Docs/watch-sources.md, tried.
@Suite struct SourceGuideTests {
    private static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func read(_ path: String) throws -> String {
        try String(contentsOf: project.appending(path: path), encoding: .utf8)
    }

    /// The blocks of a language that begin with such a line.
    private static func blocks(_ beginning: String) throws -> [String] {
        try read("Docs/watch-sources.md").components(separatedBy: "```yaml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }.filter { $0.hasPrefix(beginning) }
    }

    @Test func `each configuration of a source is one`() throws {
        let watcher = try Watcher()
        // Where the guide has files of a host, the test has its own.
        let kubeconfig = try #require(try Self.blocks("# /etc/tidewaiter/kubeconfig").first)
        try watcher.write(kubeconfig, to: "kubeconfig")
        let configurations = try Self.blocks("# watch.yml")
        #expect(configurations.count == 11)
        for configuration in configurations {
            let text = configuration.replacing("/etc/tidewaiter/kubeconfig", with: watcher.path("kubeconfig"))
            try watcher.write(text, to: "watch.yml")
            let result = try watcher.result(["watch", "--check", "--config", watcher.path("watch.yml")])
            #expect(result.status == 0, "\(result.errors)\n\(text)")
            #expect(result.errors.hasPrefix("tidewaiter: watches "), "\(result.errors)")
        }
    }

    @Test func `the policy of the guard is the example's`() throws {
        let block = try #require(try Self.blocks("# /etc/tidewaiter/docker-watch.yml").first)
        func policy(_ text: String) -> String {
            text.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n")
        }
        #expect(try policy(block) == policy(Self.read("Examples/guard/watch.yml")))
    }

    @Test func `the webhook's kubeconfig is one`() throws {
        let watcher = try Watcher()
        try watcher.write(try #require(try Self.blocks("# /etc/kubernetes/audit-webhook.yaml").first), to: "kubeconfig")
        try watcher.configure("  - kubernetes-watch: {kubeconfig: \(watcher.path("kubeconfig"))}")
        let result = try watcher.result(["watch", "--check", "--config", watcher.path("watch.yml")])
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func `the rights are those of the chart`() throws {
        let block = try #require(try Self.blocks("# rbac.yaml").first)
        let chart = try Self.read("Deploy/helm/tidewaiter/templates/watch/cluster-rbac.yaml")
        /// `group resources verbs`, a rule each.
        func rules(_ text: String) -> [String] {
            text.replacing("- {apiGroups: ", with: "- apiGroups: ").components(separatedBy: "- apiGroups: ").dropFirst()
                .map { rule in
                    rule.split { "[],{}: \n".contains($0) }.map(String.init)
                        .prefix { !["-", "---", "#", "apiVersion"].contains($0) && !$0.hasPrefix("if") }
                        .filter { $0 != "\"\"" }.joined(separator: " ")
                }
        }
        #expect(rules(block) == rules(chart))
        #expect(rules(block).count == 4 && rules(block)[0] == "resources pods replicationcontrollers verbs list watch")
    }
}
