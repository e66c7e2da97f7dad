import Foundation
import Testing

extension DockerGuardLab {
    /// What people type, through the guard as without it.
    @Suite
    struct RoundTrips {
        /// Scripts whose output is the same each time, under the strict profile.
        static let harmless = [
            "$DOCKER version --format '{{.Server.Version}} {{.Server.APIVersion}}'",
            "$DOCKER info --format '{{.ServerVersion}} {{.Driver}}'",
            "$DOCKER run --rm busybox echo hi",
            "echo hi | $DOCKER run --rm -i busybox cat",
            "head -c 3000000 /dev/zero | $DOCKER run --rm -i busybox wc -c",
            "$DOCKER run --rm busybox sh -c 'echo out; echo err >&2; exit 3'; echo $?",
            "$DOCKER run --rm -m 64m -e A=b -l c=d --user 1000 --cap-drop ALL --read-only busybox sh -c 'id -u; echo $A'",
            "$DOCKER run --rm -v /srv/lab:/data:ro busybox cat /data/ok.txt",
            "$DOCKER create --name rt busybox echo created >/dev/null && $DOCKER start -a rt; $DOCKER rm rt",
            """
            $DOCKER run -d --name rt busybox sleep 1000 >/dev/null && $DOCKER exec rt echo inside \
            && echo in | $DOCKER exec -i rt cat && $DOCKER exec -e A=b -w /tmp rt sh -c 'echo $A; pwd'; \
            $DOCKER exec rt sh -c 'exit 5'; echo $?; $DOCKER stop -t 0 rt; $DOCKER rm rt
            """,
            "$DOCKER run -d --name rt busybox sh -c 'echo a; echo b' >/dev/null; $DOCKER wait rt; $DOCKER logs rt; $DOCKER rm rt",
            """
            $DOCKER run -d --name rt busybox sleep 1000 >/dev/null; t=$(mktemp -d); echo hello >$t/f; $DOCKER cp $t/f rt:/tmp/f \
            && $DOCKER cp rt:/tmp/f - | tar -xO; $DOCKER diff rt; $DOCKER kill rt; $DOCKER rm rt; rm -r $t
            """,
            """
            $DOCKER run -d --name rt busybox sleep 1000 >/dev/null; $DOCKER pause rt; $DOCKER unpause rt; \
            $DOCKER rename rt rt2; $DOCKER top rt2 -o args; $DOCKER update -m 32m --memory-swap 64m rt2; $DOCKER rm -f rt2
            """,
            "$DOCKER network create rtn >/dev/null && $DOCKER run --rm --network rtn busybox echo n; $DOCKER network rm rtn",
            "$DOCKER volume create rtv && $DOCKER run --rm -v rtv:/v busybox sh -c 'echo v >/v/f; cat /v/f'; $DOCKER volume rm rtv",
            "$DOCKER images busybox --format '{{.Repository}}:{{.Tag}}' | sort; $DOCKER ps -a -f name=tw --format '{{.Names}}'",
            "$DOCKER image inspect busybox --format '{{.Id}} {{.Os}}'; $DOCKER history -q busybox",
            "$DOCKER run --rm nosuchimage.invalid/x 2>/dev/null; echo $?; $DOCKER inspect nosuch 2>&1; $DOCKER rm nosuch 2>&1",
        ]

        @Test(arguments: harmless)
        func `the command line works through the strict profile as it does without a guard`(script: String) throws {
            let proxy = try Guard(in: .shared(), ["--allow-bind", "/srv/lab"])
            for client in CommandLineClient.all.prefix(Self.isStream(script) ? 2 : 1) {
                let (expected, found) = try both(script, client, proxy)
                #expect(found.output == expected.output, "\(client.version)")
                #expect(found.errors == expected.errors, "\(client.version)")
                #expect(found.status == expected.status && !found.isLate, "\(client.version)")
            }
        }

        /// What every client is tried with: where the connection becomes another, or a body streams.
        private static func isStream(_ script: String) -> Bool {
            ["run --rm -i", "exec", "cp ", "version", "start -a"].contains { script.contains($0) }
        }

        /// A script without a guard and with one, at the same time; each has containers of its own name.
        private func both(
            _ script: String,
            _ client: CommandLineClient,
            _ proxy: Guard
        ) throws -> (expected: Finished, found: Finished) {
            let laboratory = try Laboratory.shared()
            let (bare, guarded) = ("rt-bare", "rt-guarded")
            let started = try [(bare, laboratory.socket), (guarded, proxy.socket)].map { name, socket in
                let words = script.replacing(/\brt/, with: name)
                return try client.start(words, at: socket)
            }
            var finished = started.map { $0.finish(within: 60) }
            for (index, name) in [bare, guarded].enumerated() {
                finished[index].output.replace(name, with: "rt")
                finished[index].errors.replace(name, with: "rt")
            }
            return (finished[0], finished[1])
        }

        @Test(arguments: CommandLineClient.all)
        func `a refusal tells the person at the command line what and why`(client: CommandLineClient) throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory)
            let refused = try client.script("$DOCKER run --rm --privileged busybox true", at: proxy.socket)
            #expect(refused.status == 125)
            let message =
                "docker: Error response from daemon: tidewaiter: refused by privileged (HostConfig.Privileged): "
            #expect(refused.errors.hasPrefix(message), "\(refused.errors)")
            #expect(refused.errors.contains("a policy opens it with 'allow: {privileged: true}'; decision "))
        }

        /// Scripts that need more than the strict profile gives.
        static let open = [
            "$DOCKER pull 127.0.0.1:1/nosuch 2>&1; echo $?",
            "$DOCKER tag busybox rt:1 && $DOCKER save rt:1 | tar -t | grep -c layer.tar; $DOCKER rmi rt:1 >/dev/null",
            """
            $DOCKER tag busybox rt:1; t=$(mktemp); $DOCKER save -o $t rt:1; $DOCKER rmi rt:1 >/dev/null; $DOCKER load -q -i $t; \
            $DOCKER rmi rt:1 >/dev/null; rm $t
            """,
            "$DOCKER run --rm --privileged --network host busybox true 2>/dev/null; echo $?",
            """
            t=$(mktemp -d); printf 'FROM busybox\\nCOPY f /f\\nRUN cat /f\\n' >$t/Dockerfile; echo built >$t/f; \
            $DOCKER build -q -t rt:b $t >/dev/null && $DOCKER run --rm rt:b cat /f; $DOCKER rmi rt:b >/dev/null; rm -r $t
            """,
            "$DOCKER run --name rt busybox touch /made; $DOCKER commit -q rt rt:c >/dev/null; $DOCKER run --rm rt:c ls /made; "
                + "$DOCKER rm rt; $DOCKER rmi rt:c >/dev/null",
        ]

        @Test(arguments: open)
        func `the command line works through a guard that only observes as it does without one`(script: String) throws {
            let proxy = try Guard(in: .shared(), ["--profile", "none", "--observe"])
            for client in CommandLineClient.all {
                let (expected, found) = try both(script, client, proxy)
                #expect(found.output == expected.output, "\(client.version)")
                #expect(found.status == expected.status && !found.isLate, "\(client.version)")
            }
        }
    }
}
