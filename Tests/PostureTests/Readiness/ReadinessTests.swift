@testable import Posture
import Testing

/// Whether the sources to detect by are there: each check on small hosts and clusters.
@Suite struct ReadinessTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var check: Check
        var note: String
        var outcomes: [CheckResult.Outcome]
        var evidence: Evidence

        init(_ check: Check, _ note: String, _ outcomes: [CheckResult.Outcome], _ evidence: Evidence) {
            self.check = check
            self.note = note
            self.outcomes = outcomes
            self.evidence = evidence
        }

        var testDescription: String { "\(check.id): \(note)" }
    }

    static func evidence(_ fill: (inout HostEvidence) -> Void) -> Evidence {
        var host = HostEvidence(name: "h", collectedAt: 0)
        host.processes = .known([])
        host.users = .known([
            HostUser("root", id: 0, primaryGroup: 0), HostUser("tidewaiter-watch", id: 900, primaryGroup: 900),
        ])
        host.groups = .known([HostGroup("tidewaiter-watch", id: 900), HostGroup("docker", id: 113)])
        let folders = SystemdUnit.systemFolders.flatMap { folder in
            ["docker", "tidewaiter-watch"].flatMap { unit in
                ["\(folder)/\(unit).service", "\(folder)/\(unit).service.d", "\(folder)/service.d"]
            }
        }
        for path in folders + ["/etc/docker/daemon.json", "/var/log/docker.log"] {
            host.files[path] = HostFile(path, .missing)
        }
        let unit = "/etc/systemd/system/tidewaiter-watch.service"
        host.files[unit] = file(unit, "[Service]\nUser=tidewaiter-watch\n")
        fill(&host)
        var evidence = Evidence()
        evidence.host = .known(host)
        return evidence
    }

    private static func file(
        _ path: String,
        _ text: String? = nil,
        mode: UInt16 = 0o644,
        kind: HostFile.Kind = .regular,
        group: UInt32 = 0
    ) -> HostFile {
        var file = HostFile(path, kind, mode: mode, group: group)
        file.text = text
        return file
    }

    private static func server(_ flags: String..., files: [HostFile] = []) -> Evidence {
        evidence { host in
            host.processes = .known([HostProcess(id: 12, name: "kube-apiserver", arguments: ["kube-apiserver"] + flags)]
            )
            for file in files { host.files[file.path] = file }
        }
    }

    private static let policy = "--audit-policy-file=/p.yaml"
    private static let log = "--audit-log-path=/var/log/audit.log"

    private static func engine(
        _ arguments: String...,
        files: [HostFile] = [file("/usr/lib/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/dockerd\n")],
        info: Document? = nil,
        containers: [Document] = []
    ) -> Evidence {
        evidence { host in
            host.processes = .known([HostProcess(id: 7, name: "dockerd", arguments: ["/usr/bin/dockerd"] + arguments)])
            for file in files { host.files[file.path] = file }
            if let info {
                var docker = DockerEvidence(info: info)
                docker.containers = .inspected(containers)
                host.docker = .known(docker)
            }
        }
    }

    private static func journal(_ files: HostFile...) -> Evidence {
        evidence { host in
            host.processes = .known([HostProcess(id: 3, name: "systemd-journal", arguments: [])])
            host.files["/etc/systemd/journald.conf"] = file("/etc/systemd/journald.conf", "[Journal]\n#Storage=auto\n")
            host.files["/var/log/journal"] = HostFile("/var/log/journal", .missing)
            for file in files { host.files[file.path] = file }
        }
    }

    private static func running(_ names: String..., files: [HostFile] = []) -> Evidence {
        evidence { host in
            host.processes = .known(
                names.enumerated().map { HostProcess(id: $0.offset, name: $0.element, arguments: []) }
            )
            for file in files { host.files[file.path] = file }
        }
    }

    private static func portainer(_ driver: String) -> Document {
        [
            "Name": "/portainer", "Config": ["Image": "portainer/portainer-ce:2.21.4"],
            "HostConfig": ["LogConfig": ["Type": .text(driver)]],
        ]
    }

    private static let provider = AccountCheckTests.evidence("{kind: Node, metadata: {name: n}}")

    static let cases: [Case] = [
        Case(.auditLogOn, "no server", [.notApplicable], evidence { _ in }),
        Case(.auditLogOn, "no flags", [.fail], server()),
        Case(.auditLogOn, "a log without a policy", [.fail], server(log)),
        Case(.auditLogOn, "a policy without a log", [.fail], server(policy)),
        Case(.auditLogOn, "both", [.pass], server(policy, log)),
        Case(.auditLogOn, "a webhook", [.pass], server(policy, "--audit-webhook-config-file=/w.yaml")),
        Case(.auditLogOn, "a provider's control plane", [.warn], provider),
        Case(.deploymentsAudited, "no audit log", [.fail], server()),
        Case(.deploymentsAudited, "a policy that was not collected", [.unknown], server(policy, log)),
        Case(.deploymentsAudited, "a provider's control plane", [.unknown], provider),
        Case(.deploymentsAudited, "all is told", [.pass], AuditPolicyTests.evidence("- level: Request")),
        Case(.enteringAudited, "all is told", [.pass], AuditPolicyTests.evidence("- level: Metadata")),
        Case(
            .enteringAudited,
            "exec is not",
            [.fail],
            AuditPolicyTests.evidence(
                "- {level: None, resources: [{group: '', resources: [pods/exec]}]}\n- level: Request"
            )
        ),
        Case(.auditLogKept, "no audit log", [.notApplicable], server()),
        Case(.auditLogKept, "all of it", [.pass], server(policy, log)),
        Case(
            .auditLogKept,
            "as CIS has it",
            [.pass],
            server(policy, log, "--audit-log-maxage=30", "--audit-log-maxbackup=10", "--audit-log-maxsize=100")
        ),
        Case(.auditLogKept, "a day", [.fail], server(policy, log, "--audit-log-maxage=1")),
        Case(
            .auditLogKept,
            "two small files",
            [.fail],
            server(policy, log, "--audit-log-maxbackup=2", "--audit-log-maxsize=10")
        ),
        Case(.auditLogKept, "what is no number", [.unknown], server(policy, log, "--audit-log-maxage=long")),
        Case(.auditLogReadable, "not looked for", [.unknown], server(policy, log)),
        Case(
            .auditLogReadable,
            "not there",
            [.fail],
            server(policy, log, files: [HostFile("/var/log/audit.log", .missing)])
        ),
        Case(
            .auditLogReadable,
            "root's alone",
            [.fail],
            server(policy, log, files: [file("/var/log/audit.log", mode: 0o600)])
        ),
        Case(
            .auditLogReadable,
            "everybody's",
            [.fail],
            server(policy, log, files: [file("/var/log/audit.log", mode: 0o644)])
        ),
        Case(
            .auditLogReadable,
            "its group's",
            [.pass],
            server(policy, log, files: [file("/var/log/audit.log", mode: 0o640, group: 900)])
        ),
        Case(.auditLogReadable, "to standard output", [.notApplicable], server(policy, "--audit-log-path=-")),
        Case(.engineLogLoud, "no engine", [.notApplicable], evidence { _ in }),
        Case(
            .engineLogLoud,
            "as packages start it",
            [.pass],
            engine("-H", "fd://", "--containerd=/run/containerd/containerd.sock")
        ),
        Case(.engineLogLoud, "debug", [.pass], engine("-D")),
        Case(.engineLogLoud, "a flag that silences it", [.fail], engine("-l", "error")),
        Case(
            .engineLogLoud,
            "a file that silences it",
            [.fail],
            engine(files: [
                file("/etc/docker/daemon.json", #"{"log-level":"fatal","live-restore":true}"#),
                file("/lib/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/dockerd\n"),
            ])
        ),
        Case(
            .engineLogLoud,
            "an output that goes nowhere",
            [.fail],
            engine(files: [
                file("/lib/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/dockerd\n"),
                HostFile("/etc/systemd/system/docker.service.d", .directory),
                file("/etc/systemd/system/docker.service.d/quiet.conf", "[Service]\nStandardOutput=null\n"),
            ])
        ),
        Case(.engineLogLoud, "started by hand", [.warn], engine(files: [])),
        Case(.engineLogLoud, "a file that was not collected", [.unknown], engine("--config-file=/other.json")),
        Case(.engineEventsReadable, "no engine", [.notApplicable], evidence { _ in }),
        Case(.engineEventsReadable, "nobody asked", [.unknown], engine()),
        Case(.engineEventsReadable, "no socket was looked at", [.unknown], engine(info: [:])),
        Case(
            .engineEventsReadable,
            "root's socket",
            [.fail],
            engine(files: [file("/run/docker.sock", mode: 0o660, kind: .socket, group: 113)], info: [:])
        ),
        Case(
            .engineEventsReadable,
            "the engine's own socket",
            [.warn],
            engine(files: [file("/run/docker.sock", mode: 0o666, kind: .socket)], info: [:])
        ),
        Case(
            .engineEventsReadable,
            "a guard's socket",
            [.pass],
            engine(files: [file("/run/tidewaiter/watch.sock", mode: 0o660, kind: .socket, group: 900)], info: [:])
        ),
        Case(.containerLogsKept, "nothing", [.notApplicable], evidence { _ in }),
        Case(
            .containerLogsKept,
            "files",
            [.pass, .pass],
            engine(info: ["LoggingDriver": "json-file"], containers: [portainer("json-file")])
        ),
        Case(.containerLogsKept, "thrown away", [.fail], engine(info: ["LoggingDriver": "none"])),
        Case(
            .containerLogsKept,
            "sent elsewhere",
            [.pass, .warn],
            engine(info: ["LoggingDriver": "json-file"], containers: [portainer("gelf")])
        ),
        Case(
            .containerLogsKept,
            "a node",
            [.pass],
            running("kubelet", files: [file("/var/log/pods", kind: .directory)])
        ),
        Case(
            .containerLogsKept,
            "a node without logs",
            [.fail],
            running("kubelet", files: [HostFile("/var/log/pods", .missing)])
        ),
        Case(.containerLogsKept, "a node that was not looked at", [.unknown], running("kubelet")),
        Case(.admissionSeesAll, "no cluster", [.notApplicable], Evidence()),
        Case(.admissionSeesAll, "nothing is asked", [.fail], AccountCheckTests.evidence("")),
        Case(
            .admissionSeesAll,
            "pods alone",
            [.fail],
            AccountCheckTests.evidence(AccountCheckTests.webhook("Fail"))
        ),
        Case(.podSecurityAudited, "no cluster", [.notApplicable], Evidence()),
        Case(
            .podSecurityAudited,
            "the cluster's own namespaces",
            [.pass],
            AccountCheckTests.evidence("{kind: Namespace, metadata: {name: kube-system}}")
        ),
        Case(
            .podSecurityAudited,
            "no label",
            [.warn],
            AccountCheckTests.evidence("{kind: Namespace, apiVersion: v1, metadata: {name: team}}")
        ),
        Case(
            .podSecurityAudited,
            "a label",
            [.pass],
            AccountCheckTests.evidence(
                "{kind: Namespace, metadata: {name: t, labels: {pod-security.kubernetes.io/audit: baseline}}}"
            )
        ),
        Case(.journalKept, "no journal", [.notApplicable], evidence { _ in }),
        Case(.journalKept, "the folder is there", [.pass], journal(file("/var/log/journal", kind: .directory))),
        Case(.journalKept, "it is not", [.fail], journal()),
        Case(
            .journalKept,
            "persistent",
            [.pass],
            journal(file("/usr/lib/systemd/journald.conf.d/a.conf", "[Journal]\nStorage=persistent\n"))
        ),
        Case(
            .journalKept,
            "volatile, whatever an earlier file says",
            [.fail],
            journal(
                file("/usr/lib/systemd/journald.conf.d/a.conf", "[Journal]\nStorage=persistent\n"),
                file("/etc/systemd/journald.conf.d/b.conf", "[Journal]\nStorage=volatile\n")
            )
        ),
        Case(.journalKept, "not looked for", [.unknown], running("systemd-journal")),
        Case(.clockKept, "chrony", [.pass], running("chronyd")),
        Case(
            .clockKept,
            "timesyncd that has set it",
            [.pass],
            running("systemd-timesyn", files: [file("/run/systemd/timesync/synchronized")])
        ),
        Case(
            .clockKept,
            "timesyncd that has not",
            [.warn],
            running("systemd-timesyn", files: [HostFile("/run/systemd/timesync/synchronized", .missing)])
        ),
        Case(.clockKept, "timesyncd, whose mark was not looked for", [.unknown], running("systemd-timesyn")),
        Case(.clockKept, "nothing", [.warn], running("bash")),
    ]

    @Test(arguments: cases)
    func `each small host gets the verdict that it has`(_ one: Case) {
        let results = one.check.results(on: one.evidence)
        #expect(results.map(\.outcome) == one.outcomes, "\(results)")
    }

    @Test func `a namespace that is labelled by the fix tells of pods that are privileged`() {
        let silent = AccountCheckTests.evidence("{kind: Namespace, apiVersion: v1, metadata: {name: team}}")
        let told = silent.applying(Check.podSecurityAudited.fixes(on: silent))
        #expect(Check.podSecurityAudited.results(on: told).map(\.outcome) == [.pass])
    }

    @Test(arguments: cases.filter { $0.outcomes.contains(.fail) })
    func `once its exact changes are made nothing fails`(_ one: Case) {
        let fixes = one.check.fixes(on: one.evidence)
        let after = one.check.results(on: one.evidence.applying(fixes))
        // What a server, a kubelet or an engine has to do first is not there by any change of a file.
        let waits = ["not there", "keeps no logs", "thrown away", "may connect to no socket"]
        let isMissing = after.contains { one in waits.contains { one.reason.contains($0) } }
        #expect(after.contains { $0.outcome == .fail } == (fixes.isBeyondEvidence || isMissing), "\(fixes)\n\(after)")
    }

    @Test func `a host whose clock nothing keeps is given a keeper, and passes once that runs`() {
        let fixes = Check.clockKept.fixes(on: Self.running("bash"))
        #expect(
            fixes.flatMap(\.changes) == [
                .command("apt-get install --yes chrony # of other distributions: dnf install -y chrony"),
                .command("systemctl enable --now chronyd"),
            ]
        )
        #expect(Check.clockKept.results(on: Self.running("bash", "chronyd")).verdict == "pass")
        #expect(Check.clockKept.fixes(on: Self.running("bash", "chronyd")).isEmpty)
    }

    @Test func `timesyncd that reaches no server is given some, and passes once it has set the clock`() throws {
        let mark = "/run/systemd/timesync/synchronized"
        let evidence = Self.running("systemd-timesyn", files: [HostFile(mark, .missing)])
        let fixes = Check.clockKept.fixes(on: evidence)
        let path = "/etc/systemd/timesyncd.conf.d/zz-tidewaiter.conf"
        var host = try #require(evidence.applying(fixes).host.value)
        #expect(host.text(path).value?.hasPrefix("[Time]\nNTP=0.debian.pool.ntp.org ") == true)
        #expect(fixes.first?.commands.first == "systemctl restart systemd-timesyncd")
        host.files[mark] = HostFile(mark, .regular, mode: 0o644)
        #expect(Check.clockKept.results(on: host.evidence).verdict == "pass")
    }

    @Test func `a static pod gets its flags, and is shown what they name`() throws {
        let manifest = """
            apiVersion: v1
            kind: Pod
            metadata: {name: kube-apiserver, namespace: kube-system}
            spec:
              containers:
                - name: kube-apiserver
                  command: [kube-apiserver, --secure-port=6443]
                  volumeMounts: [{name: certs, mountPath: /etc/kubernetes/pki}]
              volumes: [{name: certs, hostPath: {path: /etc/kubernetes/pki}}]
            """
        let path = "/etc/kubernetes/manifests/kube-apiserver.yaml"
        let evidence = Self.evidence { $0.files[path] = Self.file(path, manifest, mode: 0o600) }
        #expect(Check.auditLogOn.results(on: evidence).map(\.outcome) == [.fail])
        let changed = evidence.applying(Check.auditLogOn.fixes(on: evidence))
        #expect(Check.auditLogOn.results(on: changed).map(\.outcome) == [.pass])
        #expect(Check.deploymentsAudited.results(on: changed).map(\.outcome) == [.pass])
        #expect(Check.enteringAudited.results(on: changed).map(\.outcome) == [.pass])
        #expect(Check.auditLogKept.results(on: changed).map(\.outcome) == [.pass])
        let text = try #require(changed.host.value?.files[path]?.text)
        let pod = try #require(try Document.documents(yaml: text).first)
        #expect(
            pod.at("spec", "volumes")?.elements.compactMap { $0["name"]?.text } == [
                "certs", "tidewaiter-audit-policy", "tidewaiter-audit-log",
            ]
        )
        let command = pod.at("spec", "containers")?.elements[0]["command"]?.texts
        #expect(command?.prefix(2) == ["kube-apiserver", "--secure-port=6443"])
    }

    @Test func `k3s gets its flags by a file beside its configuration`() {
        let evidence = Self.evidence { host in
            host.processes = .known([
                HostProcess(id: 9, name: "k3s-server", arguments: ["/usr/local/bin/k3s", "server"])
            ])
            for path in ["/etc/systemd/system/k3s.service", "/etc/rancher/k3s/config.yaml"] {
                host.files[path] = HostFile(path, .missing)
            }
        }
        #expect(Check.auditLogOn.results(on: evidence).map(\.outcome) == [.fail])
        let changed = evidence.applying(Check.auditLogOn.fixes(on: evidence))
        #expect(Check.auditLogOn.results(on: changed).map(\.outcome) == [.pass])
    }

    @Test func `an engine's own file keeps what else it says`() {
        let evidence = Self.engine(files: [
            Self.file("/etc/docker/daemon.json", #"{"log-level":"error","live-restore":true}"#),
            Self.file("/lib/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/dockerd\n"),
        ])
        let fixes = Check.engineLogLoud.fixes(on: evidence)
        #expect(
            fixes.map(\.changes) == [
                [
                    .file(
                        path: "/etc/docker/daemon.json",
                        text: "{\n  \"log-level\": \"info\",\n  \"live-restore\": true\n}\n"
                    )
                ]
            ]
        )
    }

    @Test(arguments: [
        ("user:tidewaiter-watch:r--", UInt16(0o640), true), ("user:tidewaiter-watch:r--", 0o600, false),
        ("group:tidewaiter-watch:r--", 0o640, true), ("user:bob:r--", 0o640, false),
    ])
    func `an access list counts as far as its mask lets it`(_ entry: String, _ mode: UInt16, _ isReadable: Bool) {
        var log = Self.file("/var/log/audit.log", mode: mode)
        log.accessEntries = [entry]
        let results = Check.auditLogReadable.results(on: Self.server(Self.policy, Self.log, files: [log]))
        #expect(results.map(\.outcome) == [isReadable ? .pass : .fail])
    }

    @Test func `the service that may read whatever it is shown reads it`() {
        let evidence = Self.server(Self.policy, Self.log, files: [Self.file("/var/log/audit.log", mode: 0o600)])
        let fixes = Check.auditLogReadable.fixes(on: evidence)
        guard case .file(let path, let text, _)? = fixes.first?.changes.first else {
            Issue.record("no file")
            return
        }
        #expect(path == "/etc/systemd/system/tidewaiter-watch.service.d/node.conf")
        #expect(text.contains("-/var/log\n"))
    }

    @Test func `every check of readiness says unknown of what could not be read`() {
        var evidence = Evidence()
        evidence.host = .unreadable("permission denied")
        evidence.cluster = .unreadable("connection refused")
        for check in Check.all where check.mitigation == .readiness {
            #expect(Set(check.results(on: evidence).map(\.outcome)) == [.unknown], "\(check.id)")
        }
    }

    @Test func `what is to be collected is named`() {
        #expect(ReadinessRequests.fixed.contains { $0.path == "/run/systemd/timesync/synchronized" })
        let more = ReadinessRequests.more(
            of: Self.server(Self.policy, Self.log).host.value ?? HostEvidence(name: "", collectedAt: 0)
        )
        #expect(more.map(\.path) == ["/p.yaml", "/var/log/audit.log"])
    }
}
