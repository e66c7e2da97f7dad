import Foundation
@testable import Posture
import Testing

/// The script that makes keys for Docker is run, and openssl looks at what it made.
@Suite(
    .enabled(
        if: ShellCommand.finds("openssl", "sh", "install"),
        "needs openssl: the script for Docker's keys is NOT run"
    )
)
struct DockerKeyScriptTests {
    /// Keys as they are made, in a folder that goes with the test.
    private final class Made: Sendable {
        let folder = FileManager.default.temporaryDirectory.appending(path: "docker-keys-\(UUID().uuidString)")
        let script: DockerKeyScript
        let status: Int32

        init(_ endpoints: [DockerHost], _ arguments: [String] = []) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            script = DockerKeyScript(HostEvidence.bare("engine-1"), endpoints)
            let file = folder.appending(path: "make.sh")
            try Data(script.text.utf8).write(to: file)
            status = try Self.run(file, arguments, in: folder)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        static func run(_ file: URL, _ arguments: [String], in folder: URL) throws -> Int32 {
            let variables = ["DOCKER_TLS_FOLDER": folder.appending(path: "tls").path]
            return try ShellCommand(["sh", file.path] + arguments, in: folder, variables: variables).status
        }

        func openssl(_ words: String...) throws -> ShellCommand { try ShellCommand(["openssl"] + words, in: folder) }
        func verify(_ file: String, _ purpose: String) throws -> Bool {
            try openssl("verify", "-CAfile", "tls/ca.pem", "-purpose", purpose, file).status == 0
        }
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: folder.appending(path: path).path)[.posixPermissions]
                as? Int
        }
    }

    @Test func `dockerd and a client have certificates of one authority, each for what it is`() throws {
        let endpoints = [DockerHost("tcp://10.0.0.5:2376", isTLS: true), DockerHost("tcp://0.0.0.0:2376", isTLS: true)]
        let made = try Made(endpoints, ["docker.example.org", "2001:db8::5"])
        #expect(made.status == 0)
        #expect(try made.verify("tls/cert.pem", "sslserver"))
        #expect(try made.verify("docker-keys/cert.pem", "sslclient"))
        // Neither is good for what the other is.
        #expect(try !made.verify("tls/cert.pem", "sslclient"))
        #expect(try !made.verify("docker-keys/cert.pem", "sslserver"))
        for name in ["engine-1", "localhost", "docker.example.org"] {
            let words = ["verify", "-CAfile", "tls/ca.pem", "-verify_hostname", name, "tls/cert.pem"]
            #expect(try ShellCommand(["openssl"] + words, in: made.folder).status == 0, "\(name)")
        }
        for address in ["127.0.0.1", "::1", "10.0.0.5", "2001:db8::5"] {
            let words = ["verify", "-CAfile", "tls/ca.pem", "-verify_ip", address, "tls/cert.pem"]
            #expect(try ShellCommand(["openssl"] + words, in: made.folder).status == 0, "\(address)")
        }
        #expect(
            try made.openssl("x509", "-in", "tls/ca.pem", "-noout", "-subject", "-nameopt", "RFC2253").output
                == "subject=\(made.script.subject)\n"
        )
        #expect(
            try made.openssl("verify", "-CAfile", "tls/ca.pem", "-verify_ip", "192.0.2.1", "tls/cert.pem").status != 0
        )
    }

    @Test func `keys are their owner's alone, and those of others are not beside dockerd's`() throws {
        let made = try Made([])
        #expect(try made.mode("tls/key.pem") == 0o400)
        #expect(try made.mode("tls/cert.pem") == 0o444)
        #expect(try made.mode("tls/ca.pem") == 0o444)
        #expect(try made.mode("docker-keys/ca-key.pem") == 0o600)
        #expect(try made.mode("docker-keys/key.pem") == 0o600)
        let files = try FileManager.default.contentsOfDirectory(atPath: made.folder.appending(path: "tls").path)
        #expect(files.sorted() == ["ca.pem", "cert.pem", "key.pem"])
    }

    @Test func `what is there already stays`() throws {
        let made = try Made([])
        let authority = made.folder.appending(path: "tls/ca.pem")
        let before = try Data(contentsOf: authority)
        #expect(try Made.run(made.folder.appending(path: "make.sh"), [], in: made.folder) == 1)
        #expect(try Data(contentsOf: authority) == before)
    }

    @Test func `what evidence says is no command of the shell's`() {
        let endpoint = DockerHost("tcp://$(reboot):2376", isTLS: true)
        let script = DockerKeyScript(HostEvidence.bare("a'; reboot #"), [endpoint])
        #expect(!script.text.contains("reboot"))
        #expect(script.subject == "CN=Docker clients of this host")
    }
}
