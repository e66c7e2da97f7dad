@testable import Posture
import Testing

/// Management applications of the recorded cluster.
@Suite(.enabled(if: Oracle.isPresent, "needs ../shared/data: the recorded applications are NOT compared"))
struct RecordedApplicationObjectTests {
    static let cases = RecordedCase.of(["TW-M1035-040"])

    @Test func `the labelled cases are there`() { #expect(Self.cases.count == 2) }

    private static func cluster() throws -> Evidence {
        var evidence = Evidence()
        evidence.cluster = .known(try RecordedCluster.all())
        return evidence
    }

    @Test(arguments: cases)
    func `each labelled case gets the verdict that it has`(_ one: RecordedCase) throws {
        let results = Check.kubernetesDashboardLogin.results(on: try Self.cluster())
        let meant = results.filter { $0.subject.hasPrefix("Deployment \"\(one.part ?? "")\"") }
        #expect(meant.verdict == one.expected, "\(results)")
    }

    /// By reading the objects: Argo Workflows is started with `--auth-mode server`, without TLS; Kubeflow's Notebooks are in no
    /// mesh, and no NetworkPolicy is in their namespace; Portainer has port 9000 of its node, and nobody asked it anything.
    @Test(arguments: [
        ("TW-M1035-041", [#"Deployment "kubeflow/jupyter-web-app-deployment" (Kubeflow Notebooks): fail"#]),
        ("TW-M1035-042", [#"Deployment "argo/argo-server" (Argo Workflows): fail"#]), ("TW-M1035-043", [": na"]),
        (
            "TW-M1035-044",
            [
                #"Deployment "portainer/portainer" (Portainer): unknown"#,
                #"Deployment "portainer/portainer" (Portainer): fail"#,
            ]
        ),
        ("TW-M1035-045", [": na"]), ("TW-M1035-046", [": na"]), ("TW-M1035-047", [": na"]),
    ])
    func `the recorded cluster is judged as its objects read`(_ id: String, _ wanted: [String]) throws {
        let check = try #require(Check.all.first { $0.id == id })
        #expect(check.results(on: try Self.cluster()).map { "\($0.subject): \($0.outcome.rawValue)" } == wanted)
    }

    @Test(arguments: ["TW-M1035-041", "TW-M1035-042", "TW-M1035-044"])
    func `what a fix of the recorded cluster writes does not fail`(_ id: String) throws {
        let check = try #require(Check.all.first { $0.id == id })
        let failing = try Self.cluster()
        let results = check.results(on: failing.applying(check.fixes(on: failing)))
        #expect(results.allSatisfy { $0.outcome == .pass }, "\(results)")
    }
}
