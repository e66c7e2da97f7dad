import Foundation
@testable import Posture
import Testing

/// Sudoers files are written again with nothing else changed in them, and sudo takes them.
@Suite struct SudoersFixTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: String
        /// Nil where nothing is certain, and steps are told.
        var after: String?

        init(_ description: String, _ before: String, _ after: String?) {
            testDescription = description
            self.before = before
            self.after = after
        }
    }

    static let cases: [Case] = [
        Case("one command", "ci ALL = NOPASSWD: /usr/bin/docker\n", "ci ALL = PASSWD: /usr/bin/docker\n"),
        Case(
            "the first of several, whose tag goes on",
            "ci ALL = (root) NOPASSWD: /usr/bin/docker *, /bin/ls, /bin/cat",
            "ci ALL = (root) PASSWD: /usr/bin/docker *, NOPASSWD: /bin/ls, /bin/cat"
        ),
        Case(
            "one in the middle, with other tags",
            "%ops ALL=(ALL:ALL) NOPASSWD: NOEXEC: /bin/ls, SETENV: /usr/bin/ctr,EXEC: /bin/cat\n",
            "%ops ALL=(ALL:ALL) NOPASSWD: NOEXEC: /bin/ls, SETENV: PASSWD: /usr/bin/ctr,EXEC: NOPASSWD: /bin/cat\n"
        ),
        Case(
            "what says itself that it asks, or does not",
            "ci ALL = NOPASSWD : /bin/a, NOPASSWD: /usr/bin/podman, PASSWD: /bin/b, /usr/bin/podman, NOPASSWD: /bin/c\n",
            "ci ALL = NOPASSWD : /bin/a, PASSWD: /usr/bin/podman, PASSWD: /bin/b, /usr/bin/podman, NOPASSWD: /bin/c\n"
        ),
        Case(
            "what is taken away stays so",
            "ci ALL = NOPASSWD: /usr/bin/docker, !/usr/bin/docker run, !/bin/x, /bin/ls\n",
            "ci ALL = PASSWD: /usr/bin/docker, !/usr/bin/docker run, !/bin/x, NOPASSWD: /bin/ls\n"
        ),
        Case(
            "lines that go on, and comments",
            """
            # docker for ci \\
            ci ALL = NOPASSWD: /bin/ls, \\
                /usr/bin/docker,\\\u{20}
            \t/bin/cat # and no more, /usr/bin/podman
            #1000 ALL = NOPASSWD: /usr/bin/nerdctl # by number

            @includedir /etc/sudoers.more
            """,
            """
            # docker for ci \\
            ci ALL = NOPASSWD: /bin/ls, \\
                PASSWD: /usr/bin/docker,\\\u{20}
            \tNOPASSWD: /bin/cat # and no more, /usr/bin/podman
            #1000 ALL = PASSWD: /usr/bin/nerdctl # by number

            @includedir /etc/sudoers.more
            """
        ),
        Case(
            "asking stays without",
            "ci ALL = NOPASSWD: /usr/bin/docker ps, /usr/bin/docker run a\\:b\\,c, /usr/bin/docker stop web\n",
            "ci ALL = NOPASSWD: /usr/bin/docker ps, PASSWD: /usr/bin/docker run a\\:b\\,c, "
                + "NOPASSWD: /usr/bin/docker stop web\n"
        ),
        Case(
            "the list of another host",
            "Host_Alias A = a : B = b\nci A = NOPASSWD: /bin/ls : B = NOPASSWD: /usr/bin/docker, /bin/cat\n",
            "Host_Alias A = a : B = b\nci A = NOPASSWD: /bin/ls : B = PASSWD: /usr/bin/docker, NOPASSWD: /bin/cat\n"
        ),
        Case(
            "an alias of container tools stays one",
            "Cmnd_Alias TOOLS = /usr/bin/crictl, \\\n  /usr/bin/ctr\nci ALL = NOPASSWD: TOOLS, /bin/ls\n",
            "Cmnd_Alias TOOLS = /usr/bin/crictl, \\\n  /usr/bin/ctr\nci ALL = PASSWD: TOOLS, NOPASSWD: /bin/ls\n"
        ),
        Case(
            "an alias of both is written out, and what it names that is not",
            "Cmnd_Alias SOME = /bin/a, TOOLS, !/bin/x, /bin/b : TOOLS = /usr/bin/docker\nci ALL = NOPASSWD: SOME, /bin/c\n",
            "Cmnd_Alias SOME = /bin/a, TOOLS, !/bin/x, /bin/b : TOOLS = /usr/bin/docker\n"
                + "ci ALL = NOPASSWD: /bin/a, PASSWD: TOOLS, !/bin/x, NOPASSWD: /bin/b, /bin/c\n"
        ),
        Case(
            "digests",
            "ci ALL = NOPASSWD: sha224:\(digest), sha224:\(digest) /usr/bin/docker, sha224:\(digest) /bin/ls\n",
            "ci ALL = PASSWD: sha224:\(digest), sha224:\(digest) /usr/bin/docker, NOPASSWD: sha224:\(digest) /bin/ls\n"
        ),
        Case(
            "options",
            "ci ALL = (root) TIMEOUT=5 NOPASSWD: /usr/bin/docker, TIMEOUT=3 /bin/ls\n",
            "ci ALL = (root) TIMEOUT=5 PASSWD: /usr/bin/docker, TIMEOUT=3 NOPASSWD: /bin/ls\n"
        ),
        Case(
            "whom nothing asks",
            "Defaults:ci,bob !authenticate\nci ALL = /usr/bin/docker, /bin/ls\n",
            "Defaults:ci,bob !authenticate\nci ALL = PASSWD: /usr/bin/docker, NOPASSWD: /bin/ls\n"
        ),
        Case(
            "those who are expected keep theirs",
            "ci ,\"the deployer\", bob ALL = NOPASSWD: /usr/bin/docker, /bin/ls # mine\n",
            "\"the deployer\" ALL = NOPASSWD: /usr/bin/docker, /bin/ls \n"
                + "ci, bob ALL = PASSWD: /usr/bin/docker, NOPASSWD: /bin/ls # mine\n"
        ),
        Case(
            "what a default says of commands is not certain for those behind",
            "Defaults!/bin/ls !authenticate\nci ALL = /usr/bin/docker, /bin/ls\n",
            nil
        ),
        Case(
            "where users of a list differ",
            "Defaults:ci !authenticate\nci, bob ALL = /usr/bin/docker, /bin/ls\n",
            nil
        ),
        Case("a regular expression", "ci ALL = NOPASSWD: /usr/bin/docker ^run (a,b)$, /bin/ls\n", nil),
        Case("users of whom some are taken away", "\"the deployer\", !x ALL = NOPASSWD: /usr/bin/docker\n", nil),
    ]

    private static let digest = String(repeating: "0123456789abcdef", count: 4).prefix(56)
    private static let path = "/etc/sudoers.d/x"

    private static func evidence(_ text: String) -> Evidence {
        var host = HostEvidence.debian()
        host.put(path, text, mode: 0o440)
        var evidence = host.evidence
        evidence.expectations.runtimeUsers = ["\"the deployer\""]
        return evidence
    }

    @Test(arguments: cases)
    func `only what a container tool is asked for changes`(_ one: Case) throws {
        let check = Check.sudoByContainerTools
        let evidence = Self.evidence(one.before)
        #expect(check.results(on: evidence).verdict == "fail", "\(check.results(on: evidence))")
        let fix = try #require(check.fixes(on: evidence).first)
        guard let after = one.after else {
            guard case .steps(let steps) = fix.changes.first else {
                Issue.record("\(fix)")
                return
            }
            #expect(steps.count == 1 && fix.changes.count == 1)
            return
        }
        #expect(fix.changes == [.file(path: Self.path, text: after, mode: 0o440)])
        let changed = evidence.applying([fix])
        #expect(check.results(on: changed).verdict == "pass", "\(check.results(on: changed))")
        #expect(check.fixes(on: changed).isEmpty)
        #expect(changed.host.value?.files[Self.path]?.mode == 0o440)
    }

    @Test(
        .enabled(if: ShellCommand.finds("visudo"), "needs visudo: what is written is NOT shown to sudo"),
        arguments: cases
    )
    func `sudo takes what was written, as it took what was there`(_ one: Case) throws {
        for text in [one.before, one.after].compactMap({ $0 }) {
            let file = FileManager.default.temporaryDirectory.appending(path: "sudoers-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            try Data(text.utf8).write(to: file)
            #expect(try ShellCommand(["visudo", "-c", "-q", "-f", file.path]).status == 0)
        }
    }

    @Test func `files are installed for root alone, once sudo has looked at them`() throws {
        let evidence = Self.evidence("ci ALL = NOPASSWD: /usr/bin/docker\n")
        let report = AuditReport(of: evidence, by: [.sudoByContainerTools], at: 0)
        let folder = FixFolder(report.entries)
        let readme = try #require(folder.files.first { $0.path == "TW-M1018-007/README.md" })
        #expect(
            readme.text.hasSuffix(
                """
                ```sh
                visudo -c -f files/etc/sudoers.d/x && install -D -m 0440 files/etc/sudoers.d/x /etc/sudoers.d/x
                visudo -c
                ```

                """
            )
        )
    }
}
