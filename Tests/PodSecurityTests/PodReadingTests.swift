import Deployments
import Dialects
import Foundation
import PodSecurity
import Testing

/// Which pods are found in manifests, and what makes one unreadable.
@Suite struct PodReadingTests {
    /// Each pod's place and its violations of the baseline.
    static func verdicts(_ text: String) throws -> [String] {
        let reading = Pods.reading(text)
        #expect(reading.problems == [])
        return reading.pods.map { one in
            let verdict = PodSecurityVerdict(of: one.pod, by: PodSecurityPolicy(.baseline))
            let fields = verdict.violations.flatMap { $0.fields.map(\.path) }
            return "\(one.deployment.placement.resourceType ?? "-") \(one.pod.path) \(fields)"
        }
    }

    static let template = """
        {metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/a: unconfined}}, \
        spec: {hostNetwork: true, containers: [{name: a, ports: [{containerPort: 80}]}]}}
        """

    /// A template gets none of what the server fills into a pod.
    @Test(arguments: [
        ("apps/v1", "Deployment", "spec.template"), ("apps/v1", "DaemonSet", "spec.template"),
        ("apps/v1", "StatefulSet", "spec.template"), ("apps/v1", "ReplicaSet", "spec.template"),
        ("v1", "ReplicationController", "spec.template"), ("batch/v1", "Job", "spec.template"),
        ("batch/v1", "CronJob", "spec.jobTemplate.spec.template"), ("v1", "PodTemplate", "template"),
    ])
    func `a workload's template is judged like a pod`(_ version: String, _ kind: String, _ path: String) throws {
        var body = Self.template
        for name in path.split(separator: ".").reversed() { body = "{\(name): \(body)}" }
        let text = "{apiVersion: \(version), kind: \(kind), metadata: {name: w}, \(body.dropFirst().dropLast())}"
        #expect(
            try Self.verdicts(text) == [
                "\(kind.lowercased()) \(path).spec [\"\(path).metadata.annotations"
                    + "[container.apparmor.security.beta.kubernetes.io/a]\", \"\(path).spec.hostNetwork\"]"
            ]
        )
        let empty = "{apiVersion: \(version), kind: \(kind), metadata: {name: w}, spec: null}"
        #expect(try Self.verdicts(empty) == [])
    }

    @Test func `a pod that stands in a list, and one after another, is found`() throws {
        let pod = Pods.manifest("{hostPID: true}")
        #expect(
            try Self.verdicts("---\n\(pod)\n---\n{kind: List, items: [\(pod), {kind: PodList, items: [\(pod)]}]}\n")
                == [String](repeating: #"pod spec ["spec.hostPID"]"#, count: 3)
        )
    }

    static let custom: [(String, [String])] = [
        (
            """
            {apiVersion: x/v1, kind: CloneSet, spec: {hostPID: true, template: {spec: {hostIPC: true, containers: \
            [{name: a, securityContext: {privileged: true}}]}}}}
            """,
            [
                #"cloneset spec.template.spec ["spec.template.spec.hostIPC", "#
                    + #""spec.template.spec.containers[0].securityContext.privileged"]"#
            ]
        ),
        // A plural name is another thing in another group.
        (
            """
            {apiVersion: batch.volcano.sh/v1alpha1, kind: Job, spec: {tasks: [{template: {spec: {hostPID: true, \
            containers: [{name: a}]}}}, {template: {spec: {containers: [{name: b}]}}}]}}
            """,
            [
                #"job spec.tasks[0].template.spec ["spec.tasks[0].template.spec.hostPID"]"#,
                "job spec.tasks[1].template.spec []",
            ]
        ),
        // Argo: what the workflow says holds for its templates, and the patch for their pods.
        (
            """
            {apiVersion: argoproj.io/v1alpha1, kind: Workflow, spec: {hostNetwork: true, \
            podSpecPatch: "hostPID: true\\ncontainers: [{name: main, securityContext: {privileged: true}}]", \
            templates: [{name: t, initContainers: [{name: i, image: x, ports: [{hostPort: 1}]}], \
            container: {image: z, securityContext: {privileged: false}}}]}}
            """,
            [
                #"workflow spec.templates[0] ["spec.hostNetwork", "spec.podSpecPatch.hostPID", "#
                    + #""spec.templates[0].initContainers[0].ports[0].hostPort", "#
                    + #""spec.templates[0].container.securityContext.privileged"]"#
            ]
        ),
        // Tekton: the pod's template stands beside the task, the steps' defaults in it.
        (
            """
            {apiVersion: tekton.dev/v1, kind: TaskRun, spec: {podTemplate: {hostNetwork: true}, taskSpec: {\
            stepTemplate: {image: x, securityContext: {privileged: true}}, \
            steps: [{name: s, script: id}, {name: t, script: id, securityContext: {privileged: false}}], \
            volumes: [{name: v, hostPath: {path: /}}]}}}
            """,
            [
                #"taskrun spec.taskSpec ["spec.podTemplate.hostNetwork", "spec.taskSpec.volumes[0].hostPath", "#
                    + #""spec.taskSpec.stepTemplate.securityContext.privileged", "#
                    + #""spec.taskSpec.steps[0].securityContext.privileged"]"#
            ]
        ),
        // A manifest that stands as text deploys too.
        (
            """
            {apiVersion: argoproj.io/v1alpha1, kind: Workflow, spec: {templates: [{resource: {manifest: \
            '{kind: Job, spec: {template: {spec: {hostPID: true, containers: [{name: a, image: x}]}}}}'}}]}}
            """,
            [
                #"workflow spec.templates[0].resource.manifest > spec.template.spec "#
                    + #"["spec.templates[0].resource.manifest > spec.template.spec.hostPID"]"#
            ]
        ),
        ("{apiVersion: v1, kind: ConfigMap, data: {containers: [{image: x}]}}", []),
        ("{apiVersion: v1, kind: Service, spec: {ports: [{port: 80}]}}", []),
    ]

    @Test(arguments: custom)
    func `pods of other kinds are found by shape`(_ text: String, _ wanted: [String]) throws {
        #expect(try Self.verdicts(text) == wanted)
    }

    static let wrong: [(String, String)] = [
        (
            "{containers: [{name: a, securityContext: {privileged: 'yes'}}]}",
            "spec.containers[0].securityContext.privileged: a boolean is needed, not a string"
        ),
        ("{hostPID: 1}", "spec.hostPID: a boolean is needed, not the number that stands there"),
        ("{containers: {name: a}}", "spec.containers: a list is needed, not an object"),
        ("{containers: [a]}", "spec.containers[0]: an object is needed, not a string"),
        (
            "{containers: [{ports: [{hostPort: 4294967376}]}]}",
            "spec.containers[0].ports[0].hostPort: a whole number of 32 bits is needed, not the number that stands there"
        ),
        (
            "{initContainers: [{securityContext: {capabilities: {add: SYS_ADMIN}}}]}",
            "spec.initContainers[0].securityContext.capabilities.add: a list is needed, not a string"
        ),
        (
            "{securityContext: {runAsUser: '0'}}",
            "spec.securityContext.runAsUser: a whole number of 64 bits is needed, not a string"
        ),
        (
            "{securityContext: {seccompProfile: RuntimeDefault}}",
            "spec.securityContext.seccompProfile: an object is needed, not a string"
        ),
        (
            "{volumes: [{name: v, hostPath: {path: /}, emptyDir: {}}]}",
            "spec.volumes[0]: a volume is one thing, not several (hostPath, emptyDir)"
        ),
        ("{volumes: [{name: v, hostPath: /}]}", "spec.volumes[0].hostPath: an object is needed, not a string"),
        (
            "{containers: [{securityContext: {privileged: true, privileged: false}}]}",
            "spec.containers[0].securityContext.privileged: the key stands twice; remove one of them"
        ),
    ]

    @Test(arguments: wrong)
    func `a field of a wrong type is told with its place, and nothing is judged`(_ spec: String, _ wanted: String) {
        for text in [Pods.manifest(spec), Pods.manifest("{}") + "\n---\n" + Pods.manifest(spec)] {
            let reading = Pods.reading(text)
            #expect(reading.problems.map(\.message) == ["pod/p is not judged: \(wanted)"])
            #expect(reading.pods.count == (text.contains("---") ? 1 : 0))
        }
    }

    @Test(arguments: [
        ("'hostPID: {{inputs.parameters.pid}}x'", "the patch is no YAML or JSON that can be read"),
        ("'{{patch}}'", "the patch is no YAML or JSON that can be read"),
        ("'hostPID: 1'", "a boolean is needed, not the number that stands there"),
    ])
    func `a pod whose patch cannot be read is not judged`(_ patch: String, _ problem: String) {
        let reading = Pods.reading(
            "{apiVersion: x/v1, kind: W, spec: {podSpecPatch: \(patch), templates: [{container: {image: z}}]}}"
        )
        #expect(reading.pods.isEmpty)
        #expect(reading.problems.count == 1)
        #expect(reading.problems.allSatisfy { $0.message.hasSuffix(problem) }, "\(reading.problems)")
        let blank = Pods.reading(
            "{apiVersion: x/v1, kind: W, spec: {podSpecPatch: ' ', templates: [{container: {image: z}}]}}"
        )
        #expect(blank.pods.count == 1)
    }

    @Test func `null is a field left out, and keys count in their own case alone`() throws {
        let pod = try Pods.only(
            Pods.manifest(
                """
                {hostPID: null, HostPID: true, securityContext: null, volumes: null, containers: [null, \
                {name: a, securityContext: {privileged: null, Privileged: true, capabilities: null}}]}
                """
            )
        )
        #expect(PodSecurityVerdict(of: pod, by: PodSecurityPolicy(.baseline)).isAllowed)
        #expect(pod.containers.map(\.name) == ["", "a"])
    }

    @Test func `an object that holds more containers than are looked at is not judged`() {
        let containers = (0...1_000).map { "{name: c\($0), image: x}" }.joined(separator: ", ")
        let reading = Pods.reading(
            "{apiVersion: x/v1, kind: Big, spec: {template: {spec: {containers: [\(containers)]}}}}"
        )
        #expect(reading.pods.isEmpty)
        #expect(
            reading.problems.map(\.message) == [
                "big is not judged: spec.template.spec.containers: there are more than 1000 containers"
            ]
        )
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
    func `every container that a search by shape finds in a custom resource is in a pod`() throws {
        var count = 0
        for expected in try SharedData.objects("crd-manifests/expected.jsonl") {
            let file = try #require(expected["file"] as? String)
            let text = try String(contentsOf: SharedData.root.appending(path: "crd-manifests/\(file)"), encoding: .utf8)
            let reading = Pods.reading(text)
            #expect(reading.problems == [], "\(file)")
            let wanted = (expected["containers"] as? [[String: Any]] ?? []).compactMap { $0["path"] as? String }
            #expect(reading.pods.flatMap { $0.pod.allContainers.map(\.path) }.sorted() == wanted.sorted(), "\(file)")
            for path in expected["podspecs"] as? [String] ?? [] where path != "spec" && path != "spec.driver" {
                #expect(reading.pods.contains { $0.pod.path == path }, "\(file) \(path)")
            }
            count += wanted.count
        }
        #expect(count == 49)
    }
}
