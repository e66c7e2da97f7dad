import Sigma
import Testing

@testable import Judge

/// SigmaHQ's Kubernetes rules, held against events that mean what their titles say and events that do not.
@Suite(.enabled(if: Peers.isHere, "SigmaHQ's rules are not here"))
struct SigmaHQKubernetesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var title: String
        var fires: [String]
        var quiet: [String]
        var testDescription: String { title }
    }

    private static func event(
        _ verb: String,
        _ resource: String,
        group: String = "",
        part: String = "",
        namespace: String = "shop",
        uri: String = "/x",
        agent: String = "kubectl",
        code: Int = 200,
        decision: String = "allow",
        object: String? = nil
    ) -> String {
        let request = object.map { #","requestObject":\#($0)"# } ?? ""
        return """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"a",\
            "stage":"ResponseComplete","verb":"\(verb)","requestURI":"\(uri)","userAgent":"\(agent)",\
            "user":{"username":"eve"},"objectRef":{"resource":"\(resource)","namespace":"\(namespace)"\
            \(group.isEmpty ? "" : #","apiGroup":"\#(group)""#)\(part.isEmpty ? "" : #","subresource":"\#(part)""#)},\
            "responseStatus":{"code":\(code)},"annotations":{"authorization.k8s.io/decision":"\(decision)"}\(request)}
            """
    }

    private static func pod(_ spec: String) -> String { #"{"kind":"Pod","spec":{\#(spec)}}"# }

    private static let injection = """
        {"spec":{"template":{"spec":{"containers":[{"name":"side","image":"x"}]}}}}
        """

    static let cases: [Case] = [
        Case(
            title: "Kubernetes Admission Controller Modification",
            fires: [
                event("create", "mutatingwebhookconfigurations", group: "admissionregistration.k8s.io"),
                event("update", "validatingwebhookconfigurations", group: "admissionregistration.k8s.io"),
                event("deletecollection", "validatingwebhookconfigurations", group: "admissionregistration.k8s.io"),
            ],
            quiet: [
                event("get", "mutatingwebhookconfigurations", group: "admissionregistration.k8s.io"),
                event("create", "mutatingwebhookconfigurations", group: "example.com"),
            ]
        ),
        Case(
            title: "Kubernetes CronJob/Job Modification",
            fires: [event("create", "cronjobs", group: "batch"), event("patch", "jobs", group: "batch")],
            quiet: [event("update", "jobs", group: "batch", part: "status"), event("list", "jobs", group: "batch")]
        ),
        Case(
            title: "Deployment Deleted From Kubernetes Cluster",
            fires: [event("delete", "deployments", group: "apps"), event("deletecollection", "deployments")],
            quiet: [event("create", "deployments", group: "apps"), event("delete", "pods")]
        ),
        Case(
            title: "Kubernetes Events Deleted",
            fires: [event("delete", "events"), event("deletecollection", "events", group: "events.k8s.io")],
            quiet: [event("create", "events"), event("delete", "pods")]
        ),
        Case(
            title: "Potential Remote Command Execution In Pod Container",
            fires: [
                event("create", "pods", part: "exec", code: 101),
                // kubectl since 1.31, by websocket.
                event("get", "pods", part: "exec", code: 101),
            ],
            quiet: [event("get", "pods", part: "log"), event("create", "pods"), event("get", "pods")]
        ),
        Case(
            title: "Container With A hostPath Mount Created",
            fires: [
                event("create", "pods", object: pod(#""volumes":[{"name":"r","hostPath":{"path":"/"}}]"#)),
                event(
                    "create",
                    "pods",
                    object: pod(#""volumes":[{"emptyDir":{}},{"hostPath":{"path":"/etc","type":"Directory"}}]"#)
                ),
            ],
            quiet: [
                event("create", "pods", object: pod(#""volumes":[{"name":"r","emptyDir":{}}]"#)),
                event("create", "pods"), event("create", "pods", part: "exec"),
                event("delete", "pods", object: pod(#""volumes":[{"hostPath":{"path":"/"}}]"#)),
            ]
        ),
        Case(
            title: "Creation Of Pod In System Namespace",
            fires: [event("create", "pods", namespace: "kube-system")],
            quiet: [
                event("create", "pods"), event("create", "pods", part: "exec", namespace: "kube-system"),
                event("create", "pods", part: "binding", namespace: "kube-system"),
                event("create", "pods", part: "eviction", namespace: "kube-system"),
            ]
        ),
        Case(
            title: "Kubernetes Potential Enumeration Activity",
            fires: [
                event(
                    "create",
                    "pods",
                    part: "exec",
                    uri: "/api/v1/x/exec?command=%2Fbin%2Fbash&stdin=true",
                    code: 101
                ),
                event("list", "secrets", agent: "TruffleHog/3"),
            ],
            quiet: [
                event("create", "pods", part: "exec", uri: "/x/exec?command=date", code: 101),
                event("list", "secrets", agent: "trufflehog/3", code: 403, decision: "forbid"),
            ]
        ),
        Case(
            title: "Privileged Container Deployed",
            fires: [
                event("create", "pods", object: pod(#""containers":[{"securityContext":{"privileged":true}}]"#)),
                event("create", "pods", object: pod(#""initContainers":[{"securityContext":{"privileged":true}}]"#)),
                event(
                    "create",
                    "pods",
                    object: pod(#""containers":[{"securityContext":{"capabilities":{"add":["SYS_PTRACE"]}}}]"#)
                ),
            ],
            quiet: [
                event("create", "pods", object: pod(#""containers":[{"securityContext":{"privileged":false}}]"#)),
                event("create", "pods", object: pod(#""containers":[{"name":"a","image":"x"}]"#)),
                event(
                    "create",
                    "pods",
                    object: pod(#""containers":[{"securityContext":{"capabilities":{"drop":["ALL"]}}}]"#)
                ),
                event("create", "pods"),
            ]
        ),
        Case(
            title: "RBAC Permission Enumeration Attempt",
            fires: [event("create", "selfsubjectrulesreviews", group: "authorization.k8s.io", code: 201)],
            quiet: [
                event("create", "selfsubjectrulesreviews", group: "example.com"),
                event("create", "tokenreviews", group: "authentication.k8s.io"),
            ]
        ),
        Case(
            title: "Kubernetes Rolebinding Modification",
            fires: [
                event("create", "clusterrolebindings", group: "rbac.authorization.k8s.io"),
                event("patch", "rolebindings", group: "rbac.authorization.k8s.io"),
            ],
            quiet: [event("get", "rolebindings", group: "rbac.authorization.k8s.io"), event("create", "roles")]
        ),
        Case(
            title: "Kubernetes Secrets Enumeration",
            fires: [event("list", "secrets")],
            quiet: [event("get", "secrets"), event("list", "configmaps")]
        ),
        Case(
            title: "Kubernetes Secrets Modified or Deleted",
            fires: [event("update", "secrets"), event("delete", "secrets"), event("deletecollection", "secrets")],
            quiet: [event("get", "secrets"), event("update", "configmaps")]
        ),
        Case(
            title: "New Kubernetes Service Account Created",
            fires: [event("create", "serviceaccounts", code: 201)],
            quiet: [event("create", "serviceaccounts", part: "token"), event("get", "serviceaccounts")]
        ),
        Case(
            title: "Potential Sidecar Injection Into Running Deployment",
            fires: [
                event("patch", "deployments", group: "apps", object: injection),
                event(
                    "patch",
                    "deployments",
                    group: "apps",
                    object:
                        #"[{"op":"add","path":"/spec/template/spec/containers/-","value":{"name":"s","image":"x"}}]"#
                ),
                // What was patched is not logged at this level.
                event("patch", "deployments", group: "apps"),
            ],
            quiet: [
                event("patch", "deployments", group: "apps", part: "scale"),
                event("patch", "deployments", group: "apps", part: "status"),
                event("patch", "deployments", group: "apps", object: #"{"spec":{"replicas":3}}"#),
                event("update", "deployments", group: "apps", object: injection),
            ]
        ),
        Case(
            title: "Kubernetes Unauthorized or Unauthenticated Access",
            fires: [event("get", "secrets", code: 403, decision: "forbid"), event("get", "pods", code: 401)],
            quiet: [event("get", "secrets"), event("get", "secrets", code: 404)]
        ),
    ]

    @Test(arguments: cases)
    func `a rule fires as its title says, and on nothing else`(_ example: Case) throws {
        let judge = Judge(try Judge.Bench(try Peers.sigmaHQ()))
        for (number, event) in (example.fires + example.quiet).enumerated() {
            let titles = try RawRecords.findings(judge, event, offset: number).map(\.rule.title)
            #expect(titles.contains(example.title) == (number < example.fires.count), "\(event)")
        }
    }

    @Test func `every rule of SigmaHQ's is read, fed, and told of above`() throws {
        let library = try Peers.sigmaHQ()
        #expect(library.diagnostics == [])
        #expect(try Judge.Bench(library).unfed.isEmpty)
        #expect(library.rules.map(\.title).sorted() == Self.cases.map(\.title).sorted())
    }

    @Test func `no rule fires on most of a recorded cluster's log, and attacks in it are not passed over`() throws {
        let judge = Judge(try Judge.Bench(try Peers.sigmaHQ()))
        var counts: [String: Int] = [:]
        let events = try Peers.lines("kubernetes/audit.jsonl")
        for (number, event) in events.enumerated() {
            for finding in try RawRecords.findings(judge, event, offset: number) {
                counts[finding.rule.title, default: 0] += 1
            }
        }
        // A test cluster on which many pods are made: the most frequent rule is that of pods in kube-system.
        #expect(counts.values.allSatisfy { $0 * 5 < events.count }, "\(counts)")
        #expect(counts["Privileged Container Deployed", default: 0] > 0)
        #expect(counts["Container With A hostPath Mount Created", default: 0] > 0)
    }

    /// Panther's rules that look for what one of SigmaHQ's looks for.
    static let alike: [String: String] = [
        "Kubernetes.Pod.Exec": "Potential Remote Command Execution In Pod Container",
        "Kubernetes.Pod.HostPath.Volume": "Container With A hostPath Mount Created",
        "Kubernetes.Pod.SystemNamespace": "Creation Of Pod In System Namespace",
        "Kubernetes.Pod.Dangerous.Capabilities": "Privileged Container Deployed",
        "Kubernetes.AdmissionController.Created": "Kubernetes Admission Controller Modification",
        "Kubernetes.Secret.AccessDenied": "Kubernetes Unauthorized or Unauthenticated Access",
        "Kubernetes.ClusterRoleBinding.Privileged": "Kubernetes Rolebinding Modification",
    ]

    @Test func `what Panther's rules find, SigmaHQ's rules of the same meaning find`() throws {
        let judge = Judge(try Judge.Bench(try Peers.sigmaHQ()))
        var compared = 0
        for (number, example) in try PantherExample.all().enumerated() where example.isExpected {
            guard let title = Self.alike[example.rule], let event = example.auditEvent else { continue }
            // Panther also counts what is not found; SigmaHQ's rule is about refusals.
            if example.rule == "Kubernetes.Secret.AccessDenied", event.contains(#""code":404"#) { continue }
            compared += 1
            let titles = try RawRecords.findings(judge, event, offset: number).map(\.rule.title)
            #expect(titles.contains(title), "\(example.rule): \(event)")
        }
        #expect(compared > 5)
    }
}
