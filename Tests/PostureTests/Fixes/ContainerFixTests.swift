@testable import Posture
import Testing

/// Containers are made again with what a fix changes, and with all else that they had.
@Suite struct ContainerFixTests {
    private static func host(_ container: Document, volumes: [Document] = []) -> Evidence {
        var host = HostEvidence.debian()
        guard var docker = host.docker.value else { return Evidence() }
        docker.containers = .inspected([container])
        docker.volumes = .known(volumes)
        host.docker = .known(docker)
        return host.evidence
    }

    /// As an engine tells one that was given much.
    private static let much: Document = [
        "Id": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "Name": "/ui",
        "Image": "sha256:aa", "Path": "/portainer", "Args": ["--log-level", "DEBUG", "--no-auth"],
        "Config": [
            "Hostname": "0123456789ab", "Image": "portainer/portainer-ce:2.21.4", "Env": ["A=b=c", "B=it's", "C="],
            "Entrypoint": ["/portainer"], "Cmd": ["--log-level", "DEBUG", "--no-auth"], "Labels": ["x": "y"],
        ],
        "HostConfig": [
            "Binds": ["/var/run/docker.sock:/var/run/docker.sock:ro", "data:/data", "/run:/host/run:rslave"],
            "NetworkMode": "front", "RestartPolicy": ["Name": "always", "MaximumRetryCount": 0],
            "Links": ["/db:/ui/database"],
            "PortBindings": [
                "9000/tcp": [["HostIp": "10.0.0.1", "HostPort": "80"]], "8000/tcp": [["HostIp": "", "HostPort": ""]],
            ],
            "Mounts": [
                ["Type": "bind", "Source": "/run/docker.sock", "Target": "/d.sock", "ReadOnly": true],
                ["Type": "volume", "Target": "/anonymous/"], ["Type": "tmpfs", "Target": "/t"],
            ],
        ],
        "Mounts": [
            ["Type": "bind", "Source": "/var/run/docker.sock", "Destination": "/var/run/docker.sock", "RW": false],
            ["Type": "bind", "Source": "/run", "Destination": "/host/run", "RW": true],
            ["Type": "bind", "Source": "/run/docker.sock", "Destination": "/d.sock", "RW": false],
            ["Type": "volume", "Name": "data", "Destination": "/data", "Driver": "local", "RW": true],
            ["Type": "volume", "Name": "e0", "Destination": "/anonymous", "Driver": "local", "RW": true],
            ["Type": "volume", "Name": "e1", "Destination": "/of/image", "Driver": "local", "RW": true],
        ],
        "NetworkSettings": [
            "Networks": [
                "front": [
                    "IPAMConfig": ["IPv4Address": "10.9.0.5"], "Aliases": ["0123456789ab", "ui"], "NetworkID": "n1",
                    "IPAddress": "10.9.0.5",
                ],
                "back": ["Aliases": ["0123456789ab"], "NetworkID": "n2", "IPAddress": "10.8.0.2"],
            ]
        ],
    ]

    static let mounted: [(name: String, container: Document)] = [
        ("a bind", ["Name": "/c", "HostConfig": ["Binds": ["/var/run/docker.sock:/var/run/docker.sock"]]]),
        (
            "a bind by another way, with options",
            ["Name": "/c", "HostConfig": ["Binds": ["/srv/../run/docker.sock:/d/:ro,z", "/srv:/srv"]]]
        ),
        (
            "a mount of another runtime's",
            [
                "Name": "/c",
                "HostConfig": [
                    "Mounts": [["Type": "bind", "Source": "/run/containerd/containerd.sock", "Target": "/c.sock"]]
                ],
            ]
        ),
        ("everything", ["Name": "/c", "HostConfig": ["Binds": ["/:/host:ro"]]]),
        (
            "a volume that binds",
            [
                "Name": "/c",
                "HostConfig": [
                    "Mounts": [
                        [
                            "Type": "volume", "Source": "v", "Target": "/v",
                            "VolumeOptions": ["DriverConfig": ["Options": ["o": "bind", "device": "/run"]]],
                        ]
                    ]
                ],
            ]
        ),
        ("much", much),
    ]

    @Test(arguments: mounted.indices)
    func `a container is given the guard's socket, and no folder above the runtime's`(_ index: Int) throws {
        let evidence = Self.host(Self.mounted[index].container)
        let check = Check.mountedRuntimeSockets
        #expect(check.results(on: evidence).verdict == "fail")
        let fixes = check.fixes(on: evidence)
        #expect(!fixes.flatMap(\.changes).contains { if case .steps = $0 { true } else { false } })
        let after = evidence.applying(fixes)
        #expect(check.results(on: after).verdict == "pass", "\(check.results(on: after))")
        #expect(check.fixes(on: after).isEmpty)
    }

    @Test func `a volume that the engine knows to bind is taken away`() {
        let container: Document = ["Name": "/c", "HostConfig": ["Binds": ["all:/all"]]]
        let volume: Document = ["Name": "all", "Options": ["o": "bind", "device": "/var", "type": "none"]]
        let evidence = Self.host(container, volumes: [volume])
        #expect(Check.verdict("TW-M1018-004", evidence) == "fail")
        let after = evidence.applying(Check.mountedRuntimeSockets.fixes(on: evidence))
        #expect(Check.verdict("TW-M1018-004", after) == "pass")
    }

    @Test(
        arguments: [
            ["Name": "/c", "Mounts": [["Type": "bind", "Source": "/run/docker.sock", "Destination": "/d"]]],
            [
                "Name": "/c", "Config": ["Labels": ["com.docker.swarm.service.id": "x"]],
                "HostConfig": ["Binds": ["/run/docker.sock:/d"]],
            ],
            ["Name": "/c", "HostConfig": ["Binds": ["/run/docker.sock:/d"], "AutoRemove": true]],
            ["Name": "/c'$(x)", "HostConfig": ["Binds": ["/run/docker.sock:/d"]]],
        ] as [Document]
    )
    func `what another container, or another program, gives is told as steps`(_ container: Document) {
        let changes = Check.mountedRuntimeSockets.fixes(on: Self.host(container)).last?.changes ?? []
        #expect(changes.count == 1 && changes.allSatisfy { if case .steps = $0 { true } else { false } }, "\(changes)")
    }

    private static func program() -> ContainerChanges {
        ContainerChanges(
            removedFlags: ["no-auth", "insecure-bind-address", "log-level"],
            addedArguments: ["--http-disabled"],
            removedVariables: ["A"],
            variables: ["C": "it's 3"]
        )
    }

    @Test(.enabled(if: ShellCommand.finds("jq"), "needs jq: what its program makes is NOT compared"))
    func `jq makes of an inspection what the fix was proven with`() throws {
        let containers = try #require(Self.host(Self.much).host.value?.docker.value?.inspections.value)
        let mounts: [String: String?] = [
            "/var/run/docker.sock": RuntimeMount.guardSocket, "/host/run": nil, "/d.sock": RuntimeMount.guardSocket,
        ]
        let again = try #require(
            ContainerRecreation(
                containers[0],
                mounts: mounts,
                program: Self.program(),
                ports: [.init(from: 9000, to: 9443)]
            )
        )
        let command = try ShellCommand(
            [
                "jq", "--argjson", "change", again.changes.compactJSON, "--arg", "image", "sha256:aa",
                ContainerRecreation.plan,
            ],
            input: Document.list([Self.much]).compactJSON
        )
        #expect(command.status == 0)
        let plan = try Document(json: command.output)
        let wanted = again.applied(to: Self.much)
        for path in [["Cmd"], ["Entrypoint"], ["Env"], ["Labels"], ["Image"]] {
            #expect(plan.at(["create"] + path) == wanted.at(["Config"] + path), "\(path)")
        }
        #expect(plan.at("create", "Cmd")?.texts == ["DEBUG", "--http-disabled"])
        #expect(plan.at("create", "Env")?.texts == ["B=it's", "C=it's 3"])
        #expect(plan.at("create", "HostConfig", "Binds") == wanted.at("HostConfig", "Binds"))
        #expect(
            plan.at("create", "HostConfig", "Binds")?.texts
                == ["/run/tidewaiter/docker.sock:/var/run/docker.sock:ro", "data:/data"]
        )
        let ports: Document = [
            "8000/tcp": [["HostIp": "", "HostPort": ""]], "9443/tcp": [["HostIp": "10.0.0.1", "HostPort": "9443"]],
        ]
        #expect(plan.at("create", "HostConfig", "PortBindings") == ports)
        #expect(wanted.at("HostConfig", "PortBindings") == ports)
        // Volumes without a name of their own are those that it had.
        #expect(
            plan.at("create", "HostConfig", "Mounts")?.elements == [
                ["Type": "bind", "Source": "/run/tidewaiter/docker.sock", "Target": "/d.sock", "ReadOnly": true],
                ["Type": "volume", "Target": "/anonymous/", "Source": "e0"], ["Type": "tmpfs", "Target": "/t"],
                ["Type": "volume", "Source": "e1", "Target": "/of/image", "ReadOnly": false],
            ]
        )
        #expect(plan.at("create", "HostConfig", "Links")?.texts == ["db:database"])
        #expect(plan.at("create", "HostConfig", "RestartPolicy", "Name")?.text == "always")
        #expect(plan.at("create", "Hostname") == nil)
        let networks: Document = [
            "front": ["IPAMConfig": ["IPv4Address": "10.9.0.5"], "Aliases": ["ui"]]
        ]
        #expect(plan.at("create", "NetworkingConfig", "EndpointsConfig") == networks)
        #expect(plan["connect"]?.elements == [["network": "back", "endpoint": ["Aliases": []]]])
    }

    @Test func `the script is one that a shell reads, with nothing of the environment in it`() throws {
        let containers = try #require(Self.host(Self.much).host.value?.docker.value?.inspections.value)
        let mounts: [String: String?] = ["/var/run/docker.sock": RuntimeMount.guardSocket]
        let again = try #require(ContainerRecreation(containers[0], mounts: mounts, program: Self.program()))
        #expect(try ShellCommand(["sh", "-n"], input: again.script).status == 0)
        #expect(again.script.contains("[ -S /run/tidewaiter/docker.sock ] ||"))
        #expect(!again.script.contains("b=c"))
    }

    // MARK: Clusters

    private static func workload(_ kind: String, _ spec: Document, _ mounts: Document, _ volumes: Document) -> Document
    {
        let pod: Document = [
            "containers": [["name": "c", "image": "x", "volumeMounts": mounts]], "volumes": volumes,
        ]
        let place = PodTemplate.path(in: kind, kind.hasSuffix("Job") ? "batch/v1" : "apps/v1") ?? []
        let whole: Document = [
            "apiVersion": kind == "Pod" ? "v1" : kind.hasSuffix("Job") ? "batch/v1" : "apps/v1", "kind": .text(kind),
            "metadata": ["name": "w", "namespace": "n"], "spec": spec,
        ]
        return whole.setting(pod, at: place + ["spec"])
    }

    static let socket: Document = [["name": "s", "hostPath": ["path": "/var/run/docker.sock"]]]

    @Test(
        arguments: [
            workload("Deployment", [:], [["name": "s", "mountPath": "/var/run/docker.sock"]], socket),
            workload("Pod", [:], [["name": "s", "mountPath": "/var/run/docker.sock"]], socket),
            workload("CronJob", ["schedule": "* * * * *"], [["name": "s", "mountPath": "/d"]], socket),
            workload(
                "Job",
                ["selector": ["matchLabels": ["controller-uid": "u"]]],
                [["name": "s", "mountPath": "/d"]],
                socket
            ),
            workload(
                "DaemonSet",
                [:],
                [
                    ["name": "s", "mountPath": "/h", "subPath": "log"],
                    ["name": "s", "mountPath": "/r", "subPath": "run"],
                    ["name": "k", "mountPath": "/k"],
                ],
                [["name": "s", "hostPath": ["path": "/var"]], ["name": "k", "hostPath": ["path": "/run/containerd"]]]
            ),
        ] as [Document]
    )
    func `pods are given the guard's socket, and no folder above the runtime's`(_ object: Document) throws {
        var cluster = ClusterEvidence(access: .absent)
        for kind in PodTemplate.kinds { cluster.add([], of: kind) }
        let one = try #require(ClusterObject(object))
        cluster.add([one], of: one.kind)
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        let check = Check.mountedRuntimeSockets
        #expect(check.results(on: evidence).verdict == "fail", "\(check.results(on: evidence))")
        let fixes = check.fixes(on: evidence)
        guard case .manifest(let changed)? = fixes.first?.changes.first else {
            Issue.record("\(fixes)")
            return
        }
        let volumes = changed.at((PodTemplate.path(in: one.kind, one.apiVersion) ?? []) + ["spec", "volumes"])
        if one.kind == "DaemonSet" {
            #expect(volumes == [["name": "s", "hostPath": ["path": "/var"]]])
            #expect(fixes.first?.caution?.contains("sees /run, /run/containerd no more") == true)
        } else {
            #expect(
                volumes == [["name": "s", "hostPath": ["path": "/run/tidewaiter/docker.sock", "type": "Socket"]]]
            )
        }
        #expect(changed.at("spec", "selector") == nil)
        let after = evidence.applying(fixes)
        #expect(check.results(on: after).verdict == "pass", "\(check.results(on: after))")
        #expect(check.fixes(on: after).isEmpty)
    }
}
