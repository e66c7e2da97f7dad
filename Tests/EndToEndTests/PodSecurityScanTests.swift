import Foundation
import Testing

/// `scan --pod-security` as a person or a pipeline runs it.
@Suite struct PodSecurityScanTests {
    static let workload = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          template:
            spec:
              securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
              containers:
              - {name: a, image: nginx, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}
              - {name: b, image: nginx, securityContext: {privileged: true, capabilities: {drop: [ALL]}}}

        """

    private func value(_ object: [String: Any], _ path: String) -> String? {
        var value: Any? = object
        for part in path.split(separator: ".") { value = (value as? [String: Any])?[String(part)] }
        return value.map { "\($0)" }
    }

    @Test func `each violated control is a finding with the message, the fields and what to change`() throws {
        let folder = try Folder()
        let file = try folder.write(Self.workload, as: "web.yaml")
        let result = try Binary.run(["scan", "--pod-security", "restricted:v1.24", "--format", "json", file])
        #expect(result.status == 3)
        let findings = try result.objects
        #expect(
            findings.map { value($0, "rule.id") } == [
                "pod-security/baseline/privileged", "pod-security/restricted/allowPrivilegeEscalation",
            ]
        )
        #expect(
            findings.map { value($0, "message") } == [
                #"privileged (container "b" must not set securityContext.privileged=true)"#,
                #"allowPrivilegeEscalation != false (container "b" must set securityContext.allowPrivilegeEscalation=false)"#,
            ]
        )
        let violations = findings.map { ($0["tidewaiter"] as? [String: Any])?["violation"] as? [String: [String]] }
        #expect(
            violations.map { $0?["place"] } == [
                ["spec.template.spec.containers[1].securityContext.privileged"],
                ["spec.template.spec.containers[1].securityContext.allowPrivilegeEscalation"],
            ]
        )
        #expect(violations.map { $0?["remedy"]?.count } == [1, 1])
        #expect(findings.map { value($0, "rule.level") } == ["high", "medium"])
        #expect(findings.map { value($0, "orchestrator.resource.name") } == ["web", "web"])
        #expect(findings.map { value($0, "orchestrator.namespace") } == ["shop", "shop"])
        #expect(Set(findings.compactMap { value($0, "tidewaiter.finding.id") }).count == 2)
        #expect(result.errors.contains("1 pod judged by restricted:v1.24, 1 violates it: 1 high, 1 medium."))
    }

    @Test func `people and code hosts are told the message too`() throws {
        let folder = try Folder()
        let file = try folder.write(Self.workload, as: "web.yaml")
        let table = try Binary.run(["scan", "--pod-security", "baseline", file])
        #expect(table.status == 3)
        for line in [
            "Pod Security baseline: privileged",
            #"privileged (container "b" must not set securityContext.privileged=true)"#,
            "change: leave securityContext.privileged out, or set it to false",
            "spec.template.spec.containers[1].securityContext.privileged = true",
        ] {
            #expect(table.output.contains(line))
        }
        let sarif = try Binary.run(["scan", "--pod-security", "baseline", "--format", "sarif", file])
        #expect(sarif.status == 3)
        let root = try JSONSerialization.jsonObject(with: Data(sarif.output.utf8)) as? [String: Any]
        let run = try #require((root?["runs"] as? [[String: Any]])?.first)
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.map { $0["ruleId"] as? String } == ["pod-security/baseline/privileged"])
        #expect(
            value(results[0], "message.text")
                == #"Pod Security baseline: privileged: deployment/web in shop. privileged (container "b" must not set "#
                + "securityContext.privileged=true). spec.template.spec.containers[1].securityContext.privileged = true. "
                + "To change: leave securityContext.privileged out, or set it to false"
        )
        let layer = try Binary.run(["scan", "--pod-security", "baseline", "--format", "navigator", file])
        #expect(layer.status == 3)
        #expect(layer.output.contains(#""techniqueID":"T1611","score":1"#))
    }

    @Test func `what the policy allows is no finding, and what cannot be judged is not allowed`() throws {
        let folder = try Folder()
        let good = try folder.write(Self.workload.replacing("privileged: true, ", with: ""), as: "good.yaml")
        let allowed = try Binary.run(["scan", "--pod-security", "baseline:v1.24", "--format", "json", good])
        #expect(allowed.status == 0)
        #expect(allowed.output == "")
        #expect(try Binary.run(["scan", "--pod-security", "privileged", folder.url.path]).status == 0)
        let odd = try folder.write(
            Self.workload.replacing("privileged: true", with: "privileged: 'true'"),
            as: "odd.yaml"
        )
        let unread = try Binary.run(["scan", "--pod-security", "baseline", "--format", "json", odd])
        #expect(unread.status == 1)
        #expect(unread.output == "")
        #expect(
            unread.errors.contains(
                "deployment/web is not judged: spec.template.spec.containers[1].securityContext.privileged: "
                    + "a boolean is needed, not a string"
            )
        )
        let log = try folder.write(Sample.audit(), as: "audit.log")
        let other = try Binary.run(["scan", "--pod-security", "baseline", log])
        #expect(other.status == 1)
        #expect(other.errors.contains("Pod Security is judged on manifests, and this is kubernetes-audit"))
    }

    @Test(arguments: [
        (["--pod-security", "strict"], "must be one of privileged, baseline, restricted"),
        (["--pod-security", "baseline:1.24"], #"must be "latest" or "v1.x""#),
        (["--pod-security", "baseline", "--fail-on", "high"], "--pod-security judges by its policy alone"),
        (["--pod-security", "baseline", "--level", "high"], "--pod-security judges by its policy alone"),
    ])
    func `a policy that is none, or that other options would change, is wrong usage`(
        _ arguments: [String],
        _ message: String
    ) throws {
        let result = try Binary.run(["scan"] + arguments + ["-"])
        #expect(result.status == 1)
        #expect(result.errors.contains(message))
    }

    static let shared = Binary.project.deletingLastPathComponent().appending(path: "shared/data/kubernetes/psa")

    @Test(.enabled(if: FileManager.default.fileExists(atPath: shared.path), "needs the corpora beside the project"))
    func `Kubernetes' own fixtures are told in the API server's words`() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "xzf", Self.shared.appending(path: "fixtures.tar.gz").path, "-C", folder.url.path]
        try tar.run()
        tar.waitUntilExit()
        try #require(tar.terminationStatus == 0)
        var wanted: [String: [String: String]] = [:]
        let oracle = try String(contentsOf: Self.shared.appending(path: "oracle.jsonl"), encoding: .utf8)
        for line in oracle.split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            let (fixture, level) = (value(object, "fixture") ?? "", value(object, "level") ?? "")
            guard let version = value(object, "version") else { continue }
            wanted["\(level):\(version)", default: [:]][fixture] = object["violations"] as? String ?? ""
        }
        #expect(wanted.count == 56)
        for (policy, fixtures) in wanted {
            let path = folder.path(policy.replacing(":", with: "/"))
            let result = try Binary.run(["scan", "--pod-security", policy, "--format", "json", "--quiet", path])
            #expect(result.status == 3, "\(policy)")
            var found = fixtures.mapValues { _ in "" }
            for finding in try result.objects {
                let file = String((value(finding, "log.file.path") ?? "").dropFirst(folder.url.path.count + 1))
                let told = found[file, default: ""]
                found[file] = (told.isEmpty ? "" : told + ", ") + (value(finding, "message") ?? "")
            }
            #expect(found == fixtures, "\(policy)")
            let allowed = try Binary.run(["scan", "--pod-security", policy, "--quiet", path + "/pass"])
            #expect(allowed.status == 0, "\(policy)")
        }
    }
}
