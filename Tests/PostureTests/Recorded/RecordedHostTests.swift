import Foundation
@testable import Posture
import Testing

/// The labelled cases of real dockerds, and of what was made up beside them, for the checks of hosts.
@Suite(.enabled(if: !RecordedCase.all.isEmpty, "needs ../shared/data: verdicts on recorded dockerds are NOT compared"))
struct RecordedHostTests {
    static let checks =
        (1...14).map { "TW-M1035-0" + ($0 < 10 ? "0\($0)" : "\($0)") } + (1...7).map { "TW-M1018-00\($0)" }
        + ["TW-M1018-022"]
    static let cases = RecordedCase.of(checks)

    @Test func `the labelled cases are there`() { #expect(Self.cases.count == 37) }

    @Test(arguments: cases)
    func `each labelled case gets the verdict that it has`(_ one: RecordedCase) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        if one.evidence?.hasPrefix("kube/") ?? false { return try judgeObject(one, check) }
        let results = check.results(on: try Self.host(one).evidence)
        #expect(results.verdict == one.expected, "\(results)")
    }

    private func judgeObject(_ one: RecordedCase, _ check: Check) throws {
        var reader = ClusterReader()
        let file = RecordedCase.folder.appending(path: "evidence/kube/objects/pods.json")
        reader.read(Array(try Data(contentsOf: file)), from: "pods.json")
        var evidence = Evidence()
        evidence.cluster = .known(reader.cluster)
        let failed = check.results(on: evidence).filter { $0.outcome == .fail }.map(\.subject)
        let name = try #require(one.part)
        #expect(failed.contains("Pod \"\(name)\"") == (one.expected == "fail"), "\(failed)")
    }

    /// The host that a case is about.
    static func host(_ one: RecordedCase) throws -> HostEvidence {
        guard let name = one.recording else { return try made(one) }
        var host = try RecordedHost.evidence(name)
        let recorded = try RecordedHost.named(name)
        if let part = one.part, let after = recorded.after?[part] { host.change(part, after) }
        if name.hasPrefix("v12") { host.addUnit(from: recorded.warnings ?? []) }
        host.addLabKeys()
        host.missAll()
        return host
    }

    /// Of evidence that stands in the case.
    private static func made(_ one: RecordedCase) throws -> HostEvidence {
        let inline = try #require(one.inline)
        if inline["stat"] != nil || inline["ls"] != nil {
            var host = try RecordedHost.evidence("v05-tlsverify-flag")
            host.addLabKeys()
            for name in inline["ls"]?.text?.split(separator: " ") ?? [] where name.hasSuffix("ca-key.pem") {
                host.put("\(labKeys)/\(name)", "", mode: 0o600)
            }
            host.missAll()
            return host
        }
        var host = HostEvidence.bare()
        if let path = inline["file"]?.text, let text = inline["text"]?.text { host.put(path, text) }
        if let text = inline["config.toml"]?.text { host.put("/etc/containerd/config.toml", text) }
        if let arguments = inline["cmdline"]?.texts {
            host.run(HostProcess(id: 7, name: "podman", arguments: arguments))
        }
        if let meta = inline["meta.json"] { host.put("\(rootHome)/.docker/contexts/meta/ab/meta.json", meta.json) }
        if let groups = inline["group"]?.text, let users = inline["passwd"]?.text {
            host.groups = .known(groups.split(separator: "\n").compactMap(group))
            host.users = .known(users.split(separator: "\n").compactMap(user))
            host.missAll()
        }
        return host
    }

    private static func group(_ line: Substring) -> HostGroup? {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        return UInt32(fields[2]).map {
            HostGroup(fields[0], id: $0, members: fields[3].split(separator: ",").map(String.init))
        }
    }

    private static func user(_ line: Substring) -> HostUser? {
        let fields = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let id = UInt32(fields[2]), let group = UInt32(fields[3]) else { return nil }
        return HostUser(fields[0], id: id, primaryGroup: group, home: fields[5])
    }

    static let labKeys = "/srv/lab/dd/certs"
}

extension HostEvidence {
    /// What was tried after the start: another mode of the socket, or a container.
    fileprivate mutating func change(_ part: String, _ after: Document) {
        let path = "/srv/lab/dd/run/docker.sock"
        if let mode = UInt16(part.prefix(4), radix: 8), files[path] != nil {
            files[path]?.mode = mode
            let entries = after["getfacl_then_stat"]?.text?.split(separator: "\n").map(String.init) ?? []
            files[path]?.accessEntries = entries.filter { $0.hasPrefix("user:") && !$0.hasPrefix("user::") }
        } else if after["Mounts"] != nil {
            let container: Document = [
                "Name": .text("/\(part)"), "Mounts": after["Mounts"] ?? [],
                "HostConfig": ["Binds": after["HostConfig.Binds"] ?? .null],
            ]
            guard var docker = docker.value else { return }
            docker.containers = .inspected([container])
            self.docker = .known(docker)
        }
    }

    /// The unit of a dockerd that did not start, by what its log says that the flags were.
    fileprivate mutating func addUnit(from log: [String]) {
        guard let flags = log.first?.components(separatedBy: "from flag: [").last?.split(separator: "]").first else {
            return
        }
        let hosts = flags.split(separator: " ").map { "-H \($0)" }.joined(separator: " ")
        put(
            "/lib/systemd/system/docker.service",
            "[Service]\nExecStart=/usr/sbin/dockerd --config-file /srv/lab/dd/run/daemon.json \(hosts)\n"
        )
    }

    /// The keys that the recordings were made with, which they do not have in them: one private authority.
    mutating func addLabKeys() {
        for name in ["ca.pem", "server-cert.pem", "server-key.pem"] {
            put("\(RecordedHostTests.labKeys)/\(name)", "", mode: name == "server-key.pem" ? 0o600 : 0o644)
            guard name != "server-key.pem" else { continue }
            let facts = CertificateFacts(
                subject: name == "ca.pem" ? "CN=lab ca" : "CN=localhost",
                issuer: "CN=lab ca",
                notAfter: collectedAt + 300 * 86_400,
                isAuthority: name == "ca.pem",
                key: "RSA 2048"
            )
            files["\(RecordedHostTests.labKeys)/\(name)"]?.certificates = [facts]
        }
    }
}
