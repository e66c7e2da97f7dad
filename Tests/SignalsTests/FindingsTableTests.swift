import Deployments
import Judge
@testable import Signals
import Testing

@Suite struct FindingsTableTests {
    private func table(_ deployment: ContainerDeployment, width: Int, isColored: Bool = false) throws -> String {
        FindingsTable(isColored: isColored, width: width).lines(deployment, try Sample.findings(deployment))
    }

    @Test func `a deployment is told with who, where and what, then its findings, the worst first`() throws {
        #expect(
            try table(Sample.deployment, width: 80) == """
                2026-11-24 15:47:33  workload-create by kubernetes-api
                  who    alice@203.0.113.7
                  where  daemonset/web in prod, container app
                  image  alpine:3.20                     log    logs/audit.jsonl:12345
                  critical  Command changes the host's cron                            T1053.003
                            process.command_line = sh -c echo x >> /host/etc/crontab; API_TOKEN…
                            container.image.name = docker.io/library/alpine (matches */alpine)
                  high      Host's root mounted writable                             T1611 T1610
                            deployment.host.writable_exposes = root
                  info      Container may gain privileges
                            deployment.replicas = 3 (is >= 2)
                            container.runtime is absent


                """
        )
    }

    @Test(arguments: [120, 10_000])
    func `with more room two facts share a line, and a line that nothing limits is cut nowhere`(_ width: Int) throws {
        #expect(
            try table(Sample.deployment, width: width) == """
                2026-11-24 15:47:33  workload-create by kubernetes-api
                  who    alice@203.0.113.7                                   where  daemonset/web in prod, container app
                  image  alpine:3.20                                         log    logs/audit.jsonl:12345
                  critical  Command changes the host's cron                                                                    T1053.003
                            process.command_line = sh -c echo x >> /host/etc/crontab; API_TOKEN=*** run (matches *cron*)
                            container.image.name = docker.io/library/alpine (matches */alpine)
                  high      Host's root mounted writable                                                                     T1611 T1610
                            deployment.host.writable_exposes = root
                  info      Container may gain privileges
                            deployment.replicas = 3 (is >= 2)
                            container.runtime is absent


                """
        )
    }

    @Test func `colours tell the level, and change nothing else`() throws {
        let colored = try table(Sample.deployment, width: 100, isColored: true)
        #expect(colored.contains("  \u{1b}[1;35mcritical\u{1b}[0m  Command"))
        #expect(colored.contains("  \u{1b}[1;31mhigh    \u{1b}[0m  Host's"))
        #expect(colored.contains("  \u{1b}[2minfo    \u{1b}[0m  Container"))
        let plain = colored.replacing(/\u{1b}\[[0-9;]*m/, with: "")
        #expect(plain == (try table(Sample.deployment, width: 100)))
    }

    @Test func `a deployment with nothing wrong is one line`() {
        let table = FindingsTable(isColored: false, width: 200)
        #expect(
            table.lines(Sample.deployment, []) == """
                2026-11-24 15:47:33  workload-create by kubernetes-api  alice@203.0.113.7  daemonset/web in prod, \
                container app  alpine:3.20

                """
        )
        let narrow = FindingsTable(isColored: false, width: 80).lines(Sample.deployment, [])
        #expect(narrow == "2026-11-24 15:47:33  workload-create by kubernetes-api  alice@203.0.113.7  daem…\n")
    }

    @Test func `what is not known is not made up`() {
        let deployment = ContainerDeployment(
            event: .init(action: .volumeCreate, dataset: .dockerDaemon),
            route: .dockerAPI
        )
        let table = FindingsTable(isColored: false, width: 80)
        #expect(table.lines(deployment, []) == "-                    volume-create by docker-api  unknown\n")
        var manifest = ContainerDeployment(
            event: .init(action: .podCreate, dataset: .kubernetesManifest),
            route: .manifest
        )
        manifest.container.name = "app"
        #expect(table.lines(manifest, []) == "-                    pod-create by manifest  container app\n")
    }

    @Test func `what was refused, failed or could only partly be seen says so`() throws {
        var deployment = Sample.deployment
        deployment.event.outcome = .failure
        deployment.visibility = .changesOnly
        let heading = "2026-11-24 15:47:33  workload-create by kubernetes-api, "
        #expect(try table(deployment, width: 90).hasPrefix(heading + "failed (changes-only)\n"))
        deployment.http = .init()
        deployment.http?.statusCode = 403
        #expect(try table(deployment, width: 90).hasPrefix(heading + "refused (changes-only)\n"))
    }

    @Test func `who acted as whom, and an init container on a host, are told`() {
        var deployment = Sample.deployment
        deployment.actor.effectiveName = "system:masters"
        #expect(SubjectWords.who(deployment.actor) == "alice@203.0.113.7 as system:masters")
        deployment.container.role = .`init`
        deployment.placement.hostName = "node-3"
        #expect(SubjectWords.place(deployment) == "daemonset/web in prod on node-3, init container app")
    }

    @Test func `a finding on a raw record is told with what is known of it`() throws {
        #expect(
            FindingsTable(isColored: false, width: 80).line(try Sample.rawFinding()) == """
                2026-11-24 15:47:33  create in kubernetes/audit
                  who    mallory@203.0.113.9             where  pods/exec web-1 in prod
                  log    logs/audit.jsonl:7
                  critical  Command changes the host's cron                            T1053.003


                """
        )
    }

    @Test(arguments: [60, 80, 120])
    func `no text from a record steers the terminal or leaves its line`(_ width: Int) throws {
        let hostile =
            "a\u{1b}[2J\u{7}\r\n\u{9b}31m\u{202e}evil\u{2066}\u{200b}\u{e0041}e\u{301}\u{301}\u{301}\u{301}\u{301}"
        var deployment = Sample.deployment
        deployment.actor.userName = hostile
        deployment.placement.namespace = hostile
        deployment.placement.resourceName = String(repeating: hostile, count: 30)
        deployment.container.name = "漢字" + hostile
        deployment.container.imageText = hostile
        deployment.process.args.append(hostile + String(repeating: "漢", count: 300))
        deployment.log?.path = hostile
        let text = try table(deployment, width: width)
        let kept = text.unicodeScalars.filter { $0 != "\n" && VisibleText.isHostile($0) }
        #expect(kept.isEmpty)
        for line in text.split(separator: "\n") { #expect(TerminalWidth.of(String(line)) <= width, "\(line)") }
        #expect(text.contains(#"who    a\u{1b}[2J\u{7}\r\n\u{9b}31m\u{202e}evil\u{2066}"#))
    }
}

@Suite struct VisibleTextTests {
    @Test(arguments: [
        ("plain text", "plain text"), ("naïve 漢字 😀", "naïve 漢字 😀"), ("tab\there", #"tab\there"#),
        ("\u{1b}]0;x\u{7}", #"\u{1b}]0;x\u{7}"#), ("a\u{202e}b", #"a\u{202e}b"#), ("a\u{200d}b", #"a\u{200d}b"#),
        ("a\u{ad}b\u{3164}c", #"a\u{ad}b\u{3164}c"#), ("\u{85}", #"\u{85}"#),
        ("z\u{300}\u{301}\u{302}\u{303}\u{304}", "z\u{300}\u{301}\u{302}\\u{303}\\u{304}"),
    ])
    func `what cannot be seen or would steer is spelled`(_ text: String, _ shown: String) {
        #expect(VisibleText.escape(text).unicodeScalars.elementsEqual(shown.unicodeScalars))
    }

    @Test(arguments: [("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("😀", 2), ("ｆ", 2), ("", 0), ("é", 1), ("한글", 4)])
    func `width is counted in columns`(_ text: String, _ columns: Int) {
        #expect(TerminalWidth.of(text) == columns)
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("漢字漢字", 8, "漢字漢字"), ("漢字漢字", 7, "漢字漢…"),
        ("漢字漢字", 6, "漢字…"), ("abc", 1, "…"),
    ])
    func `a text is cut to columns, with an ellipsis`(_ text: String, _ width: Int, _ cut: String) {
        #expect(VisibleText.cut(text, to: width) == cut)
        #expect(TerminalWidth.of(VisibleText.fit(text, to: width)) == width)
    }
}
