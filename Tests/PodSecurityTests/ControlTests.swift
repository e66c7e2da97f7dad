import PodSecurity
import Testing

/// Each control in the situations in which upstream's own tests put it: every kind of container, the pod's word and the
/// container's, nothing and null, and the versions in which it changed.
@Suite struct ControlTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var policies: [String]
        var spec: String
        var annotations = "{}"
        /// The violations as the API server joins them; empty for an allowed pod.
        var detail: String
        var paths: [String] = []

        var testDescription: String { "\(policies) \(spec)" }
    }

    /// What restricted asks of every container, so that a case shows one thing alone.
    static let quiet = #"allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}"#
    static let quietPod = #"runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}"#

    static func expect(_ one: Case) throws {
        for policy in one.policies {
            let verdict = try Pods.verdict(policy, one.spec, annotations: one.annotations)
            #expect(verdict.detail == one.detail, "\(policy)")
            #expect(verdict.isAllowed == one.detail.isEmpty)
            #expect(verdict.violations.flatMap { $0.fields.map(\.path) } == one.paths, "\(policy)")
        }
    }

    static let baseline: [Case] = [
        Case(policies: ["baseline", "baseline:v1.0"], spec: "{containers: [{name: a}]}", detail: ""),
        Case(
            policies: ["baseline", "baseline:v1.0", "restricted:v1.7"],
            spec: "{hostNetwork: true, hostPID: true, hostIPC: true, securityContext: {runAsNonRoot: true}}",
            detail: "host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)",
            paths: ["spec.hostNetwork", "spec.hostPID", "spec.hostIPC"]
        ),
        Case(policies: ["baseline"], spec: "{hostNetwork: false, hostPID: null}", detail: ""),
        Case(
            policies: ["baseline"],
            spec: "{hostPID: true, containers: [{name: a, ports: [{containerPort: 80}]}]}",
            detail: "host namespaces (hostPID=true)",
            paths: ["spec.hostPID"]
        ),
        // In the host's network every container port is the host's.
        Case(
            policies: ["baseline"],
            spec: """
                {hostNetwork: true, initContainers: [{name: i, ports: [{containerPort: 9}]}], \
                containers: [{name: a, ports: [{containerPort: 80}, {containerPort: 81, hostPort: 8081}]}]}
                """,
            detail: #"host namespaces (hostNetwork=true), hostPort (containers "i", "a" use hostPorts 80, 8081, 9)"#,
            paths: [
                "spec.hostNetwork", "spec.initContainers[0].ports[0].hostPort", "spec.containers[0].ports[0].hostPort",
                "spec.containers[0].ports[1].hostPort",
            ]
        ),
        Case(
            policies: ["baseline", "baseline:v1.0"],
            spec: "{containers: [{name: a, ports: [{hostPort: 0}, {hostPort: 12, containerPort: 1}]}]}",
            detail: #"hostPort (container "a" uses hostPort 12)"#,
            paths: ["spec.containers[0].ports[1].hostPort"]
        ),
        Case(
            policies: ["baseline"],
            spec: """
                {initContainers: [{name: i, securityContext: {privileged: true}}], \
                containers: [{name: a}, {name: b, securityContext: {privileged: false}}], \
                ephemeralContainers: [{name: e, securityContext: {privileged: true}}]}
                """,
            detail: #"privileged (containers "i", "e" must not set securityContext.privileged=true)"#,
            paths: [
                "spec.initContainers[0].securityContext.privileged",
                "spec.ephemeralContainers[0].securityContext.privileged",
            ]
        ),
        Case(
            policies: ["baseline", "restricted:v1.21"],
            spec: """
                {securityContext: {\(quietPod)}, containers: [\
                {name: a, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CHOWN, FOO]}}}, \
                {name: b, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [BAR, KILL, FOO]}}}, \
                {name: c, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [KILL]}}}]}
                """,
            detail: #"""
                non-default capabilities (containers "a", "b" must not include "BAR", "FOO" in \#
                securityContext.capabilities.add)
                """#,
            paths: [
                "spec.containers[0].securityContext.capabilities.add[1]",
                "spec.containers[1].securityContext.capabilities.add[0]",
                "spec.containers[1].securityContext.capabilities.add[2]",
            ]
        ),
        // The Kelvin sign, which Swift takes for a K.
        Case(
            policies: ["baseline"],
            spec: #"{containers: [{name: a, securityContext: {capabilities: {add: ["\u212AILL"]}}}]}"#,
            detail: "non-default capabilities (container \"a\" must not include \"\u{212A}ILL\" in "
                + "securityContext.capabilities.add)",
            paths: ["spec.containers[0].securityContext.capabilities.add[0]"]
        ),
        Case(
            policies: ["baseline", "baseline:v1.0"],
            spec: "{volumes: [{name: a, hostPath: {path: /}}, {name: b, emptyDir: {}}, {name: c, hostPath: {}}]}",
            detail: #"hostPath volumes (volumes "a", "c")"#,
            paths: ["spec.volumes[0].hostPath", "spec.volumes[2].hostPath"]
        ),
        Case(
            policies: ["baseline"],
            spec: """
                {containers: [{name: b, startupProbe: {httpGet: {host: h2}}, livenessProbe: {tcpSocket: {host: h1}}}, \
                {name: a, lifecycle: {preStop: {httpGet: {host: h1}}, postStart: {tcpSocket: {host: "::1"}}}}, \
                {name: c, readinessProbe: {httpGet: {host: ""}, tcpSocket: {port: 1}}, lifecycle: null}]}
                """,
            detail: #"""
                probe or lifecycle host (containers "a", "b" use probe or lifecycle hosts "::1", "h1", "h2")
                """#,
            paths: [
                "spec.containers[0].startupProbe.httpGet.host", "spec.containers[0].livenessProbe.tcpSocket.host",
                "spec.containers[1].lifecycle.preStop.httpGet.host",
                "spec.containers[1].lifecycle.postStart.tcpSocket.host",
            ]
        ),
        Case(
            policies: ["baseline:v1.33"],
            spec: "{containers: [{name: b, startupProbe: {httpGet: {host: h2}}}]}",
            detail: ""
        ),
        Case(
            policies: ["baseline", "baseline:v1.34", "baseline:v1.0"],
            spec: """
                {hostUsers: true, containers: [{name: a, securityContext: {procMount: Unmasked}}, \
                {name: b, securityContext: {procMount: Default}}, {name: c, securityContext: {procMount: ""}}]}
                """,
            detail: #"procMount (containers "a", "c" must not set securityContext.procMount to "", "Unmasked")"#,
            paths: ["spec.containers[0].securityContext.procMount", "spec.containers[2].securityContext.procMount"]
        ),
        Case(
            policies: ["baseline:v1.35", "baseline:v1.36", "baseline"],
            spec: "{hostUsers: false, containers: [{name: a, securityContext: {procMount: Unmasked}}]}",
            detail: ""
        ),
        Case(
            policies: ["baseline"],
            spec: """
                {securityContext: {seLinuxOptions: {type: t, user: u}}, containers: [\
                {name: a, securityContext: {seLinuxOptions: {type: container_t, role: r}}}, \
                {name: b, securityContext: {seLinuxOptions: {}}}, \
                {name: c, securityContext: {seLinuxOptions: {level: l, type: container_engine_t}}}]}
                """,
            detail: #"""
                seLinuxOptions (pod and container "a" set forbidden securityContext.seLinuxOptions: type "t"; \#
                user may not be set; role may not be set)
                """#,
            paths: [
                "spec.securityContext.seLinuxOptions.type", "spec.securityContext.seLinuxOptions.user",
                "spec.containers[0].securityContext.seLinuxOptions.role",
            ]
        ),
        Case(
            policies: ["baseline:v1.30"],
            spec: "{securityContext: {seLinuxOptions: {type: container_engine_t}}}",
            detail: #"seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "container_engine_t")"#,
            paths: ["spec.securityContext.seLinuxOptions.type"]
        ),
        Case(
            policies: ["baseline:v1.18"],
            spec: """
                {securityContext: {seccompProfile: {type: Unconfined}}, \
                initContainers: [{name: i}], containers: [{name: a}, {name: b}]}
                """,
            annotations: """
                {seccomp.security.alpha.kubernetes.io/pod: "a\\tb", \
                container.seccomp.security.alpha.kubernetes.io/i: docker/default, \
                container.seccomp.security.alpha.kubernetes.io/a: localhost/x, \
                container.seccomp.security.alpha.kubernetes.io/b: "", \
                container.seccomp.security.alpha.kubernetes.io/nobody: unconfined}
                """,
            detail: #"""
                seccompProfile (forbidden annotations container.seccomp.security.alpha.kubernetes.io/b="", \#
                seccomp.security.alpha.kubernetes.io/pod="a\tb")
                """#,
            paths: [
                "metadata.annotations[container.seccomp.security.alpha.kubernetes.io/b]",
                "metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]",
            ]
        ),
        Case(
            policies: ["baseline:v1.19", "baseline"],
            spec: """
                {securityContext: {seccompProfile: {type: Unconfined}}, containers: [\
                {name: a, securityContext: {seccompProfile: {}}}, {name: b, securityContext: {seccompProfile: null}}]}
                """,
            annotations: "{seccomp.security.alpha.kubernetes.io/pod: unconfined}",
            detail: #"""
                seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to \#
                "", "Unconfined")
                """#,
            paths: [
                "spec.securityContext.seccompProfile.type", "spec.containers[0].securityContext.seccompProfile.type",
            ]
        ),
        Case(
            policies: ["baseline:v1.26"],
            spec: """
                {securityContext: {sysctls: [{name: b}, {name: net.ipv4.ip_local_reserved_ports}, {name: a}, \
                {name: kernel.shm_rmid_forced}]}}
                """,
            detail: "forbidden sysctls (b, net.ipv4.ip_local_reserved_ports, a)",
            paths: [
                "spec.securityContext.sysctls[0].name", "spec.securityContext.sysctls[1].name",
                "spec.securityContext.sysctls[2].name",
            ]
        ),
        Case(
            policies: ["baseline:v1.32", "baseline", "baseline:v1.99"],
            spec: """
                {securityContext: {sysctls: [{name: net.ipv4.ip_local_reserved_ports}, \
                {name: net.ipv4.tcp_keepalive_time}, {name: net.ipv4.tcp_wmem}]}}
                """,
            detail: ""
        ),
        Case(
            policies: ["baseline", "baseline:v1.0"],
            spec: """
                {os: {name: windows}, securityContext: {windowsOptions: {hostProcess: true}}, \
                containers: [{name: a, securityContext: {windowsOptions: {hostProcess: true}}}, \
                {name: b, securityContext: {windowsOptions: {hostProcess: false}}}]}
                """,
            detail: #"""
                hostProcess (pod and container "a" must not set securityContext.windowsOptions.hostProcess=true)
                """#,
            paths: [
                "spec.securityContext.windowsOptions.hostProcess",
                "spec.containers[0].securityContext.windowsOptions.hostProcess",
            ]
        ),
    ]

    @Test(arguments: baseline)
    func `the baseline says of a pod what the API server says`(_ one: Case) throws { try Self.expect(one) }

    static let appArmor: [Case] = [
        Case(
            policies: ["baseline"],
            spec: "{securityContext: {appArmorProfile: {type: Unconfined}}, containers: [{name: a}]}",
            annotations: "{container.apparmor.security.beta.kubernetes.io/a: unconfined}",
            detail: #"""
                forbidden AppArmor profiles (pod and annotation must not set AppArmor profile type to "Unconfined", \#
                "container.apparmor.security.beta.kubernetes.io/a="unconfined"")
                """#,
            paths: [
                "spec.securityContext.appArmorProfile.type",
                "metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]",
            ]
        ),
        Case(
            policies: ["baseline", "baseline:v1.0"],
            spec: """
                {securityContext: {appArmorProfile: {type: RuntimeDefault}}, \
                initContainers: [{name: i, securityContext: {appArmorProfile: {type: Localhost}}}], \
                containers: [{name: a, securityContext: {appArmorProfile: {type: Unconfined}}}, \
                {name: b, securityContext: {appArmorProfile: {}}}]}
                """,
            detail: #"""
                forbidden AppArmor profiles (containers "a", "b" must not set AppArmor profile type to \#
                "", "Unconfined")
                """#,
            paths: [
                "spec.containers[0].securityContext.appArmorProfile.type",
                "spec.containers[1].securityContext.appArmorProfile.type",
            ]
        ),
        // The server makes a field of an annotation; a field that is there counts, and other containers' names do not.
        Case(
            policies: ["baseline"],
            spec: "{containers: [{name: a}, {name: b, securityContext: {appArmorProfile: {type: RuntimeDefault}}}]}",
            annotations: """
                {container.apparmor.security.beta.kubernetes.io/a: unconfined, \
                container.apparmor.security.beta.kubernetes.io/b: unconfined, \
                container.apparmor.security.beta.kubernetes.io/c: bogus, \
                container.apparmor.security.beta.kubernetes.io/d: localhost/, \
                container.apparmor.security.beta.kubernetes.io/e: ""}
                """,
            detail: #"""
                forbidden AppArmor profiles (container "a" and annotations must not set AppArmor profile type to \#
                "Unconfined", "container.apparmor.security.beta.kubernetes.io/a="unconfined"", \#
                "container.apparmor.security.beta.kubernetes.io/b="unconfined"", \#
                "container.apparmor.security.beta.kubernetes.io/c="bogus"")
                """#,
            paths: [
                "spec.containers[0].securityContext.appArmorProfile.type",
                "metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]",
                "metadata.annotations[container.apparmor.security.beta.kubernetes.io/b]",
                "metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]",
            ]
        ),
        Case(
            policies: ["baseline"],
            spec: "{os: {name: windows}, containers: [{name: a}]}",
            annotations: "{container.apparmor.security.beta.kubernetes.io/a: unconfined}",
            detail: #"""
                forbidden AppArmor profile (annotation must not set AppArmor profile type to \#
                "container.apparmor.security.beta.kubernetes.io/a="unconfined"")
                """#,
            paths: ["metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]"]
        ),
    ]

    @Test(arguments: appArmor)
    func `AppArmor profiles are those of fields and annotations, as the API server joins them`(_ one: Case) throws {
        try Self.expect(one)
    }
}
