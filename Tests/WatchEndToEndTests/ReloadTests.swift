import Foundation
import Testing

/// `tidewaiter watch` told by SIGHUP to read configuration and rules again.
@Suite struct ReloadTests {
    private let audit = """
          - name: audit
            files: {paths: [LOG], format: kubernetes-audit, from: beginning}
        """

    /// A rule that finds every pod of an image.
    private func rule(_ title: String, id: String, image: String = "*nginx", more: String = "") -> String {
        """
        title: \(title)
        id: \(id)
        \(more)
        status: test
        logsource: {category: container_deployment}
        detection:
            selection: {container.image.name: '\(image)'}
            condition: selection
        level: high

        """
    }

    private let first = "5d0c2a52-6fcb-4c1c-9f0a-0b7e3d1f0a01"
    private let second = "5d0c2a52-6fcb-4c1c-9f0a-0b7e3d1f0a02"

    /// A watcher with one rule of its own and no built-in ones.
    private func watcher(_ sources: (Watcher) -> String, outputs: (Watcher) -> String = { _ in "[]" }) throws -> Watcher
    {
        let watcher = try Watcher()
        try watcher.write(rule("First", id: first), to: "rules/first.yml")
        try configure(watcher, sources(watcher), outputs: outputs(watcher))
        return watcher
    }

    private func configure(_ watcher: Watcher, _ sources: String, outputs: String = "[]", more: String = "") throws {
        try watcher.configure(
            sources,
            outputs: outputs,
            more: "built-in-rules: false\nlateness: 1s\nrules: [\(watcher.path("rules"))]\n\(more)"
        )
    }

    private func source(_ watcher: Watcher, _ log: String = "audit.log") -> String {
        audit.replacing("LOG", with: watcher.path(log))
    }

    private func titles(_ watcher: Watcher) throws -> [String] {
        try watcher.findings().compactMap { ($0["rule"] as? [String: Any])?["name"] as? String }.sorted()
    }

    @Test func `other rules judge what comes from then on, and sources are not disturbed`() async throws {
        let watcher = try watcher({ source($0) })
        try watcher.start()
        try watcher.append(AuditLog.event(1, privileged: false), to: "audit.log")
        #expect(try await watcher.holds { try titles(watcher) == ["First"] }, "\(watcher.messages)")
        try watcher.write(rule("Second", id: second), to: "rules/second.yml")
        #expect(try await watcher.reload())
        #expect(watcher.messages.contains("configuration and rules were read again: watches audit with 2 rules"))
        try watcher.append(AuditLog.event(2, privileged: false), to: "audit.log")
        #expect(try await watcher.holds { try titles(watcher) == ["First", "First", "Second"] }, "\(watcher.messages)")
        // A rule that is taken away finds nothing any more.
        try FileManager.default.removeItem(atPath: watcher.path("rules/first.yml"))
        #expect(try await watcher.reload())
        try watcher.append(AuditLog.event(3, privileged: false), to: "audit.log")
        #expect(try await watcher.holds { try titles(watcher) == ["First", "First", "Second", "Second"] })
        #expect(watcher.messages.components(separatedBy: "audit follows").count == 2, "\(watcher.messages)")
        #expect(watcher.stop() == 0)
    }

    @Test func `an exception is heeded once it is read`() async throws {
        let watcher = try watcher({ source($0) })
        try watcher.start()
        try watcher.append(AuditLog.event(1, privileged: false), to: "audit.log")
        #expect(try await watcher.holds { try titles(watcher) == ["First"] }, "\(watcher.messages)")
        let exception = """
            title: Mallory may
            id: 5d0c2a52-6fcb-4c1c-9f0a-0b7e3d1f0a03
            logsource: {category: container_deployment}
            filter:
                rules: ['\(first)']
                selection: {user.name: mallory}
                condition: not selection

            """
        try watcher.write(exception, to: "exceptions/mallory.yml")
        try configure(watcher, source(watcher), more: "exceptions: [\(watcher.path("exceptions"))]")
        #expect(try await watcher.reload())
        try watcher.append(AuditLog.event(2, privileged: false), to: "audit.log")
        #expect(try await watcher.holds { try watcher.deployments().count == 2 }, "\(watcher.messages)")
        #expect(try titles(watcher) == ["First"])
        #expect(watcher.stop() == 0)
    }

    @Test func `what is wrong is told with its place, and the old stays in force`() async throws {
        let watcher = try watcher({ source($0) })
        try watcher.start()
        #expect(try await watcher.holds { watcher.messages.contains("watches audit") })
        try configure(watcher, source(watcher).replacing("from:", with: "form:"))
        #expect(try await watcher.reload())
        #expect(watcher.messages.contains("configuration and rules were not changed: "), "\(watcher.messages)")
        #expect(watcher.messages.contains("watch.yml:8:"), "\(watcher.messages)")
        #expect(watcher.messages.contains("'form' is no key here"))
        try configure(watcher, source(watcher))
        try watcher.write("title: Second\nlogsource: {category: container_deployment}\n", to: "rules/second.yml")
        #expect(try await watcher.reload())
        #expect(watcher.messages.contains("rules/second.yml:"), "\(watcher.messages)")
        try watcher.append(AuditLog.event(1, privileged: false), to: "audit.log")
        #expect(try await watcher.holds { try titles(watcher) == ["First"] }, "\(watcher.messages)")
        #expect(watcher.stop() == 0)
    }

    @Test func `sources come, go and change, each from where it was read to`() async throws {
        let watcher = try watcher({ source($0) })
        try watcher.append(AuditLog.event(1, privileged: false), to: "audit.log")
        try watcher.start()
        #expect(try await watcher.holds { try watcher.deployments().count == 1 }, "\(watcher.messages)")
        // One that is followed otherwise, and one that is new.
        let other = """
              - name: other
                files: {paths: [\(watcher.path("other.log"))], format: kubernetes-audit, from: beginning}
            """
        try watcher.append(AuditLog.event(2, privileged: false), to: "other.log")
        let changed = source(watcher).replacing("audit.log", with: "aud*.log")
        try configure(watcher, changed + "\n" + other)
        #expect(try await watcher.reload())
        #expect(try await watcher.holds { try watcher.deployments().count == 2 }, "\(watcher.messages)")
        try watcher.append(AuditLog.event(3, privileged: false), to: "audit.log")
        #expect(try await watcher.holds { try watcher.deployments().count == 3 }, "\(watcher.messages)")
        // One goes; what is written meanwhile is read when it comes back.
        try configure(watcher, other)
        #expect(try await watcher.reload())
        try watcher.append(AuditLog.event(4, privileged: false), to: "audit.log")
        try watcher.append(AuditLog.event(5, privileged: false), to: "other.log")
        #expect(try await watcher.holds { try watcher.deployments().count == 4 }, "\(watcher.messages)")
        try configure(watcher, source(watcher) + "\n" + other)
        #expect(try await watcher.reload())
        #expect(try await watcher.holds { try watcher.deployments().count == 5 }, "\(watcher.messages)")
        #expect(try titles(watcher).count == 5)
        #expect(watcher.messages.components(separatedBy: "other follows").count == 2, "\(watcher.messages)")
        #expect(watcher.stop() == 0)
    }

    @Test func `told again and again while much is written, it finds everything once`() async throws {
        let count = 3_000
        let watcher = try watcher({ source($0) })
        try watcher.start()
        #expect(try await watcher.holds { watcher.messages.contains("watches audit") })
        var written = 0
        for turn in 0..<12 {
            let next = (turn + 1) * count / 12
            // Written while it reloads, the source changed each second time.
            for number in written..<next {
                try watcher.append(AuditLog.event(number, privileged: false), to: "audit.log")
            }
            written = next
            let log = turn % 2 == 0 ? "audit.log" : "*.log"
            try configure(watcher, source(watcher, log))
            let isAnswered = try await watcher.reload()
            #expect(isAnswered, "\(watcher.messages)")
        }
        #expect(try await watcher.holds { try watcher.deployments().count == count }, "\(watcher.messages)")
        #expect(try titles(watcher).count == count)
        #expect(watcher.stop() == 0)
    }

    @Test func `what correlations wait for is still known`() async throws {
        let watcher = try watcher({ source($0) })
        let often = """
            title: Often
            id: 5d0c2a52-6fcb-4c1c-9f0a-0b7e3d1f0a04
            status: test
            correlation:
                type: event_count
                rules: [pod_of_nginx]
                group-by: [user.name]
                timespan: 1h
                condition: {gte: 3}
            level: high

            """
        try watcher.write(rule("First", id: first, more: "name: pod_of_nginx"), to: "rules/first.yml")
        try watcher.write(often, to: "rules/often.yml")
        try watcher.start()
        try watcher.append(
            AuditLog.event(1, privileged: false) + AuditLog.event(2, privileged: false),
            to: "audit.log"
        )
        #expect(try await watcher.holds { try watcher.deployments().count == 2 }, "\(watcher.messages)")
        try watcher.write(rule("Second", id: second), to: "rules/second.yml")
        #expect(try await watcher.reload())
        try watcher.append(AuditLog.event(3, privileged: false), to: "audit.log")
        #expect(
            try await watcher.holds { try titles(watcher).filter { $0 == "Often" }.count == 1 },
            "\(watcher.messages)"
        )
        #expect(watcher.stop() == 0)
    }

    @Test func `outputs come, go and change, and nothing is told twice`() async throws {
        func lines(_ watcher: Watcher, _ name: String) -> Int {
            let text = (try? String(contentsOfFile: watcher.path(name), encoding: .utf8)) ?? ""
            return text.split(separator: "\n").count
        }
        let watcher = try watcher(
            { source($0) },
            outputs: { "[{file: {path: \($0.path("told.jsonl"))}}, {name: b, file: {path: \($0.path("b.jsonl"))}}]" }
        )
        try watcher.start()
        try watcher.append(AuditLog.event(1, privileged: false), to: "audit.log")
        #expect(try await watcher.holds { lines(watcher, "told.jsonl") == 1 && lines(watcher, "b.jsonl") == 1 })
        // One changes, one goes, one comes.
        let outputs = """
            [{file: {path: \(watcher.path("told.jsonl")), size: 50MiB}},
             {name: c, file: {path: \(watcher.path("c.jsonl"))}}]
            """.replacing("\n", with: " ")
        try configure(watcher, source(watcher), outputs: outputs)
        #expect(try await watcher.reload())
        #expect(watcher.messages.contains("b is no output any more"), "\(watcher.messages)")
        try watcher.append(AuditLog.event(2, privileged: false), to: "audit.log")
        #expect(try await watcher.holds { lines(watcher, "told.jsonl") == 2 && lines(watcher, "c.jsonl") == 1 })
        #expect(lines(watcher, "b.jsonl") == 1)
        #expect(watcher.stop() == 0)
    }

    @Test func `a connection to a source that stays stands`() async throws {
        let watcher = try Watcher()
        try watcher.write(rule("First", id: first), to: "rules/first.yml")
        let syslog = """
              - syslog: {listen: ["unix://\(watcher.path("in.sock"))"], format: kubernetes-audit}
            """
        try configure(watcher, syslog)
        try watcher.start()
        #expect(try await watcher.holds { watcher.messages.contains("syslog follows") }, "\(watcher.messages)")
        let sender = try UnixStream(to: watcher.path("in.sock"))
        func send(_ number: Int) throws {
            let event = AuditLog.event(number, privileged: false)
            try sender.write("<13>1 2026-11-24T10:00:00Z host apiserver - - - \(event)")
        }
        try send(1)
        #expect(try await watcher.holds { try watcher.deployments().count == 1 }, "\(watcher.messages)")
        try configure(watcher, syslog + "\n" + source(watcher))
        #expect(try await watcher.reload())
        try send(2)
        #expect(try await watcher.holds { try watcher.deployments().count == 2 }, "\(watcher.messages)")
        #expect(watcher.messages.components(separatedBy: "syslog follows").count == 2, "\(watcher.messages)")
        #expect(watcher.stop() == 0)
    }
}
