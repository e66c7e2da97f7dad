import PodSecurity
import Testing

@Suite struct RestrictedControlTests {
    typealias Case = ControlTests.Case

    static let quiet = ControlTests.quiet
    static let quietPod = ControlTests.quietPod
    /// A pod of which only what stands here can be wrong.
    static func pod(_ context: String, _ fields: String = "") -> String {
        "{securityContext: {\(quietPod)}, containers: [{name: a, securityContext: {\(context)}}]\(fields)}"
    }

    static let cases: [Case] = [
        Case(policies: ["restricted", "restricted:v1.0", "restricted:v1.24"], spec: pod(quiet), detail: ""),
        // No container needs anything, so none lacks it.
        Case(policies: ["restricted", "restricted:v1.0"], spec: "{}", detail: ""),
        Case(
            policies: ["restricted:v1.8", "restricted:v1.24", "restricted"],
            spec: """
                {securityContext: {\(quietPod)}, \
                initContainers: [{name: i, securityContext: {capabilities: {drop: [ALL]}}}], \
                containers: [{name: a, securityContext: {\(quiet)}}], ephemeralContainers: [{name: e, \
                securityContext: {allowPrivilegeEscalation: true, capabilities: {drop: [ALL]}}}]}
                """,
            detail: #"""
                allowPrivilegeEscalation != false (containers "i", "e" must set \#
                securityContext.allowPrivilegeEscalation=false)
                """#,
            paths: [
                "spec.initContainers[0].securityContext.allowPrivilegeEscalation",
                "spec.ephemeralContainers[0].securityContext.allowPrivilegeEscalation",
            ]
        ),
        Case(policies: ["restricted:v1.7"], spec: pod("capabilities: {drop: [ALL]}"), detail: ""),
        Case(
            policies: ["restricted:v1.22", "restricted"],
            spec: """
                {securityContext: {\(quietPod)}, containers: [\
                {name: a, securityContext: {allowPrivilegeEscalation: false}}, \
                {name: b, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [CHOWN, all]}}}, \
                {name: c, securityContext: {allowPrivilegeEscalation: false, \
                capabilities: {drop: [ALL], add: [NET_BIND_SERVICE, CHOWN, BPF]}}}]}
                """,
            detail: #"""
                unrestricted capabilities (containers "a", "b" must set securityContext.capabilities.drop=["ALL"]; \#
                container "c" must not include "BPF", "CHOWN" in securityContext.capabilities.add)
                """#,
            paths: [
                "spec.containers[0].securityContext.capabilities.drop",
                "spec.containers[1].securityContext.capabilities.drop",
                "spec.containers[2].securityContext.capabilities.add[1]",
                "spec.containers[2].securityContext.capabilities.add[2]",
            ]
        ),
        Case(
            policies: ["restricted", "restricted:v1.0"],
            spec: pod(
                quiet,
                """
                , volumes: [{name: a, emptyDir: {}}, {name: b, nfs: {server: s}}, {name: c, hostPath: {path: /}}, \
                {name: d}, {name: e, image: {}}, {name: f, nfs: null}, {name: g, somethingLater: {}}, \
                {name: h, csi: {}}, {name: i, ephemeral: {}}, {name: j, persistentVolumeClaim: {}}]
                """
            ),
            detail: #"""
                restricted volume types (volumes "b", "c", "g" use restricted volume types "hostPath", "nfs", \#
                "unknown")
                """#,
            paths: ["spec.volumes[1].nfs", "spec.volumes[2].hostPath", "spec.volumes[6].somethingLater"]
        ),
        Case(
            policies: ["restricted:v1.18"],
            spec: "{containers: [{name: a, securityContext: {allowPrivilegeEscalation: false, runAsUser: 0}}]}",
            detail: #"""
                runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)
                """#,
            paths: ["spec.containers[0].securityContext.runAsNonRoot"]
        ),
        Case(
            policies: ["restricted:v1.0", "restricted:v1.34", "restricted"],
            spec: """
                {securityContext: {seccompProfile: {type: Localhost}, runAsNonRoot: false}, \
                containers: [{name: a, securityContext: {\(quiet)}}, \
                {name: b, securityContext: {\(quiet), runAsNonRoot: false}}, \
                {name: c, securityContext: {\(quiet), runAsNonRoot: true}}]}
                """,
            detail: #"""
                runAsNonRoot != true (pod and container "b" must not set securityContext.runAsNonRoot=false)
                """#,
            paths: ["spec.securityContext.runAsNonRoot", "spec.containers[1].securityContext.runAsNonRoot"]
        ),
        Case(
            policies: ["restricted"],
            spec: """
                {securityContext: {seccompProfile: {type: Localhost}, runAsNonRoot: null}, \
                containers: [{name: a, securityContext: {\(quiet), runAsNonRoot: true}}, \
                {name: b, securityContext: {\(quiet)}}]}
                """,
            detail: #"""
                runAsNonRoot != true (pod or container "b" must set securityContext.runAsNonRoot=true)
                """#,
            paths: ["spec.containers[1].securityContext.runAsNonRoot"]
        ),
        Case(
            policies: ["restricted:v1.23", "restricted"],
            spec: """
                {securityContext: {\(quietPod), runAsUser: 0}, containers: [\
                {name: a, securityContext: {\(quiet), runAsUser: 0}}, \
                {name: b, securityContext: {\(quiet), runAsUser: 1}}]}
                """,
            detail: #"runAsUser=0 (pod and container "a" must not set runAsUser=0)"#,
            paths: ["spec.securityContext.runAsUser", "spec.containers[0].securityContext.runAsUser"]
        ),
        Case(policies: ["restricted:v1.22"], spec: pod("\(quiet), runAsUser: 0"), detail: ""),
        Case(
            policies: ["restricted:v1.19", "restricted"],
            spec: """
                {securityContext: {runAsNonRoot: true}, containers: [{name: a, securityContext: {\(quiet)}}, \
                {name: b, securityContext: {\(quiet), seccompProfile: {type: Localhost}}}]}
                """,
            detail: #"""
                seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to \#
                "RuntimeDefault" or "Localhost")
                """#,
            paths: ["spec.containers[0].securityContext.seccompProfile.type"]
        ),
        Case(
            policies: ["restricted:v1.19", "restricted"],
            spec: """
                {securityContext: {\(quietPod)}, containers: [{name: a, \
                securityContext: {\(quiet), seccompProfile: {type: Unconfined}}}]}
                """,
            detail: #"""
                seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")
                """#,
            paths: ["spec.containers[0].securityContext.seccompProfile.type"]
        ),
        Case(
            policies: ["restricted:v1.18"],
            spec: "{securityContext: {runAsNonRoot: true}, containers: [{name: a, securityContext: {\(quiet)}}]}",
            detail: ""
        ),
        // Windows pods need nothing of what Windows does not know, but are not to run as its administrator.
        Case(
            policies: ["restricted:v1.25", "restricted"],
            spec: "{os: {name: windows}, securityContext: {runAsNonRoot: true}, containers: [{name: a}]}",
            detail: ""
        ),
        Case(
            policies: ["restricted:v1.25"],
            spec: "{os: {name: windows}, containers: [{name: a}]}",
            detail: #"""
                runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)
                """#,
            paths: ["spec.containers[0].securityContext.runAsNonRoot"]
        ),
        Case(
            policies: ["restricted:v1.24"],
            spec: "{os: {name: windows}, securityContext: {runAsNonRoot: true}, containers: [{name: a}]}",
            detail: #"""
                allowPrivilegeEscalation != false (container "a" must set \#
                securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "a" must set \#
                securityContext.capabilities.drop=["ALL"]), seccompProfile (pod or container "a" must set \#
                securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")
                """#,
            paths: [
                "spec.containers[0].securityContext.allowPrivilegeEscalation",
                "spec.containers[0].securityContext.capabilities.drop",
                "spec.containers[0].securityContext.seccompProfile.type",
            ]
        ),
        // In a user namespace of its own a pod's root is nobody on the host.
        Case(
            policies: ["restricted:v1.35", "restricted"],
            spec: """
                {hostUsers: false, securityContext: {seccompProfile: {type: RuntimeDefault}, runAsUser: 0}, \
                containers: [{name: a, securityContext: {\(quiet), procMount: Unmasked, runAsNonRoot: false}}]}
                """,
            detail: #"procMount (container "a" must not set securityContext.procMount to "Unmasked")"#,
            paths: ["spec.containers[0].securityContext.procMount"]
        ),
        Case(
            policies: ["restricted:v1.34"],
            spec: """
                {hostUsers: false, securityContext: {seccompProfile: {type: RuntimeDefault}, runAsUser: 0}, \
                containers: [{name: a, securityContext: {\(quiet), runAsNonRoot: false}}]}
                """,
            detail: #"""
                runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false), \#
                runAsUser=0 (pod must not set runAsUser=0)
                """#,
            paths: ["spec.containers[0].securityContext.runAsNonRoot", "spec.securityContext.runAsUser"]
        ),
        Case(
            policies: ["restricted"],
            spec: "{hostUsers: true, containers: [{name: a, securityContext: {\(quiet)}}]}",
            detail: #"""
                runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true), \#
                seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to \#
                "RuntimeDefault" or "Localhost")
                """#,
            paths: [
                "spec.containers[0].securityContext.runAsNonRoot",
                "spec.containers[0].securityContext.seccompProfile.type",
            ]
        ),
    ]

    @Test(arguments: cases)
    func `restricted says of a pod what the API server says`(_ one: Case) throws { try ControlTests.expect(one) }

    @Test func `everything is allowed where the level is privileged`() throws {
        let spec = "{hostPID: true, containers: [{name: a, securityContext: {privileged: true}}]}"
        #expect(try Pods.verdict("privileged", spec).isAllowed)
        #expect(try Pods.verdict("privileged:v1.0", spec).refusal == nil)
    }

    @Test func `a refusal and a warning name the policy and every violation`() throws {
        let verdict = try Pods.verdict("restricted:v1.7", "{hostPID: true, containers: [{name: a}]}")
        let text = #"""
            PodSecurity "restricted:v1.7": host namespaces (hostPID=true), runAsNonRoot != true (pod or container "a" \#
            must set securityContext.runAsNonRoot=true)
            """#
        #expect(verdict.refusal == "violates \(text)")
        #expect(verdict.warning == "would violate \(text)")
        #expect(verdict.violations.map(\.control.id) == ["hostNamespaces", "runAsNonRoot"])
        #expect(verdict.violations.map(\.control.level) == [.baseline, .restricted])
        #expect(verdict.violations.map(\.fields.first?.value) == ["true", nil])
    }
}
