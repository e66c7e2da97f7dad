@testable import Posture
import Testing

/// The checks of who reaches a host's runtimes without the network: by sockets, groups, mounts, files and sudo.
@Suite struct HostAccountCheckTests {
    private static func members(_ names: String..., of id: UInt32 = 113) -> @Sendable (inout HostEvidence) -> Void {
        { host in
            host.groups = host.groups.map { groups in
                groups.map { $0.id == id ? HostGroup($0.name, id: id, members: names) : $0 }
            }
        }
    }

    private static func user(_ id: UInt32, group: UInt32) -> @Sendable (inout HostEvidence) -> Void {
        { $0.users = .known([HostUser("eve", id: id, primaryGroup: group, home: "/home/eve")]) }
    }

    private static func container(_ document: Document) -> @Sendable (inout HostEvidence) -> Void {
        { host in
            guard var docker = host.docker.value else { return }
            docker.containers = .inspected([document])
            host.docker = .known(docker)
        }
    }

    private static func bind(_ source: String) -> @Sendable (inout HostEvidence) -> Void {
        container(["Name": "/c", "Mounts": [["Type": "bind", "Source": .text(source)]]])
    }

    private static func sudo(_ line: String) -> @Sendable (inout HostEvidence) -> Void {
        { $0.put("/etc/sudoers.d/x", line + "\n", mode: 0o440) }
    }

    static let cases: [HostCase] = [
        HostCase("M1018-001", "pass", "as it is installed") { _ in },
        HostCase("M1018-001", "pass", "root itself", members("root")),
        HostCase("M1018-001", "fail", "a member", members("eve")),
        HostCase("M1018-001", "fail", "whose primary group it is", user(1001, group: 113)),
        HostCase("M1018-001", "fail", "a member of root's group", members("eve", of: 0)),
        HostCase("M1018-001", "pass", "an account of the system's own in root's group", user(6, group: 0)),
        HostCase("M1018-001", "na", "no runtime") { $0 = .bare() },
        HostCase("M1018-001", "unknown", "groups that could not be read") { $0.groups = .unreadable("no") },
        HostCase("M1018-001", "unknown", "a socket that nobody looked for") { $0.files["/run/crio/crio.sock"] = nil },
        HostCase("M1018-001", "pass", "a socket that its group may not open, in a group with members") {
            $0.put(socket: "/run/podman/podman.sock", mode: 0o600, group: 100)
        },
        HostCase("M1018-002", "pass", "as it is installed") { _ in },
        HostCase("M1018-002", "fail", "0666") { $0.files["/run/docker.sock"]?.mode = 0o666 },
        HostCase("M1018-002", "fail", "0606") { $0.files["/run/docker.sock"]?.mode = 0o606 },
        HostCase("M1018-002", "fail", "a list, which its mode does not show") {
            $0.files["/run/docker.sock"]?.accessEntries = ["user:nobody:rw-"]
        },
        HostCase("M1018-002", "pass", "a list that its mask takes back") {
            $0.files["/run/docker.sock"]?.mode = 0o600
            $0.files["/run/docker.sock"]?.accessEntries = ["user:nobody:rw-"]
        },
        HostCase("M1018-002", "pass", "a list for reading, or for root") {
            $0.files["/run/docker.sock"]?.accessEntries = [
                "user:nobody:r--", "user:root:rw-", "group::rw-", "mask::rw-",
            ]
        },
        HostCase("M1018-002", "warn", "permissions for everybody that open nothing") {
            $0.files["/run/docker.sock"]?.mode = 0o664
        },
        HostCase("M1018-002", "fail", "another owner") { $0.files["/run/docker.sock"]?.owner = 1001 },
        HostCase("M1018-002", "warn", "in a closed folder") {
            $0.files["/run/docker.sock"]?.mode = 0o666
            $0.files["/run"]?.mode = 0o750
        },
        HostCase("M1018-002", "fail", "in a folder that everybody writes") { $0.files["/run"]?.mode = 0o777 },
        HostCase("M1018-002", "pass", "a rootless engine's own") {
            let path = "/run/user/1001/docker.sock"
            $0.put(socket: path, owner: 1001, group: 1001)
            var process = HostProcess(id: 90, name: "dockerd", arguments: ["dockerd", "-H", "unix://\(path)"])
            process.user = 1001
            $0.run(process)
        },
        HostCase("M1018-002", "fail", "another place, by its argument") {
            $0.run(HostProcess(id: 90, name: "dockerd", arguments: ["dockerd", "-H", "unix:///srv/d.sock"]))
            $0.put(socket: "/srv/d.sock", mode: 0o777)
        },
        HostCase("M1018-002", "pass", "a folder in its place") {
            $0.files["/var/run/docker.sock"] = HostFile("/var/run/docker.sock", .directory, mode: 0o777)
        },
        HostCase("M1018-002", "na", "no runtime") { $0 = .bare() },
        HostCase("M1018-002", "unknown", "nobody looked") {
            $0.files["/run/docker.sock"] = nil
        },
        HostCase("M1018-002", "unknown", "it could not be looked at") {
            $0.files["/run/docker.sock"]?.problem = "permission denied"
        },
        HostCase("M1018-003", "pass", "as it is installed") { _ in },
        HostCase("M1018-003", "fail", "containerd's for everybody") {
            $0.files["/run/containerd/containerd.sock"]?.mode = 0o666
        },
        HostCase("M1018-003", "fail", "Podman's elsewhere") {
            $0.run(HostProcess(id: 90, name: "podman", arguments: ["podman", "system", "service"]))
            $0.listen(Listener("/tmp/p.sock", transport: .unix, processes: [90]))
            $0.put(socket: "/tmp/p.sock", mode: 0o666)
        },
        HostCase("M1018-003", "warn", "Podman's for everybody, in its closed folder") {
            $0.put(socket: "/run/podman/podman.sock", mode: 0o666)
            $0.files["/run/podman"] = HostFile("/run/podman", .directory, mode: 0o700)
        },
        HostCase("M1018-003", "na", "no runtime") { $0 = .bare() },
        HostCase("M1018-003", "unknown", "nobody looked") { $0.files["/run/crio/crio.sock"] = nil },
        HostCase("M1018-004", "pass", "no container") { _ in },
        HostCase("M1018-004", "pass", "a folder of its own", bind("/srv/data")),
        HostCase("M1018-004", "pass", "the guard's socket", bind("/run/tidewaiter/docker.sock")),
        HostCase("M1018-004", "fail", "the socket", bind("/var/run/docker.sock")),
        HostCase("M1018-004", "fail", "another runtime's", bind("/run/containerd/containerd.sock")),
        HostCase("M1018-004", "fail", "the folder above", bind("/run/")),
        HostCase("M1018-004", "fail", "the other name of the folder above", bind("/var/run")),
        HostCase("M1018-004", "fail", "a way around", bind("/srv/../run/./docker.sock")),
        HostCase("M1018-004", "fail", "everything", bind("/")),
        HostCase("M1018-004", "fail", "/var", bind("/var")),
        HostCase(
            "M1018-004",
            "fail",
            "a volume that binds",
            container([
                "Name": "/c",
                "HostConfig": [
                    "Mounts": [
                        [
                            "Type": "volume",
                            "VolumeOptions": ["DriverConfig": ["Options": ["o": "bind", "device": "/run"]]],
                        ]
                    ]
                ],
            ])
        ),
        HostCase(
            "M1018-004",
            "pass",
            "a volume",
            container(["Mounts": [["Type": "volume", "Source": "/var/lib/docker/volumes/x/_data"]]])
        ),
        HostCase("M1018-004", "na", "no engine") { $0.docker = .absent },
        HostCase("M1018-004", "unknown", "an engine that does not answer") { $0.docker = .unreadable("no answer") },
        HostCase("M1018-005", "fail", "as it is installed") { _ in },
        HostCase("M1018-005", "pass", "a plugin") {
            $0.docker = .known(DockerEvidence(info: ["Plugins": ["Authorization": ["tidewaiter"]]]))
        },
        HostCase("M1018-005", "pass", "the guard before a socket that is root's") {
            $0.run(
                HostProcess(
                    id: 4,
                    name: "tidewaiter",
                    arguments: ["/usr/bin/tidewaiter", "guard", "docker", "--listen", "x"]
                )
            )
        },
        HostCase("M1018-005", "fail", "the guard before a socket that others open") {
            $0.run(HostProcess(id: 4, name: "tidewaiter", arguments: ["/usr/bin/tidewaiter", "guard", "docker"]))
            members("eve")(&$0)
        },
        HostCase("M1018-005", "warn", "a plugin that is not there") {
            $0.put("/etc/docker/daemon.json", #"{"authorization-plugins": ["gone"]}"#)
            $0.docker = .unreadable("no answer")
        },
        HostCase("M1018-005", "unknown", "an engine that does not answer") { $0.docker = .unreadable("no answer") },
        HostCase("M1018-005", "na", "no engine") { $0 = .bare() },
        HostCase("M1018-006", "pass", "as it is installed") { _ in },
        HostCase("M1018-006", "fail", "a drop-in of somebody's") {
            $0.put("/etc/systemd/system/docker.service.d/a.conf", "", owner: 1001)
        },
        HostCase("M1018-006", "fail", "a file that a list lets others write") {
            $0.put("/etc/docker/daemon.json", "{}", mode: 0o664)
            $0.files["/etc/docker/daemon.json"]?.accessEntries = ["user:eve:rw-"]
        },
        HostCase("M1018-006", "pass", "a link, whose mode means nothing") {
            $0.files["/etc/docker/daemon.json"] = HostFile("/etc/docker/daemon.json", .symbolicLink, mode: 0o777)
        },
        HostCase("M1018-006", "pass", "kubeadm's") {
            $0.put("/etc/kubernetes/manifests/etcd.yaml", "", mode: 0o600)
            $0.put("/var/lib/kubelet/config.yaml", "")
        },
        HostCase("M1018-006", "fail", "a static pod that a group writes") {
            $0.put("/etc/kubernetes/manifests/etcd.yaml", "", mode: 0o620, group: 1001)
        },
        HostCase("M1018-006", "fail", "a folder of static pods for everybody") {
            $0.files["/etc/kubernetes/manifests"] = HostFile("/etc/kubernetes/manifests", .directory, mode: 0o777)
        },
        HostCase("M1018-006", "fail", "a kubelet's drop-in of somebody's") {
            $0.put("/etc/systemd/system/kubelet.service.d/a.conf", "", owner: 1001)
        },
        HostCase("M1018-006", "unknown", "nobody looked for static pods") {
            $0.files["/etc/kubernetes/manifests"] = nil
        },
        HostCase("M1018-006", "na", "no runtime") { $0 = .bare() },
        HostCase("M1018-006", "unknown", "nobody looked") { $0.files["/etc/docker/daemon.json"] = nil },
        HostCase("M1018-007", "pass", "as it is installed") { _ in },
        HostCase("M1018-007", "pass", "cloud-init's, which is root by itself", sudo("ubuntu ALL=(ALL) NOPASSWD:ALL")),
        HostCase("M1018-007", "fail", "docker", sudo("ci ALL=(root) NOPASSWD: /usr/bin/docker")),
        HostCase("M1018-007", "fail", "among others", sudo("ci ALL = NOPASSWD: /bin/ls, /usr/bin/podman run *")),
        HostCase(
            "M1018-007",
            "pass",
            "with the password again",
            sudo("ci ALL = NOPASSWD: /bin/ls, PASSWD: /usr/bin/podman")
        ),
        HostCase("M1018-007", "pass", "with the password", sudo("ci ALL = /usr/bin/docker")),
        HostCase(
            "M1018-007",
            "fail",
            "no password for anything",
            sudo("Defaults:ci !authenticate\nci ALL = /usr/bin/docker")
        ),
        HostCase(
            "M1018-007",
            "fail",
            "an alias, over lines",
            sudo("Cmnd_Alias C = /usr/bin/crictl, \\\n /usr/bin/ctr\n%ops ALL=(ALL:ALL) NOPASSWD: SETENV: C")
        ),
        HostCase(
            "M1018-007",
            "fail",
            "an alias of an alias",
            sudo("Cmnd_Alias A = B : B = /usr/bin/docker\nci ALL = NOPASSWD: A")
        ),
        HostCase("M1018-007", "fail", "one of several", sudo("ann, bob ALL=NOPASSWD: sha256:ab /usr/bin/nerdctl")),
        HostCase(
            "M1018-007",
            "pass",
            "asking alone",
            sudo("ci ALL = NOPASSWD: /usr/bin/docker ps, /usr/bin/docker restart web")
        ),
        HostCase("M1018-007", "warn", "asking with a pattern", sudo("ci ALL = NOPASSWD: /usr/bin/docker logs *")),
        HostCase(
            "M1018-007",
            "fail",
            "behind a comment, which goes on nowhere",
            sudo("# x \\\nci ALL = NOPASSWD: /bin/docker")
        ),
        HostCase("M1018-007", "pass", "in a comment", sudo("ci ALL = NOPASSWD: /bin/ls # not /a, /bin/docker")),
        HostCase("M1018-007", "fail", "on another host", sudo("ci A = /bin/ls : B = NOPASSWD: /bin/docker")),
        HostCase(
            "M1018-007",
            "fail",
            "an alias by its short word",
            sudo("Cmd_Alias A = /bin/ctr\nci ALL = NOPASSWD: A")
        ),
        HostCase(
            "M1018-007",
            "fail",
            "one of those whom nothing asks",
            sudo("Defaults:ann,ci !authenticate\nci ALL = /bin/docker")
        ),
        HostCase("M1018-007", "unknown", "an alias of itself", sudo("Cmnd_Alias A = A, A\nci ALL = NOPASSWD: A")),
        HostCase("M1018-007", "pass", "a file that sudo passes over") {
            $0.put("/etc/sudoers.d/x.bak", "ci ALL = NOPASSWD: /usr/bin/docker\n")
        },
        HostCase("M1018-007", "na", "no sudo") { $0.files["/etc/sudoers"]?.kind = .missing },
        HostCase("M1018-007", "unknown", "rules that nobody read") { $0.files["/etc/sudoers"]?.text = nil },
        HostCase("M1018-022", "na", "as it is installed") { _ in },
        HostCase("M1018-022", "pass", "kubeadm's") {
            for name in ["admin", "kubelet", "scheduler"] { $0.put("/etc/kubernetes/\(name).conf", "", mode: 0o600) }
        },
        HostCase("M1018-022", "pass", "k3s'") { $0.put("/etc/rancher/k3s/k3s.yaml", "", mode: 0o600) },
        HostCase("M1018-022", "fail", "k3s' for everybody") { $0.put("/etc/rancher/k3s/k3s.yaml", "", mode: 0o644) },
        HostCase("M1018-022", "fail", "somebody's") {
            $0.put("/etc/kubernetes/admin.conf", "", mode: 0o600, owner: 1001)
        },
        HostCase("M1018-022", "fail", "a list") {
            $0.put("/etc/kubernetes/admin.conf", "", mode: 0o640)
            $0.files["/etc/kubernetes/admin.conf"]?.accessEntries = ["group:ops:r--"]
        },
        HostCase("M1018-022", "warn", "in a closed folder") {
            $0.put("\(rootHome)/.kube/config", "", mode: 0o644)
            $0.files[rootHome] = HostFile(rootHome, .directory, mode: 0o700)
        },
        HostCase("M1018-022", "warn", "a copy of the administrator") {
            user(1001, group: 1001)(&$0)
            $0.put("/home/eve/.kube/config", "users:\n- name: kubernetes-admin\n", mode: 0o600, owner: 1001)
        },
        HostCase("M1018-022", "unknown", "users that could not be read") { $0.users = .unreadable("no") },
        HostCase("M1018-022", "unknown", "nobody looked") { $0.files["/etc/kubernetes/admin.conf"] = nil },
    ]

    @Test(arguments: cases)
    func `each host gets its verdict`(_ one: HostCase) throws {
        var host = HostEvidence.debian()
        one.change(&host)
        if !one.verdict.contains("unknown") { host.missAll() }
        let check = try #require(Check.all.first { $0.id == one.check })
        let results = check.results(on: host.evidence)
        #expect(results.verdict == one.verdict, "\(results)")
    }

    @Test func `who is named as expected to may be there`() {
        var host = HostEvidence.debian()
        Self.members("eve")(&host)
        Self.sudo("eve ALL = NOPASSWD: /usr/bin/docker")(&host)
        host.files["/run/docker.sock"]?.accessEntries = ["user:eve:rw-"]
        var evidence = host.evidence
        for id in ["TW-M1018-001", "TW-M1018-002", "TW-M1018-007"] { #expect(Check.verdict(id, evidence) == "fail") }
        evidence.expectations.runtimeUsers = ["root", "eve"]
        for id in ["TW-M1018-001", "TW-M1018-002", "TW-M1018-007"] { #expect(Check.verdict(id, evidence) == "pass") }
    }

    @Test func `a workload tells what its pods mount, once`() {
        let spec: Document = [
            "volumes": [["name": "s", "hostPath": ["path": "/var/run"]]],
            "containers": [["name": "c", "image": "x", "volumeMounts": [["name": "s", "mountPath": "/s"]]]],
        ]
        func object(_ kind: String, _ name: String, _ spec: Document, owner: String? = nil) -> ClusterObject? {
            var metadata: Document = ["name": .text(name), "namespace": "n"]
            if let owner {
                metadata = metadata.setting([["kind": "ReplicaSet", "name": .text(owner)]], at: ["ownerReferences"])
            }
            return ClusterObject(["kind": .text(kind), "metadata": metadata, "spec": spec])
        }
        var cluster = ClusterEvidence()
        for kind in ["DaemonSet", "StatefulSet", "Job"] { cluster.add([], of: kind) }
        cluster.add([object("Deployment", "web", ["template": ["spec": spec]])].compactMap(\.self), of: "Deployment")
        let pods = [
            object("Pod", "web-1-2", spec, owner: "web-1"), object("Pod", "alone", spec), object("Pod", "good", [:]),
        ]
        cluster.add(pods.compactMap(\.self), of: "Pod")
        let cron: Document = ["jobTemplate": ["spec": ["template": ["spec": spec]]]]
        cluster.add([object("CronJob", "c", cron)].compactMap(\.self), of: "CronJob")
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        let results = Check.mountedRuntimeSockets.results(on: evidence)
        #expect(results.map(\.subject) == [#"Deployment "n/web""#, #"Pod "n/alone""#, #"CronJob "n/c""#])
        #expect(results.map(\.outcome) == [.fail, .fail, .fail])
        #expect(results.first?.evidence == ["hostPath /run has /run/docker.sock and more in it"])
        var part = ClusterEvidence()
        part.add([], of: "Pod")
        evidence.cluster = .known(part)
        #expect(Check.mountedRuntimeSockets.results(on: evidence).map(\.outcome) == [.unknown])
        #expect(Check.mountedRuntimeSockets.results(on: Evidence()).map(\.outcome) == [.notApplicable])
    }
}
