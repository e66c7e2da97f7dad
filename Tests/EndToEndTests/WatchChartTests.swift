import Foundation
import Testing

/// What the chart says of watching a cluster and its nodes.
@Suite(.enabled(if: Helm.isPossible, "Helm could not be had from PyPI: the chart is NOT tried with it"))
struct WatchChartTests {
    private static let cluster = ["watch.cluster.enabled=true"]
    private static let nodes = ["watch.nodes.enabled=true"]

    /// The chart's documents that are there for these values and not without them.
    private func added(_ values: [String]) throws -> [String] {
        let result = try Helm.template("security", values)
        #expect(result.status == 0, "\(result.errors)")
        let plain = Set(Helm.documents(try Helm.template("security", []).output))
        return Helm.documents(result.output).filter { !plain.contains($0) }
    }

    private func kinds(_ documents: [String]) -> [String] {
        documents.compactMap { document in
            document.split(separator: "\n").first { $0.hasPrefix("kind: ") }.map { String($0.dropFirst(6)) }
        }.sorted()
    }

    /// The text of the ConfigMap's `watch.yml`, as the pods have it.
    private func configuration(_ documents: [String]) throws -> String {
        let map = try #require(documents.first { $0.contains("kind: ConfigMap") })
        let text = try #require(map.components(separatedBy: "watch.yml: |\n").last)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.dropFirst(4) }
            .joined(separator: "\n") + "\n"
    }

    @Test func `nothing is watched unless that is asked for`() throws {
        #expect(try !Helm.template("security", []).output.contains("tidewaiter-watch"))
        #expect(try Binary.run(["guard", "kubernetes", "--manifests"]).output.contains("watch:") == false)
    }

    @Test func `a cluster is watched by what may read pods and workloads, and nothing else`() throws {
        let documents = try added(Self.cluster)
        #expect(
            kinds(documents) == [
                "ClusterRole", "ClusterRoleBinding", "ConfigMap", "Deployment", "NetworkPolicy",
                "PersistentVolumeClaim", "ServiceAccount",
            ]
        )
        let role = try #require(documents.first { $0.contains("kind: ClusterRole\n") })
        let verbs = role.split(separator: "\n").filter { $0.contains("verbs:") }.map { $0.drop { $0 == " " } }
        #expect(verbs == ["verbs: [list, watch]", "verbs: [list, watch]", "verbs: [list, watch]"])
        // What it may read is what it is configured to follow.
        let resources = role.split(separator: "\n").filter { $0.contains("resources: [") }
            .flatMap { $0.split { !$0.isLetter }.dropFirst() }.map(String.init)
        let followed = try configuration(documents).split(separator: "\n").filter { $0.hasPrefix("    - ") }
            .map { String($0.dropFirst(6)) }
        #expect(resources.sorted() == followed.sorted() && resources.count == 8)
    }

    @Test func `Events and an audit log bring what they need with them`() throws {
        let documents = try added(
            Self.cluster + ["watch.cluster.events=true", "watch.cluster.auditWebhook.enabled=true"]
        )
        let role = try #require(documents.first { $0.contains("kind: ClusterRole\n") })
        #expect(role.contains("apiGroups: [events.k8s.io]\n    resources: [events]\n    verbs: [create, patch]"))
        #expect(kinds(documents).contains("Service"))
        let configuration = try configuration(documents)
        #expect(configuration.contains("- kubernetes-events: {}\n"))
        #expect(configuration.contains("- kubernetes-audit-webhook:\n    listen:\n    - tcp://0.0.0.0:8444\n"))
        let policy = try #require(documents.first { $0.contains("kind: NetworkPolicy") })
        #expect(policy.contains("ingress:\n") && policy.contains("{port: 8444, protocol: TCP}"))
        #expect(try added(Self.cluster).contains { $0.contains("ingress:") } == false)
    }

    @Test(arguments: [["watch.cluster.enabled=true"], ["watch.nodes.enabled=true"]])
    func `the program finds nothing wrong with its configuration`(values: [String]) throws {
        let folder = try Folder()
        let file = try folder.write(try configuration(try added(values)), as: "watch.yml")
        let environment = ["KUBERNETES_SERVICE_HOST": "192.0.2.1", "KUBERNETES_SERVICE_PORT": "443"]
        let result = try Binary.run(["watch", "--check", "--config", file], environment: environment)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("remembers in /var/lib/tidewaiter/ledger.sqlite, tells standard-output"))
    }

    @Test func `the cluster's watcher keeps to the strictest level, and no rule finds anything in it`() throws {
        let folder = try Folder()
        let file = try folder.write(try added(Self.cluster).joined(separator: "\n---\n"), as: "watch.yaml")
        let standard = try Binary.run(["scan", "--pod-security", "restricted", file])
        #expect(standard.output.contains("1 pod judged by restricted:latest, 0 violate it"), "\(standard.output)")
        let found = try Binary.run(["scan", "--format", "json", "--fail-on", "informational", file])
        #expect(found.status == 0 && found.output.isEmpty, "\(found.output)")
    }

    @Test func `a node's watcher asks for read-only files and one folder of its own, and for no other power`() throws {
        let folder = try Folder()
        let documents = try added(Self.nodes)
        #expect(
            kinds(documents) == ["ConfigMap", "DaemonSet", "Namespace", "NetworkPolicy", "ServiceAccount"]
        )
        let file = try folder.write(documents.joined(separator: "\n---\n"), as: "nodes.yaml")
        let result = try Binary.run(["scan", "--format", "json", "--pod-security", "restricted", file])
        let controls = try result.objects.compactMap { ($0["rule"] as? [String: Any])?["id"] as? String }.sorted()
        // Files of the node, which are root's: that is what it is for.
        #expect(controls == Self.nodeControls, "\(result.output)")
        let set = try #require(documents.first { $0.contains("kind: DaemonSet") })
        let mounts = set.split(separator: "\n").filter { $0.contains("mountPath: ") }
        #expect(
            mounts.filter { !$0.contains("readOnly: true") }.map { $0.drop { $0 == " " } } == [
                "- {name: ledger, mountPath: /var/lib/tidewaiter}"
            ]
        )
        #expect(set.contains("automountServiceAccountToken: false") && set.contains("capabilities: {drop: [ALL]}"))
        #expect(set.contains("allowPrivilegeEscalation: false") && !set.contains("hostPID"))
        #expect(documents.contains { $0.contains("pod-security.kubernetes.io/enforce: privileged") })
        // By the guard's own rules it may land: a power alone is not what they refuse.
        let found = try Binary.run(["scan", "--fail-on", "high", file])
        #expect(found.status == 0, "\(found.output)")
    }

    private static let nodeControls = ["restrictedVolumes", "runAsNonRoot", "runAsUser"].map {
        "pod-security/restricted/\($0)"
    }

    @Test(arguments: [
        "watch.nodes.hostPaths={/}", "watch.nodes.hostPaths={/run/containerd}", "watch.nodes.ledgerPath=/",
        "watch.nodes.namespace=Upper", "watch.cluster.storage.size=many", "watch.cluster.replicas=2",
    ])
    func `a value that cannot be is refused before anything is applied`(value: String) throws {
        let result = try Helm.template("security", [value])
        #expect(result.status != 0 && result.errors.contains("values don't meet the specifications of the schema"))
    }

    @Test func `a changed configuration starts the pods again`() throws {
        func sums(_ values: [String]) throws -> [String] {
            try added(Self.cluster + Self.nodes + values).flatMap { $0.split(separator: "\n") }
                .filter { $0.contains("checksum/config: ") }.map(String.init)
        }
        let before = try sums([])
        let after = try sums(["watch.cluster.config.lateness=5s", "watch.nodes.config.lateness=5s"])
        #expect(before.count == 2 && after.count == 2 && Set(before).isDisjoint(with: after))
    }
}
