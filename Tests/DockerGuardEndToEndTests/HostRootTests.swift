import Foundation
import Testing

extension DockerGuardLab {
    /// A guard that sees the host's files below a directory, as in a container.
    @Suite
    struct HostRoot {
        /// Becomes a guard whose own `/srv` is empty, and to which the host's root is at `/run/host`.
        private static let elsewhere = [
            "unshare", "--mount", "sh", "-c",
            "mkdir -p /run/host && mount --rbind / /run/host && mount -t tmpfs none /srv && exec \"$@\"", "sh",
        ]

        /// Sources of binds, and where they lead: nil where that is allowed.
        private static let sources = [
            ("/srv/lab", nil), ("/srv/lab/real", nil), ("/srv/lab/inside", nil), ("/srv/lab/beside", nil),
            ("/srv/lab/link", "/"), ("/srv/lab/link/srv", "/srv"), ("/srv/lab/absolute", "/etc"),
            ("/srv/lab/above", "/etc"), ("/srv/lab/chain", "/etc"), ("/srv/lab/chain/ssl", "/etc/ssl"),
            ("/srv", "/srv"),
        ]

        @Test
        func `binds are judged by where the host's own links lead`() throws {
            let laboratory = try Laboratory.shared()
            let links = """
                cd /srv/lab && mkdir -p real && echo real >real/file && ln -sfn /srv/lab/real inside && ln -sfn real beside
                ln -sfn /etc absolute; ln -sfn ../../../../../../etc above; ln -sfn absolute chain
                """
            #expect(try laboratory.inside(["sh", "-c", links]).status == 0)
            let clean = "cd /srv/lab && rm -r real inside beside absolute above chain"
            defer { _ = try? laboratory.inside(["sh", "-c", clean]) }
            let proxy = try Guard(
                in: laboratory,
                behind: Self.elsewhere,
                ["--host-root", "/run/host", "--allow-bind", "/srv/lab", "--refuse-at", "critical"]
            )
            let client = try #require(CommandLineClient.all.first)
            for (source, target) in Self.sources {
                let finished = try client.script("$DOCKER run --rm -v \(source):/data busybox true", at: proxy.socket)
                guard let target else {
                    #expect(finished.status == 0, "\(source): \(finished.errors)")
                    continue
                }
                #expect(finished.status == 125, "\(source)")
                #expect(finished.errors.contains("refused by binds (HostConfig.Binds[0])"), "\(finished.errors)")
                #expect(finished.errors.contains("'\(target)'"), "\(source): \(finished.errors)")
            }
            let read = "$DOCKER run --rm -v /srv/lab/inside:/data busybox cat /data/file"
            #expect(try client.script(read, at: proxy.socket).output == "real\n")
        }
    }
}
