import Deployments
import Dialects
import Testing

/// What a pod's fields mean for its containers, and what they leave open.
@Suite struct KubernetesPodTests {
    /// A pod that says something of everything that is read.
    static let everything = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: p
          namespace: shop
          labels: {app: x}
          annotations: {container.apparmor.security.beta.kubernetes.io/main: unconfined}
        spec:
          hostPID: true
          hostNetwork: true
          nodeName: n1
          nodeSelector: {disk: ssd}
          serviceAccountName: sa
          automountServiceAccountToken: false
          restartPolicy: Never
          tolerations: [{operator: Exists}, {key: k, value: v, effect: NoSchedule}]
          securityContext: {runAsUser: 0, seccompProfile: {type: Unconfined}}
          initContainers: [{name: first, image: busybox, restartPolicy: Always}]
          containers:
          - name: main
            image: someone/tool:1
            command: [sh, -c]
            args: [date]
            workingDir: /w
            env: [{name: A, value: b}, {name: S, valueFrom: {secretKeyRef: {name: s, key: k}}}]
            ports: [{containerPort: 80, hostPort: 8080}]
            lifecycle: {postStart: {exec: {command: [touch, /x]}}}
            livenessProbe: {exec: {command: [true]}}
            securityContext:
              privileged: true
              procMount: Unmasked
              allowPrivilegeEscalation: true
              readOnlyRootFilesystem: false
              capabilities: {add: [cap_sys_admin, NET_RAW], drop: [ALL]}
            volumeMounts: [{name: h, mountPath: /host, readOnly: true}, {name: h, mountPath: /e, subPath: etc}, {name: e, mountPath: /tmp}]
          volumes: [{name: h, hostPath: {path: /var/..}}, {name: e, emptyDir: {}}]
        """

    static func container(_ container: String, _ spec: String = "") -> ContainerDeployment? {
        let text = "kind: Pod\nspec:\n  containers:\n  - {name: c, image: a, \(container)}\n  \(spec)"
        let reading = readings(of: KubernetesManifestDialect(), [text])
        #expect(reading.problems == [])
        #expect(reading.deployments.count == 1)
        return reading.deployments.first
    }

    @Test func `the container's context wins over the pod's`() {
        let root = Self.container("tty: true", "securityContext: {runAsUser: 0, runAsNonRoot: true}")
        #expect(root?.security.runAsRoot == true)
        let user = Self.container("securityContext: {runAsUser: 7}", "securityContext: {runAsUser: 0}")
        #expect(user?.security.runAsUser == "7")
        #expect(user?.security.runAsRoot == false)
        #expect(Self.container("tty: true", "securityContext: {runAsNonRoot: true}")?.security.runAsRoot == false)
        let open = Self.container("securityContext: {runAsNonRoot: false}", "securityContext: {runAsNonRoot: true}")
        #expect(open?.security.runAsRoot == nil)
        let seccomp = Self.container(
            "securityContext: {seccompProfile: {type: Unconfined}}",
            "securityContext: {seccompProfile: {type: RuntimeDefault}, appArmorProfile: {type: Localhost, localhostProfile: p}}"
        )
        #expect(seccomp?.security.seccomp == "unconfined")
        #expect(seccomp?.security.appArmor == "localhost/p")
    }

    @Test func `what nobody says stays unknown`() {
        let one = Self.container("tty: true")
        #expect(one?.security == Security())
        #expect(one?.host == HostAccess())
        #expect(one?.container.image?.name == "docker.io/library/a")
        #expect(Self.container("tty: true", "hostPID: false")?.host.namespaces == [])
        #expect(Self.container("tty: true", "hostUsers: false")?.host.namespaces == [])
        #expect(Self.container("tty: true", "hostUsers: true")?.host.namespaces == [.user])
    }

    @Test func `Windows' host processes are its privileged containers`() {
        let one = Self.container(
            "tty: true",
            "securityContext: {windowsOptions: {hostProcess: true, runAsUserName: 'NT AUTHORITY\\SYSTEM'}}"
        )
        #expect(one?.security.privileged == true)
        #expect(one?.security.runAsUser == "NT AUTHORITY\\SYSTEM")
        #expect(one?.security.runAsRoot == nil)
    }

    @Test func `a volume counts where it is mounted`() {
        let volumes =
            "volumes: [{name: d, hostPath: {path: /dev/sda, type: BlockDevice}}, {name: h, hostPath: {path: /etc}}, {name: p, persistentVolumeClaim: {claimName: data}}]"
        #expect(Self.container("tty: true", volumes)?.host == HostAccess())
        let one = Self.container(
            "volumeMounts: [{name: d, mountPath: /d}, {name: h, mountPath: /h, subPath: ../cron.d, readOnly: true, recursiveReadOnly: Enabled}, {name: p, mountPath: /p}]",
            volumes
        )
        #expect(one?.host.mounts.map(\.source.path) == ["/dev/sda", "/etc/cron.d"])
        #expect(one?.host.mounts.map(\.isReadOnly) == [false, true])
        #expect(one?.host.devices == ["/dev/sda"])
        #expect(one?.volumes == [.init(name: "data", target: "/p", isReadOnly: false)])
        let block = Self.container("volumeDevices: [{name: p, devicePath: /dev/xvda}]", volumes)
        // The path is the container's own; what the claim holds is not known.
        #expect(block?.host.devices == [])
        #expect(block?.volumes == [.init(name: "data", target: "/dev/xvda", isReadOnly: false)])
    }

    @Test(arguments: [1, 15, 16, 40])
    func `a volume is found among however many, the last of a name`(count: Int) {
        let others = (0..<count).map { "{name: v\($0), hostPath: {path: /v\($0)}}" }.joined(separator: ", ")
        let one = Self.container(
            "volumeMounts: [{name: v0, mountPath: /a}, {name: none, mountPath: /b}]",
            "volumes: [\(others), {name: v0, hostPath: {path: /etc}}]"
        )
        #expect(one?.host.mounts.map(\.source.path) == ["/etc"])
    }

    @Test func `a token is mounted by the pod's word or by hand`() {
        let off = "automountServiceAccountToken: false"
        #expect(Self.container("tty: true", off)?.security.automountToken == false)
        let volumes = "\n  volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token}}]}}]"
        let one = Self.container("volumeMounts: [{name: t, mountPath: /t}]", off + volumes)
        #expect(one?.security.automountToken == true)
    }

    @Test func `affinity names nodes as a selector does`() {
        let one = Self.container(
            "tty: true",
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: role, operator: In, values: [a, b]}, {key: node-role.kubernetes.io/control-plane, operator: Exists}, {key: x, operator: NotIn, values: [y]}]}]}}}\n  nodeSelector: {disk: ssd}"
        )
        #expect(
            one?.placement.nodeSelector == ["disk=ssd", "role=a", "role=b", "node-role.kubernetes.io/control-plane="]
        )
    }

    @Test func `init containers that go on are sidecars`() {
        let text =
            "kind: Pod\nspec:\n  containers: [{name: c, image: a}]\n  initContainers: [{name: i, image: a}, {name: s, image: a, restartPolicy: Always}]\n  ephemeralContainers: [{name: e, image: a, targetContainerName: c}]"
        let found = readings(of: KubernetesManifestDialect(), [text]).deployments
        #expect(found.map(\.container.name) == ["c", "i", "s", "e"])
        #expect(found.map(\.container.role) == [.app, .`init`, .sidecar, .ephemeral])
        #expect(found.map(\.container.joins) == [[], [], [], ["c"]])
    }

    @Test func `what a task gives its steps is theirs`() {
        let text =
            "kind: Task\nspec:\n  stepTemplate: {image: base, securityContext: {privileged: true}}\n  steps: [{name: a}, {name: b, image: own, securityContext: {privileged: false}}]"
        let found = readings(of: KubernetesManifestDialect(), [text]).deployments.filter { $0.container.name != nil }
        #expect(found.map(\.container.imageText) == ["base", "own"])
        #expect(found.map(\.security.privileged) == [true, false])
    }

    @Test func `a pod patch in a workflow holds for its containers`() {
        let text =
            "kind: Workflow\nspec:\n  podSpecPatch: '{\"hostPID\":true}'\n  templates: [{name: t, container: {image: a}}, {name: s, steps: [[{name: x, inline: {container: {image: b}}}]]}]"
        let found = readings(of: KubernetesManifestDialect(), [text]).deployments
        #expect(found.map(\.container.imageText) == ["a", "b"])
        #expect(found.map(\.host.namespaces) == [[.pid], [.pid]])
        let alone = "kind: Workflow\nspec: {podSpecPatch: 'hostPID: true', workflowTemplateRef: {name: t}}"
        #expect(readings(of: KubernetesManifestDialect(), [alone]).deployments.map(\.host.namespaces) == [[.pid]])
    }
}
