import Foundation
import Testing

private enum SystemdTools {
    static let arePossible = (try? run(["systemd-analyze", "--version"]).status) == 0
}

/// The units in Deploy/systemd, as systemd itself reads them.
@Suite(.enabled(if: SystemdTools.arePossible, "needs systemd-analyze: the systemd units are NOT checked"))
struct SystemdUnitTests {
    private static let units = Laboratory.project.appending(path: "Deploy/systemd").path

    @Test func `systemd finds nothing wrong with service and socket`() throws {
        let root = "/tmp/tidewaiter-\(getpid())-units"
        defer { try? FileManager.default.removeItem(atPath: root) }
        // A root directory of their own, with what they name: nothing depends on what is installed here.
        let script = """
            set -e
            mkdir -p '\(root)/etc/systemd/system' '\(root)/usr/local/bin' '\(root)/bin'
            cp -r '\(Self.units)'/*.service '\(Self.units)'/*.socket '\(Self.units)'/*.d '\(root)/etc/systemd/system'
            mkdir '\(root)/etc/systemd/system/tidewaiter-watch.service.d'
            cp '\(Self.units)/watch-node.conf' '\(root)/etc/systemd/system/tidewaiter-watch.service.d'
            for unit in sysinit basic multi-user sockets shutdown; do
                printf '[Unit]\\nDescription=%s\\n' $unit >'\(root)/etc/systemd/system/'$unit.target
            done
            printf '[Socket]\\nListenStream=/run/docker.sock\\n' >'\(root)/etc/systemd/system/docker.socket'
            printf '[Service]\\nExecStart=/bin/kill\\n' >'\(root)/etc/systemd/system/docker.service'
            for program in usr/local/bin/tidewaiter bin/kill; do
                printf '#!/bin/sh\\n' >'\(root)/'$program
                chmod 755 '\(root)/'$program
            done
            systemd-analyze verify --man=no --root='\(root)' tidewaiter-docker.service tidewaiter-docker.socket docker.socket \
                tidewaiter-watch.service
            """
        let finished = try run(["sh", "-c", script])
        // It also tells of keys that it does not know, without failing for them.
        #expect(finished.errors == "")
        #expect(finished.output == "")
        #expect(finished.status == 0)
    }

    @Test(arguments: [("tidewaiter-docker", 1.4), ("tidewaiter-watch", 1.2)])
    func `a service is exposed as little as its guide says`(service: String, most: Double) throws {
        let finished = try run(
            ["systemd-analyze", "security", "--offline=true", "--no-pager", "\(Self.units)/\(service).service"]
        )
        #expect(finished.status == 0, "\(finished.errors)")
        let words = try #require(finished.output.split(separator: "\n").last).split(separator: " ")
        let exposure = try #require(words.lazy.compactMap { Double($0) }.first)
        #expect(exposure <= most)
    }
}
