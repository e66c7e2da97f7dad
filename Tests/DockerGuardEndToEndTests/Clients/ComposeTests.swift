import Foundation
import Testing

/// The compose that is installed here, if any.
enum ComposeInstallation {
    static let command: String? = {
        for command in ["docker compose", "docker-compose"] {
            if (try? run(["sh", "-c", "\(command) version"]).status) == 0 { return command }
        }
        return nil
    }()

    static var isInstalled: Bool { command != nil }
}

extension DockerGuardLab {
    @Suite(.enabled(if: ComposeInstallation.isInstalled, "needs docker compose or docker-compose"))
    struct Compose {
        @Test
        func `a project goes up and down through the strict profile`() throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory, ["--allow-bind", "/srv/lab"])
            let folder = FileManager.default.temporaryDirectory.appending(
                path: "tidewaiter-compose-\(UUID().uuidString)"
            )
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let project = """
                version: "3"
                services:
                  web:
                    image: busybox:latest
                    command: sh -c 'cat /data/ok.txt; sleep 1000'
                    volumes: ["/srv/lab:/data:ro", "kept:/kept"]
                  next:
                    image: busybox:latest
                    command: sleep 1000
                    depends_on: [web]
                volumes:
                  kept: {}

                """
            try project.write(to: folder.appending(path: "docker-compose.yml"), atomically: true, encoding: .utf8)
            let compose = ComposeInstallation.command ?? ""
            let script = """
                cd '\(folder.path)' && \(compose) -p tw up -d && \(compose) -p tw exec -T web echo inside \
                && \(compose) -p tw logs && \(compose) -p tw down -t 0 -v
                """
            let finished = try run(
                ["sh", "-c", script],
                environment: ["DOCKER_HOST": "unix://\(proxy.socket)"],
                within: 120
            )
            #expect(finished.status == 0, "\(finished.errors)")
            #expect(finished.output.contains("inside"))
            #expect(finished.output.contains("ok"))
        }
    }
}
