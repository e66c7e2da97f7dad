import Foundation
import Testing

@Suite struct ScanTests {
    /// Runs `scan` with the tests' own rule alone.
    private func scan(_ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]) throws
        -> Binary.Result
    {
        let folder = try Folder()
        let rule = try folder.write(Sample.rule, as: "rule.yml")
        return try Binary.run(
            ["scan", "--no-built-in-rules", "--rules", rule] + arguments,
            input: input,
            environment: environment
        )
    }

    private func value(_ object: [String: Any], _ path: String) -> String? {
        var value: Any? = object
        for part in path.split(separator: ".") { value = (value as? [String: Any])?[String(part)] }
        return value.map { "\($0)" }
    }

    @Test func `a privileged pod in an audit log is told with who, where, what and why`() throws {
        let folder = try Folder()
        let log = try folder.write(Sample.audit(privileged: false) + Sample.audit(id: "a2"), as: "audit.log")
        let result = try scan(["--format", "json", log])
        #expect(result.status == 0)
        let findings = try result.objects
        #expect(findings.count == 1)
        let finding = try #require(findings.first)
        #expect(value(finding, "rule.id") == "7d2f6a51-0d6b-4f0e-9c53-7f7f6f0a1610")
        #expect(value(finding, "rule.level") == "high")
        #expect(value(finding, "event.id") == "a2")
        #expect(value(finding, "event.action") == "pod-create")
        #expect(value(finding, "event.outcome") == "success")
        #expect(value(finding, "user.name") == "mallory")
        #expect(value(finding, "source.ip") == "192.0.2.7")
        #expect(value(finding, "orchestrator.namespace") == "shop")
        #expect(value(finding, "container.image.name") == "docker.io/library/nginx")
        #expect(value(finding, "deployment.route") == "kubernetes-api")
        #expect(value(finding, "log.file.path") == log)
        #expect(value(finding, "log.offset") == "\(Sample.audit(privileged: false).utf8.count)")
        let threat = finding["threat"] as? [String: Any]
        #expect((threat?["technique"] as? [String: [String]])?["id"] == ["T1610"])
    }

    @Test func `standard output holds nothing but findings when a machine reads it`() throws {
        let result = try scan(["--format", "json", "-"], input: Array(Sample.audit().utf8))
        #expect(try result.objects.count == 1)
        #expect(result.errors.contains("1 deployment, 1 flagged: 1 high."))
    }

    @Test func `the same log has the same findings under the same ids, however it is packed`() throws {
        let folder = try Folder()
        let text = (0..<50).map { Sample.audit(id: "a\($0)") }.joined()
        let plain = try folder.write(text, as: "audit.log")
        for tool in ["gzip", "zstd"] {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [tool, "-q", "-k", plain]
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        let ids = try [plain, plain + ".gz", plain + ".zst"].map { path in
            try scan(["--format", "json", path]).objects.map { value($0, "tidewaiter.finding.id") ?? "" }
        }
        #expect(Set(ids[0]).count == 50)
        #expect(ids[1] == ids[0])
        #expect(ids[2] == ids[0])
    }

    static let filters: [([String], Int)] = [
        (["--level", "critical"], 0), (["--level", "high"], 2), (["--namespace", "bank"], 1),
        (["--since", "2026-11-24T10:30:00Z"], 1), (["--until", "2026-11-24T10:30:00Z"], 1),
        (["--since", "2026-11-25"], 0), (["--route", "docker-api"], 0), (["--route", "kubernetes-api"], 2),
        (["--rule", "every privilege"], 2), (["--rule", "7d2f6a51"], 2),
    ]

    @Test(arguments: filters)
    func `filters leave out what was not asked for`(_ options: [String], _ expected: Int) throws {
        let log =
            Sample.audit()
            + Sample.audit(id: "a2", namespace: "bank", time: "2026-11-24T11:00:00.000000Z")
        // A level that leaves no rule still scans.
        let result = try scan(["--format", "json", "-"] + options, input: Array(log.utf8))
        #expect(result.status == 0)
        #expect(try result.objects.count == expected)
    }

    @Test func `every deployment is listed when that is asked for`() throws {
        let log = Sample.audit(privileged: false) + Sample.audit(id: "a2", privileged: false)
        let result = try scan(["--format", "json", "--deployments", "-"], input: Array(log.utf8))
        #expect(try result.objects.map { value($0, "event.kind") } == ["event", "event"])
    }

    @Test func `the raw record comes along when that is asked for`() throws {
        let log = Sample.audit()
        let result = try scan(["--format", "json", "--with-original", "-"], input: Array(log.utf8))
        let finding = try #require(result.objects.first)
        #expect(value(finding, "event.original") == log.trimmingCharacters(in: .newlines))
        let long = log.replacing("mallory", with: String(repeating: "m", count: 100_000))
        let cut = try scan(["--format", "json", "--with-original", "-"], input: Array(long.utf8))
        #expect(try value(#require(cut.objects.first), "event.original")?.utf8.count == 65_536)
    }

    static let statuses: [([String], Int32)] = [
        (["--fail-on", "high"], Int32(3)), (["--fail-on", "critical"], 0), ([], 0), (["--level", "bogus"], 1),
        (["--since", "yesterday"], 1), (["--input", "bogus"], 1), (["--rule", "no such rule"], 1), (["--bogus"], 1),
    ]

    @Test(arguments: statuses)
    func `the exit status says what came of it`(_ options: [String], _ expected: Int32) throws {
        #expect(try scan(["-"] + options, input: Array(Sample.audit().utf8)).status == expected)
    }

    @Test func `no path is wrong usage, and says what to do`() throws {
        let result = try scan([])
        #expect(result.status == 1)
        #expect(result.errors.contains("name a file or a folder to read"))
    }

    @Test func `a file that is not there costs only itself`() throws {
        let folder = try Folder()
        let log = try folder.write(Sample.audit(), as: "audit.log")
        let result = try scan(["--format", "json", folder.path("nothing"), log])
        #expect(result.status == 1)
        #expect(try result.objects.count == 1)
        #expect(result.errors.contains("\(folder.path("nothing")): no such file or folder"))
    }

    @Test func `a folder is walked, and what is no log is passed over by name`() throws {
        let folder = try Folder()
        try folder.write(Sample.audit(), as: "logs/a/audit.log")
        try folder.write(Sample.audit(id: "a2"), as: "logs/b/audit.log")
        let notes = try folder.write("to do: nothing\n", as: "logs/notes.txt")
        let result = try scan(["--format", "json", folder.path("logs")])
        #expect(result.status == 0)
        #expect(try result.objects.count == 2)
        #expect(result.errors.contains("Passed over, since they are no log that is known: \(notes)."))
        // Named, it is an error.
        #expect(try scan([notes]).status == 1)
    }

    @Test func `documents among manifests are passed over, though a shell names them`() throws {
        let folder = try Folder()
        let paths = [
            try folder.write("resources: [pod.yaml]\n", as: "kustomization.yaml"),
            try folder.write("{\n  \"name\": \"x\"\n}\n", as: "package.json"),
            try folder.write("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n", as: "settings.yaml"),
            try folder.write(" \n\n", as: "blank.yaml"), try folder.write("", as: "empty.json"),
        ]
        let result = try scan(["--format", "json"] + paths)
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("Read 3 files"))
        #expect(result.errors.contains("Passed over, since they are no log that is known: \(paths[0]), \(paths[1])."))
        #expect(result.errors.contains("0 deployments, 0 flagged: no rule matches."))
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "the system has no /dev/full"))
    func `findings that could not be written are no success`() throws {
        let folder = try Folder()
        let log = try folder.write(Sample.audit(), as: "audit.log")
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = [
            "-c", #""$1" scan --format json "$2" >/dev/full 2>"$3""#, "sh", Binary.url.path, log, folder.path("errors"),
        ]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 1)
        let errors = try String(contentsOfFile: folder.path("errors"), encoding: .utf8)
        #expect(errors.contains("standard output could not be written, so findings are missing"))
    }

    @Test func `UTF-16 text is told with the way out`() throws {
        let result = try scan(["-"], input: [0xFF, 0xFE, 0x7B, 0x00])
        #expect(result.status == 1)
        #expect(result.errors.contains("-: its text is UTF-16: make it UTF-8 first (iconv -f UTF-16 -t UTF-8)"))
    }

    @Test func `a file whose name is no text is read, by its folder and by its name`() throws {
        let folder = try Folder()
        let log = try folder.write(Sample.audit(), as: "plain")
        // No interface of Foundation's takes such a name.
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        let program = Binary.url.path
        shell.arguments = [
            "-c",
            #"cd "$1" && n=$(printf 'a\377b') && mkdir d && cp "$2" "d/$n" && "#
                + #"for p in d "d/$n"; do "$3" scan --format json --no-built-in-rules --rules "$4" "$p" 2>&1; done >out"#,
            "sh", folder.path(""), log, program, try folder.write(Sample.rule, as: "rule.yml"),
        ]
        try shell.run()
        shell.waitUntilExit()
        let lines = try String(contentsOfFile: folder.path("out"), encoding: .utf8).split(separator: "\n")
        #expect(lines.count { $0.contains(#""log":{"file":{"path":"d/a\\xffb"}"#) } == 2, "\(lines)")
    }

    @Test func `rules on dockerd's log see its lines`() throws {
        let folder = try Folder()
        let rule = try folder.write(
            "title: Plugin\nlogsource: {product: docker, service: daemon}\nlevel: low\n"
                + "detection: {a: {level: error, msg|contains: plugin}, condition: a}\n",
            as: "daemon.yml"
        )
        let log = #"time="2026-11-24T15:47:23Z" level=error msg="plugin gone" id=1"#
        let result = try scan(["--rules", rule, "--format", "json", "-"], input: Array("\(log)\n".utf8))
        let finding = try #require(result.objects.first)
        #expect(value(finding, "rule.name") == "Plugin")
        #expect(value(finding, "event.action") == "plugin gone")
        #expect(value(finding, "event.dataset") == "docker/daemon")
        #expect(value(finding, "@timestamp") == "2026-11-24T15:47:23.000000Z")
        #expect(result.errors.contains("0 deployments, 0 flagged and 1 finding on raw records: 1 low."))
        #expect(!result.errors.contains("Unfed"))
    }

    @Test func `one trusted sidecar excuses nobody, and an exception for nothing is told`() throws {
        let folder = try Folder()
        func filter(_ rules: String) -> String {
            """
            title: Trusted
            logsource: {category: container_deployment}
            filter:
                rules: \(rules)
                trusted: {container.image.name: docker.io/mesh/proxy, orchestrator.namespace: shop, user.name: deployer}
                condition: not trusted

            """
        }
        func event(_ id: String, _ user: String, _ namespace: String) -> String {
            Sample.audit(id: id, user: user, namespace: namespace).replacing(
                #""containers":["#,
                with: #""containers":[{"name":"side","image":"mesh/proxy:1","securityContext":{"privileged":true}},"#
            )
        }
        let log =
            event("trusted", "deployer", "shop") + event("elsewhere", "deployer", "bank")
            + event("another", "mallory", "shop")
        let exception = try folder.write(filter("any"), as: "filter.yml")
        let result = try scan(["--rules", exception, "--format", "json", "-"], input: Array(log.utf8))
        let told = try result.objects.map { "\(value($0, "event.id") ?? "") \(value($0, "container.name") ?? "")" }
        #expect(told == ["trusted web", "elsewhere side", "elsewhere web", "another side", "another web"])
        let idle = try folder.write(filter("[misspelt]"), as: "idle.yml")
        let all = try scan(["--rules", idle, "--format", "json", "-"], input: Array(log.utf8))
        #expect(try all.objects.count == 6)
        #expect(all.errors.contains("\(idle):1:1: warning: the filter 'Trusted' is joined to no rule"))
    }

    @Test func `colour is there when asked for, and NO_COLOR is respected`() throws {
        let log = Array(Sample.audit().utf8)
        #expect(try scan(["--color", "always", "-"], input: log).output.contains("\u{1b}["))
        #expect(!(try scan(["-"], input: log, environment: ["NO_COLOR": "1"]).output.contains("\u{1b}[")))
    }

    @Test func `hostile names cannot drive the terminal`() throws {
        let result = try scan(["-"], input: Array(Sample.audit(user: "\\u001b[2Jmal\\u202elory").utf8))
        #expect(!result.output.contains("\u{1b}"))
        #expect(!result.output.contains("\u{202e}"))
        #expect(result.output.contains("\\u{1b}[2Jmal\\u{202e}lory"))
    }

    @Test func `SARIF and Navigator are whole documents`() throws {
        let log = Array(Sample.audit().utf8)
        let sarif = try scan(["--format", "sarif", "-"], input: log).objects
        #expect(sarif.count == 1)
        #expect(sarif.first?["version"] as? String == "2.1.0")
        let results = ((sarif.first?["runs"] as? [[String: Any]])?.first?["results"] as? [Any])
        #expect(results?.count == 1)
        let folder = try Folder()
        let path = try folder.write("\n" + Sample.audit(), as: "audit.log")
        let failing = try scan(["--format", "sarif", path, folder.path("none")])
        #expect(failing.status == 1)
        #expect(failing.output.contains(#""region":{"startLine":2,"byteOffset":1}"#))
        #expect(failing.output.contains(#""invocations":[{"executionSuccessful":false"#))
        #expect(failing.output.contains("no such file or folder"))
        let layer = try scan(["--format", "navigator", "-"], input: log).objects
        let techniques = layer.first?["techniques"] as? [[String: Any]]
        #expect(techniques?.compactMap { $0["techniqueID"] as? String } == ["T1610"])
    }

    @Test func `the summary says which rules a log leaves blind`() throws {
        let log = """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"m1","stage":"ResponseComplete",\
            "requestURI":"/api/v1/namespaces/shop/pods","verb":"create","user":{"username":"mallory"},\
            "objectRef":{"resource":"pods","namespace":"shop","name":"web","apiVersion":"v1"},"responseStatus":{"code":201}}

            """
        let result = try scan(["-"], input: Array(log.utf8))
        #expect(
            result.output.contains(
                "Blind: 1 rule on 1 deployment, since the audit policy logs no bodies here (level Metadata) "
                    + "(A container with every privilege)."
            )
        )
    }
}
