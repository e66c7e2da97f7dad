import Foundation
import Testing

extension DockerGuardLab {
    /// The container image of Deploy/image, of the program under test, on a real engine.
    @Suite(.enabled(if: Certificates.isPossible, "needs openssl: the container image is NOT tried"))
    struct Image {
        private static let tag = "tidewaiter:under-test"

        /// How a cluster runs it: nobody's user, no power, nothing to write to.
        private static let confinement =
            "--read-only --cap-drop ALL --security-opt no-new-privileges --network none --pids-limit 64 --memory 256m"

        /// Imports the image, once for all tests.
        private static func client(in laboratory: Laboratory) throws -> CommandLineClient {
            let client = try #require(CommandLineClient.all.first)
            if try client.script("$DOCKER image inspect \(tag) >/dev/null 2>&1", at: laboratory.socket).status == 0 {
                return client
            }
            let build = Laboratory.project.appending(path: "Deploy/image/build").path
            // The script calls `docker` by that name.
            let path = URL(filePath: client.path).deletingLastPathComponent().path
            let finished = try client.script(
                "PATH='\(path)':$PATH '\(build)' --binary '\(Guard.program)' --tag \(tag)",
                at: laboratory.socket,
                within: 180
            )
            try #require(finished.status == 0, "\(finished.errors)")
            #expect(finished.output.hasPrefix("image: \(tag), "))
            return client
        }

        @Test func `it holds the program, its libraries and nothing to run besides`() throws {
            let laboratory = try Laboratory.shared()
            let client = try Self.client(in: laboratory)
            let image = try client.script(
                "$DOCKER image inspect \(Self.tag) --format '{{.Config.User}} {{.Config.Entrypoint}} {{.Config.Cmd}}'",
                at: laboratory.socket
            )
            #expect(image.output == "65532:65532 [/usr/bin/tidewaiter] [--help]\n")
            let list = "id=$($DOCKER create \(Self.tag)); $DOCKER export $id | tar -tv; $DOCKER rm $id >/dev/null"
            let files = try client.script(list, at: laboratory.socket).output.split(separator: "\n")
            #expect(files.contains { $0.hasSuffix(" usr/bin/tidewaiter") })
            // The engine itself puts empty files into every container, to mount over them.
            let programs = files.filter { file in
                file.hasPrefix("-rwx") && file.split(separator: " ")[2] != "0" && !file.hasSuffix(" usr/bin/tidewaiter")
            }
            #expect(!programs.isEmpty && programs.allSatisfy { $0.contains(".so") }, "\(programs)")
            #expect(!files.contains { $0.hasPrefix("-rws") || $0.hasPrefix("-r-s") })
        }

        @Test func `it helps as the program itself does`() throws {
            let laboratory = try Laboratory.shared()
            let client = try Self.client(in: laboratory)
            let help = try client.script("$DOCKER run --rm \(Self.confinement) \(Self.tag)", at: laboratory.socket)
            #expect(help.status == 0 && help.errors.isEmpty, "\(help.errors)")
            #expect(try help.output == run([Guard.program, "--help"]).output)
        }

        @Test func `the webhook runs in it without root or anything to write to`() throws {
            let laboratory = try Laboratory.shared()
            let client = try Self.client(in: laboratory)
            let certificates = try Certificates.made(in: "\(laboratory.directory)/certificates")
            // The key is the test's own user's; in a cluster it is mounted for everybody in the pod.
            let folder = "\(laboratory.directory)/served"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for name in ["server.pem", "server.key"] {
                let bytes = try Data(contentsOf: URL(filePath: certificates.path(name)))
                let isMade = FileManager.default.createFile(
                    atPath: "\(folder)/\(name)",
                    contents: bytes,
                    attributes: [.posixPermissions: 0o644]
                )
                try #require(isMade)
            }
            defer { _ = try? client.script("$DOCKER rm -f tw-webhook", at: laboratory.socket) }
            let start = """
                $DOCKER run -d --name tw-webhook \(Self.confinement.replacingOccurrences(of: "none", with: "host")) \
                -v '\(folder)':/certificate:ro \(Self.tag) guard kubernetes --listen tcp://127.0.0.1:18443 \
                --tls-cert /certificate/server.pem --tls-key /certificate/server.key --threads 2
                """
            let started = try client.script(start, at: laboratory.socket)
            try #require(started.status == 0, "\(started.errors)")
            let ask = ["curl", "-sS", "--cacert", certificates.path("ca.pem"), "https://127.0.0.1:18443/healthz"]
            let answers = try eventually(within: 20) { try laboratory.inside(ask).output == "ok\n" }
            let said = try client.script("$DOCKER logs tw-webhook 2>&1", at: laboratory.socket).output
            #expect(answers, "\(said)")
            let user = try client.script("$DOCKER top tw-webhook -o pid,uid,args", at: laboratory.socket).output
            let words = user.split { $0.isWhitespace }.dropFirst(4).prefix(4)
            #expect(words == ["65532", "/usr/bin/tidewaiter", "guard", "kubernetes"], "\(user)")
            let stopped = try client.script(
                "$DOCKER stop -t 20 tw-webhook >/dev/null; $DOCKER wait tw-webhook",
                at: laboratory.socket
            )
            #expect(stopped.output == "0\n")
        }
    }
}
