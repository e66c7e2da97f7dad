@testable import Posture
import Testing

/// What checks of segmentation change in dockerd's configuration, beside what others change there.
@Suite struct EngineNetworkFixTests {
    private static func host() throws -> HostEvidence {
        var host = HostEvidence.debian()
        host.put(
            "/etc/systemd/system/docker.service.d/override.conf",
            "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://0.0.0.0:2375\n"
        )
        host.put("/etc/docker/daemon.json", #"{"iptables": false, "log-level": "info"}"#)
        host.missAll()
        host.restartDocker()
        var docker = DockerEvidence(info: [:])
        docker.networks = .known([
            ["Name": "bridge", "Options": ["com.docker.network.bridge.enable_icc": "true"]]
        ])
        docker.containers = .inspected([
            try Document(
                json: #"""
                    {"Name": "/ui", "Config": {"Image": "portainer/portainer-ce:2.21.4"},
                     "NetworkSettings": {"Networks": {"bridge": {}}}}
                    """#
            )
        ])
        host.docker = .known(docker)
        return host
    }

    @Test func `the fixes of all checks write the same configuration, whichever is made last`() throws {
        let evidence = try Self.host().evidence
        let checks = [Check.dockerWithoutTLS, .unfilteredEngine, .sharedBridge]
        let written = checks.map { check -> [String: String] in
            #expect(check.results(on: evidence).verdict == "fail", "\(check.id): \(check.results(on: evidence))")
            let files = check.fixes(on: evidence).flatMap(\.changes).compactMap { change -> (String, String)? in
                guard case .file(let path, let text, _) = change else { return nil }
                return (path, text)
            }
            return Dictionary(files) { _, last in last }
        }
        #expect(Set(written).count == 1)
        let text = try #require(written.first?["/etc/docker/daemon.json"])
        let document = try Document(json: text)
        #expect(document["icc"]?.bool == false)
        #expect(document["iptables"]?.bool == true)
        #expect(document["log-level"]?.text == "info")
    }

    @Test func `containers of the default bridge are apart once Docker has started again`() throws {
        let evidence = try Self.host().evidence
        let fixed = evidence.applying(Check.sharedBridge.fixes(on: evidence))
        #expect(Check.sharedBridge.results(on: fixed).verdict == "fail")
        #expect(Check.sharedBridge.results(on: fixed.restartingDocker()).verdict == "pass")
    }
}
