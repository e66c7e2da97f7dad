import Foundation
import ProcessTesting
import Testing

/// The command as people and pipelines run it, on small evidence of the tests' own.
@Suite struct AuditCommandTests {
    /// A cluster in which nobody who asks without a name may change pods, in a folder that goes with the test.
    final class Place: Sendable {
        let path = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID())").path

        init() throws {
            let rules = #"[{"verbs":["create"],"apiGroups":[""],"resources":["pods"]}]"#
            let files = [
                "roles": #"{"kind":"RoleList","items":[]}"#,
                "clusterroles":
                    #"{"kind":"ClusterRoleList","items":[{"metadata":{"name":"deploy"},"rules":\#(rules)}]}"#,
                "rolebindings": #"{"kind":"RoleBindingList","items":[]}"#,
                "clusterrolebindings": #"""
                {"kind":"ClusterRoleBindingList","items":[{"metadata":{"name":"open"},
                "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"deploy"},
                "subjects":[{"kind":"Group","name":"system:unauthenticated"},{"kind":"User","name":"alice"}]}]}
                """#,
            ]
            for (name, text) in files { try write(text, as: "evidence/cluster/\(name).json") }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        @discardableResult
        func write(_ text: String, as name: String) throws -> String {
            let url = URL(filePath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
            return url.path
        }

        func text(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

        /// Runs a subcommand to its end.
        func run(
            _ arguments: [String],
            of command: String? = "audit"
        ) throws -> (status: Int32, output: String, errors: String) {
            for name in ["out", "err"] { try write("", as: name) }
            let process = Process()
            process.executableURL = URL(filePath: AuditLab.program)
            process.arguments = (command.map { [$0] } ?? []) + arguments
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: URL(filePath: "\(path)/out"))
            process.standardError = try FileHandle(forWritingTo: URL(filePath: "\(path)/err"))
            try process.run()
            return (process.untilEnd(), try text("out"), try text("err"))
        }

        /// Judges the evidence by one check.
        func audit(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
            try run(["--evidence", "\(path)/evidence", "--check", "TW-M1018-008"] + arguments)
        }
    }

    @Test func `a table tells what fails, why, and what to do`() throws {
        let place = try Place()
        let result = try place.audit([])
        #expect(result.status == 0)
        #expect(result.errors.isEmpty)
        #expect(
            result.output.contains(
                """
                M1018 User Account Management  0 % in place  (1 fail)
                  FAIL    critical TW-M1018-008  Anonymous Subjects Hold Rights
                          ClusterRoleBinding "open": Group "system:unauthenticated" holds ClusterRole 'deploy' without \
                saying who it is
                            create on pods of the core
                """
            ),
            "\(result.output)"
        )
        #expect(result.output.hasSuffix("1 of 1 checks that apply fail, the worst is critical.\n"))
    }

    @Test(arguments: [("critical", 3), ("informational", 3)] as [(String, Int32)])
    func `the exit status says that something at a level fails`(_ level: String, _ status: Int32) throws {
        let place = try Place()
        #expect(try place.audit(["--fail-on", level]).status == status)
        let deployers = try place.write("deployers: [\"user:alice\"]\n", as: "policy.yml")
        let evidence = "\(place.path)/evidence"
        let other = try place.run([
            "--evidence", evidence, "--check", "TW-M1018-012", "--policy", deployers, "--fail-on", level,
        ])
        #expect(other.status == 0)
    }

    @Test func `what is accepted does not fail, and is told`() throws {
        let place = try Place()
        let policy = try place.write(
            """
            exceptions:
              - check: TW-M1018-008
                subject: ClusterRoleBinding "open"
                reason: a honeypot
                expires: 2999-12-31
            """,
            as: "policy.yml"
        )
        let result = try place.audit(["--policy", policy, "--fail-on", "low", "--all"])
        #expect(result.status == 0)
        #expect(result.output.contains("accepted until 2999-12-31: a honeypot"))
    }

    @Test func `a policy with a mistake is told with its place, and nothing is audited`() throws {
        let place = try Place()
        let policy = try place.write("exception: []\n", as: "policy.yml")
        let result = try place.audit(["--policy", policy])
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("policy.yml:1:1: error: "), "\(result.errors)")
    }

    @Test func `a later audit tells what is new and what is gone`() throws {
        let place = try Place()
        let earlier = try place.write(try place.audit(["--format", "json"]).output, as: "earlier.json")
        #expect(try place.audit(["--baseline", earlier, "--fail-on", "low"]).status == 0)
        let binding = try place.text("evidence/cluster/clusterrolebindings.json")
        try place.write(
            binding.replacing("\"name\":\"open\"", with: "\"name\":\"wide\""),
            as: "evidence/cluster/clusterrolebindings.json"
        )
        let result = try place.audit(["--baseline", earlier, "--fail-on", "low"])
        #expect(result.status == 3)
        #expect(result.output.contains("new ClusterRoleBinding \"wide\": "), "\(result.output)")
        #expect(
            result.output.contains(
                "No longer found since the earlier report:\n  TW-M1018-008  ClusterRoleBinding \"open\""
            )
        )
    }

    @Test func `JSON, SARIF, JUnit and HTML are what they should be`() throws {
        let place = try Place()
        let json = try #require(try Self.object(place.audit(["--format", "json"]).output))
        let check = try #require((json["checks"] as? [[String: Any]])?.first)
        #expect(check["id"] as? String == "TW-M1018-008")
        #expect(check["outcome"] as? String == "fail")
        let sarif = try #require(try Self.object(place.audit(["--format", "sarif"]).output))
        #expect(sarif["version"] as? String == "2.1.0")
        let results = ((sarif["runs"] as? [[String: Any]])?.first?["results"] as? [[String: Any]]) ?? []
        #expect(results.map { $0["ruleId"] as? String } == ["TW-M1018-008"])
        #expect(results.map { $0["level"] as? String } == ["error"])
        let junit = try place.audit(["--format", "junit"]).output
        let parser = XMLCounter(junit)
        #expect(parser.isWellFormed)
        #expect(parser.counts["testcase"] == 1)
        #expect(parser.counts["failure"] == 1)
        let html = try place.audit(["--format", "html"]).output
        #expect(html.hasPrefix("<!DOCTYPE html>"))
        #expect(html.contains("<code>TW-M1018-008</code>"))
        #expect(!html.contains("<script"))
    }

    @Test func `fixes are written beside a README, and never over something`() throws {
        let place = try Place()
        let folder = "\(place.path)/fixes"
        let result = try place.audit(["--fixes", folder])
        #expect(result.status == 0)
        #expect(result.errors == "Fixes of 1 check are in \(folder); begin with its README.md.\n")
        let readme = try place.text("fixes/README.md")
        #expect(readme.contains("| [TW-M1018-008](TW-M1018-008/README.md) | critical |"))
        let again = try place.audit(["--fixes", folder])
        #expect(again.status == 1)
        #expect(again.errors.contains("it is not empty"))
    }

    @Test func `who can deploy is listed`() throws {
        let place = try Place()
        let result = try place.run(["who-can", "--evidence", "\(place.path)/evidence"])
        #expect(result.status == 0)
        #expect(result.output.contains("User alice"), "\(result.output)")
        #expect(result.output.contains("ClusterRoleBinding open"))
        let json = try place.run(["who-can", "--evidence", "\(place.path)/evidence", "--format", "json"])
        #expect(try Self.object(json.output)?["rows"] is [Any])
    }

    @Test func `the least rights of what was done are written as manifests`() throws {
        let place = try Place()
        let event = """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"1","stage":"ResponseComplete",\
            "verb":"get","user":{"username":"alice"},"objectRef":{"resource":"pods","namespace":"shop","name":"web",\
            "apiVersion":"v1"},"responseStatus":{"code":200},"annotations":{"authorization.k8s.io/decision":"allow"}}

            """
        let log = try place.write(event, as: "audit.log")
        let result = try place.run(["least-rights", log])
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("# User alice\n---\n"), "\(result.output)")
        #expect(result.output.contains("kind: Role\n"))
        #expect(result.output.contains("namespace: shop\n"))
        #expect(result.errors == "from 1 requests that were allowed\n")
        #expect(try place.run(["least-rights", place.write("x\n", as: "no.log")]).status == 1)
    }

    @Test func `the account of an audit may list, and nothing else`() throws {
        let place = try Place()
        let result = try place.run(["--rbac"])
        #expect(result.status == 0)
        #expect(result.output.contains("kind: ClusterRole\n"))
        let verbs = result.output.split(separator: "\n").drop { $0 != "rules:" }
        #expect(!verbs.isEmpty)
        for verb in ["create", "update", "patch", "delete", "watch", "get", "\"*\""] {
            #expect(!result.output.contains("  - \(verb)\n"), "\(verb)")
        }
    }

    @Test(arguments: [
        (["--evidence", "/nonexistent"], "it is no folder that can be read; make one with 'tidewaiter audit collect'"),
        (["--no-host"], "--no-host leaves nothing"), (["--check", "TW-X"], "no check is called 'TW-X'"),
        (["--kubeconfig", "/nonexistent"], "/nonexistent: the kubeconfig cannot be read"),
        (["--evidence", "/tmp", "--in-cluster"], "--evidence says all that is looked at"),
    ])
    func `wrong usage says what to do`(_ arguments: [String], _ message: String) throws {
        let result = try Place().run(arguments)
        #expect(result.status == 1)
        #expect(result.errors.contains(message), "\(result.errors)")
    }

    @Test func `every check can be looked up`() throws {
        let place = try Place()
        let result = try place.run(["checks", "--format", "json"])
        let ids = try result.output.split(separator: "\n").map { try Self.object(String($0))?["id"] as? String }
        #expect(ids.count >= 60)
        #expect(Set(ids).count == ids.count)
        #expect(try place.run(["checks", "TW-M1018-008"]).output.hasSuffix("1 check\n"))
    }

    @Test func `what fails is remembered in the ledger that watching keeps, once`() throws {
        let place = try Place()
        let ledger = "\(place.path)/ledger.sqlite"
        try place.write("", as: "empty.log")
        let configuration = try place.write(
            """
            ledger: {path: \(ledger)}
            sources:
              - name: log
                files: {paths: [\(place.path)/empty.log], format: kubernetes-audit}
            """,
            as: "watch.yml"
        )
        let missing = try place.audit(["--watch-config", configuration])
        #expect(missing.status == 1)
        #expect(missing.errors.contains("there is no ledger at \(ledger)"), "\(missing.errors)")

        let watch = Process()
        watch.executableURL = URL(filePath: AuditLab.program)
        watch.arguments = ["watch", "--config", configuration]
        watch.standardOutput = FileHandle.nullDevice
        watch.standardError = FileHandle.nullDevice
        try watch.run()
        defer {
            watch.terminate()
            watch.untilEnd()
        }
        for _ in 0..<600 where !FileManager.default.fileExists(atPath: ledger) { usleep(50_000) }
        #expect(try place.audit(["--watch-config", configuration]).errors == "1 new finding is in the ledger.\n")
        #expect(try place.audit(["--watch-config", configuration]).errors == "0 new findings are in the ledger.\n")
        let listed = try place.run(["findings", "--ledger", ledger, "--format", "json"], of: nil)
        let findings = try listed.output.split(separator: "\n").compactMap { try Self.object(String($0)) }
        #expect(findings.map { ($0["rule"] as? [String: Any])?["id"] as? String } == ["TW-M1018-008"])
        #expect(findings.map { ($0["event"] as? [String: Any])?["kind"] as? String } == ["state"])
    }

    private static func object(_ text: String) throws -> [String: Any]? {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    }
}

/// Counts the elements of an XML document by name: elements that are opened and closed as they should be.
private struct XMLCounter {
    private(set) var counts: [String: Int] = [:]
    private(set) var isWellFormed = true

    init(_ text: String) {
        var open: [Substring] = []
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("?") { continue }
            if tag.hasPrefix("/") {
                isWellFormed = isWellFormed && open.popLast() == tag.dropFirst()
                continue
            }
            let name = tag.prefix { $0 != " " && $0 != "/" }
            counts[String(name), default: 0] += 1
            if !tag.hasSuffix("/") { open.append(name) }
        }
        isWellFormed = isWellFormed && open.isEmpty
    }
}
