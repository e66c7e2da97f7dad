import Foundation
import Testing

extension DockerGuardLab {
    /// The guard on a network: TLS, and nobody without a certificate.
    @Suite(.enabled(if: Certificates.isPossible, "needs openssl: the guard's TLS is NOT tried with real clients"))
    struct TLS {
        private static let port = 2376
        private static let address = "tcp://127.0.0.1:\(port)"

        private func certificates(_ laboratory: Laboratory) throws -> Certificates {
            try Certificates.made(in: "\(laboratory.directory)/certificates")
        }

        private func guarded(policy: String? = nil, _ options: [String] = []) throws -> (Guard, Certificates) {
            let laboratory = try Laboratory.shared()
            let certificates = try certificates(laboratory)
            let options = ["--listen", Self.address] + certificates.listening + options
            return (try Guard(in: laboratory, policy: policy, options), certificates)
        }

        /// Runs the docker command in the namespaces, as the holder of a certificate, or of none.
        private func docker(_ holder: String?, _ script: String, _ certificates: Certificates) throws -> Finished {
            var options = "-H \(Self.address) --tlsverify --tlscacert \(certificates.path("ca.pem"))"
            if let holder {
                options += " --tlscert \(certificates.path("\(holder).pem"))"
                options += " --tlskey \(certificates.path("\(holder).key"))"
            }
            // Without the options, the command takes certificates from its folder: this one has none.
            let environment = ["env", "DOCKER_CONFIG=\(certificates.directory)/client", "DOCKER_BUILDKIT=0"]
            let words = script.replacing("$DOCKER", with: "docker \(options)")
            return try Laboratory.shared().inside(environment + ["sh", "-c", words])
        }

        @Test
        func `whoever has a certificate of the authority works over TLS as without a guard`() throws {
            let (proxy, certificates) = try guarded()
            for (script, output) in [
                ("$DOCKER run --rm busybox echo hi", "hi\n"),
                ("echo in | $DOCKER run --rm -i busybox cat", "in\n"),
                ("head -c 3000000 /dev/zero | $DOCKER run --rm -i busybox wc -c", "3000000\n"),
                ("$DOCKER run --rm busybox sh -c 'exit 3'; echo $?", "3\n"),
                (
                    "$DOCKER run -d --name tls busybox sleep 1000 >/dev/null; echo e | $DOCKER exec -i tls cat; "
                        + "$DOCKER rm -f tls", "e\ntls\n"
                ),
            ] {
                let finished = try docker("somebody", script, certificates)
                #expect(finished.output == output, "\(script): \(finished.errors)")
            }
            let refused = try docker("somebody", "$DOCKER run --rm --privileged busybox true", certificates)
            #expect(refused.status == 125)
            #expect(refused.errors.contains("tidewaiter: refused by privileged"), "\(refused.errors)")
            let decisions = try String(contentsOfFile: proxy.decisions, encoding: .utf8)
            #expect(decisions.contains(#""subject":"CN=somebody,O=Example""#))
        }

        @Test
        func `nobody else gets an answer`() throws {
            let (proxy, certificates) = try guarded()
            #expect(try docker("somebody", "$DOCKER version", certificates).status == 0)
            for holder in [nil, "stranger"] {
                let finished = try docker(holder, "$DOCKER version --format '{{.Server.Version}}'", certificates)
                #expect(finished.status != 0)
                #expect(finished.output.trimmingCharacters(in: .whitespacesAndNewlines) == "")
            }
            // In the clear.
            let clear = try Laboratory.shared().inside(
                ["curl", "-s", "-m", "10", "http://127.0.0.1:\(Self.port)/version"]
            )
            #expect(clear.status != 0 && !clear.output.contains("ApiVersion"))
            #expect(proxy.isRunning)
        }

        @Test(arguments: [("-tls1", false), ("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)])
        func `no version of TLS before 1.2 is spoken`(version: String, isSpoken: Bool) throws {
            let (proxy, certificates) = try guarded()
            let request = "GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n"
            let finished = try Laboratory.shared().inside(
                [
                    "openssl", "s_client", "-connect", "127.0.0.1:\(Self.port)", version, "-quiet", "-ign_eof",
                    // The client itself would speak no old version otherwise.
                    "-cipher", "ALL:@SECLEVEL=0", "-CAfile", certificates.path("ca.pem"), "-verify_return_error",
                    "-cert", certificates.path("somebody.pem"), "-key", certificates.path("somebody.key"),
                ],
                input: Array(request.utf8)
            )
            #expect(finished.output.hasPrefix("HTTP/1.1 200 ") == isSpoken, "\(finished.output)")
            if !isSpoken { #expect(finished.errors.contains("protocol version"), "\(finished.errors)") }
            #expect(proxy.isRunning)
        }

        @Test
        func `each is held to what the policy says of the certificate's subject`() throws {
            let policy = """
                clients:
                    - {name: deployers, match: {subject: "CN=deployer,O=Example"}, allow: {host-namespaces: [pid]}}
                    - {name: readers, match: {common-name: "read*"}, read-only: true}
                default: refuse
                """
            let (proxy, certificates) = try guarded(policy: policy, ["--refuse-at", "critical"])
            let script = "$DOCKER run --rm --pid host busybox echo deployed"
            let deployed = try docker("deployer", script, certificates)
            #expect(deployed.output == "deployed\n", "\(deployed.errors)")
            #expect(try docker("reader", "$DOCKER ps -q", certificates).status == 0)
            let written = try docker("reader", "$DOCKER run --rm busybox true", certificates)
            #expect(written.status == 125 && written.errors.contains("tidewaiter: refused by client"))
            let other = try docker("somebody", "$DOCKER ps", certificates)
            #expect(other.status == 1 && other.errors.contains("no entry of the policy speaks of this client"))
            #expect(proxy.isRunning)
        }

        @Test
        func `a port that would take whoever connects is refused at start, with the reason`() throws {
            let laboratory = try Laboratory.shared()
            let certificates = try certificates(laboratory)
            for (options, reason) in [
                ([], "limit access to the resource over the network (ATT&CK M1035)"),
                (Array(certificates.listening.prefix(4)), "--tls-cert, --tls-key and --tls-ca belong together"),
            ] {
                let finished = try laboratory.inside(
                    [Guard.program, "guard", "docker", "--listen", Self.address] + options
                )
                #expect(finished.status == 1)
                #expect(finished.errors.contains(reason), "\(finished.errors)")
            }
        }

        @Test
        func `an engine on a network is asked over TLS, and only one of the authority`() throws {
            let folder = "/tmp/tidewaiter-\(getpid())-certificates"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let certificates = try Certificates.made(in: folder)
            let laboratory = try Laboratory(engineOptions: [
                "--host", "tcp://127.0.0.1:2375", "--tlsverify", "--tlscacert", certificates.path("ca.pem"),
                "--tlscert", certificates.path("server.pem"), "--tlskey", certificates.path("server.key"),
            ])
            let upstream = ["--upstream", "tcp://127.0.0.1:2375", "--allow-bind", "/srv/lab"]
            // The host's files are not this host's, unless it is said where they are.
            for (options, status) in [([], 125 as Int32), (["--host-root", "/"], 0)] {
                let proxy = try Guard(in: laboratory, upstream + certificates.upstream() + options)
                let client = try #require(CommandLineClient.all.first)
                let plain = try client.script("echo in | $DOCKER run --rm -i busybox cat", at: proxy.socket)
                #expect(plain.output == "in\n", "\(plain.errors)")
                let bind = try client.script("$DOCKER run --rm -v /srv/lab:/data busybox true", at: proxy.socket)
                #expect(bind.status == status, "\(bind.errors)")
                #expect(status == 0 || bind.errors.contains("tidewaiter: refused by binds"))
            }
            let other = try Guard(in: laboratory, upstream + certificates.upstream(authority: "stranger-ca"))
            #expect([502, 503].contains(try other.engine.get("/_ping").status))
        }
    }
}
