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
        /// Two services on a network of their own, with a named volume and a directory of the host.
        private static func project(_ more: String = "") -> String {
            """
            version: "3"
            services:
              web:
                image: busybox:latest
                command: sh -c 'cat /data/ok.txt; echo kept >/kept/f; sleep 1000'
                volumes: ["/srv/lab:/data:ro", "kept:/kept"]
                networks: [inner]
              next:
                image: busybox:latest
                command: sleep 1000
                depends_on: [web]
                networks: [inner]\(more)
            networks:
              inner: {}
            volumes:
              kept: {}

            """
        }

        /// Runs a script that calls `$COMPOSE` in a folder with that project.
        private func run(_ script: String, _ project: String) throws -> Finished {
            let proxy = try Guard(in: .shared(), ["--allow-bind", "/srv/lab"])
            let folder = FileManager.default.temporaryDirectory.appending(
                path: "tidewaiter-compose-\(UUID().uuidString)"
            )
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            try project.write(to: folder.appending(path: "docker-compose.yml"), atomically: true, encoding: .utf8)
            let compose = ComposeInstallation.command ?? ""
            return try DockerGuardEndToEndTests.run(
                ["sh", "-c", script],
                environment: ["DOCKER_HOST": "unix://\(proxy.socket)", "COMPOSE": "\(compose) -p tw"],
                directory: folder.path,
                within: 120
            )
        }

        @Test
        func `a project goes up and down through the strict profile`() throws {
            let finished = try run(
                """
                set -e; $COMPOSE up -d; $COMPOSE ps; $COMPOSE exec -T next nslookup web >/dev/null && echo found
                $COMPOSE exec -T web cat /kept/f; $COMPOSE logs; $COMPOSE down -t 0 -v
                """,
                Self.project()
            )
            #expect(finished.status == 0, "\(finished.errors)")
            let lines = finished.output.split(separator: "\n")
            #expect(lines.count { $0.contains(" Up ") } == 2)
            #expect(lines.contains("found") && lines.contains("kept"))
            #expect(lines.contains { $0.contains("web") && $0.hasSuffix("ok") })
            #expect(
                try Laboratory.shared().engine.get("/containers/json?all=1").text.contains(
                    #""com.docker.compose.project":"tw""#
                ) == false
            )
        }

        @Test
        func `a privileged service is refused, and compose says why`() throws {
            let finished = try run(
                "$COMPOSE up -d; status=$?; $COMPOSE down -t 0 -v >/dev/null 2>&1; exit $status",
                Self.project("\n    privileged: true")
            )
            #expect(finished.status == 1)
            let message = "tidewaiter: refused by privileged (HostConfig.Privileged)"
            #expect(finished.errors.contains(message), "\(finished.errors)")
        }
    }
}
