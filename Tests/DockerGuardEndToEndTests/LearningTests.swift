import Foundation
import Testing

extension DockerGuardLab {
    /// `--learn`, and the policy that comes of it.
    @Suite
    struct Learning {
        /// What people run, each with what it prints: by itself none of it passes the strict profile and the rules.
        private static let ordinary = [
            ("$DOCKER run --rm --cap-add NET_ADMIN busybox echo a", "a\n"),
            ("$DOCKER run --rm -v /srv/lab:/data:ro busybox cat /data/ok.txt", "ok\n"),
            ("$DOCKER run --rm --pid host busybox echo c", "c\n"),
            // No profile minds it, a rule does.
            ("$DOCKER run --rm busybox echo \(mining)", "\(mining)\n"),
        ]

        private static let mining = "--donate-level 1 -o stratum+tcp://pool.example.test:3333"

        /// What nobody ran while it was learned.
        private static let others = [
            ("$DOCKER run --rm --privileged busybox true", "refused by privileged"),
            ("$DOCKER run --rm --cap-add SYS_ADMIN busybox true", "refused by capabilities"),
            ("$DOCKER run --rm -v /srv:/data busybox true", "refused by binds"),
            ("$DOCKER run --rm --ipc host busybox true", "refused by host-namespaces"),
            // The same command from another image.
            ("$DOCKER run --rm alpine:3.10 echo \(mining)", "refused by the rule"),
        ]

        @Test
        func `the policy that was learned lets pass what was run, and refuses the rest`() throws {
            let laboratory = try Laboratory.shared()
            let client = try #require(CommandLineClient.all.first)
            let strict = try Guard(in: laboratory)
            for (script, _) in Self.ordinary + Self.others {
                let finished = try client.script(script, at: strict.socket)
                #expect(finished.status == 125, "\(script): \(finished.errors)")
            }
            try strict.stop()

            let learned = "\(laboratory.directory)/learned.yml"
            let learning = try Guard(in: laboratory, ["--learn", learned])
            for (script, output) in Self.ordinary {
                let finished = try client.script(script, at: learning.socket)
                #expect(finished.output == output, "\(script): \(finished.errors)")
            }
            try learning.signal("TERM")
            #expect(learning.waitForEnd()?.status == 0)

            let proxy = try Guard(in: laboratory, ["--policy", learned])
            for (script, output) in Self.ordinary {
                let finished = try client.script(script, at: proxy.socket)
                #expect(finished.output == output, "\(script): \(finished.errors)")
            }
            for (script, reason) in Self.others {
                let finished = try client.script(script, at: proxy.socket)
                #expect(finished.status == 125)
                #expect(finished.errors.contains(reason), "\(script): \(finished.errors)")
            }
        }
    }
}
