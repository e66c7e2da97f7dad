import Foundation
import Testing

extension DockerGuardLab {
    /// Podman's own client and service, with the guard between them.
    ///
    /// Containers run with runc on the storage driver vfs here; nothing of it is a stand-in.
    @Suite(.enabled(if: PodmanLaboratory.isPossible, "needs podman and catatonit; Scripts/setup installs them"))
    struct PodmanClient {
        /// Scripts whose output is the same each time; `pg` is a name of their own.
        static let harmless = [
            "$PODMAN info --format '{{.Host.OS}}'",
            "$PODMAN run --rm busybox echo hi",
            "echo hi | $PODMAN run --rm -i busybox cat",
            "$PODMAN run --rm busybox sh -c 'echo out; exit 3'; echo $?",
            "$PODMAN run --rm -m 64m -e A=b -l c=d --cap-drop ALL --read-only busybox sh -c 'echo $A'",
            "$PODMAN run --rm -v /srv/lab:/data:ro busybox cat /data/ok.txt",
            "$PODMAN run --rm --mount type=image,src=busybox,dst=/i --tmpfs /t busybox ls /i",
            """
            $PODMAN run -d --name pg busybox sleep 1000 >/dev/null && $PODMAN exec pg echo inside \
            && echo in | $PODMAN exec -i pg cat; $PODMAN exec pg sh -c 'exit 5'; echo $?; \
            $PODMAN restart -t 0 pg >/dev/null; $PODMAN inspect pg --format '{{.Name}} {{.State.Running}}'; \
            $PODMAN stop -t 0 pg; $PODMAN start pg; $PODMAN rm -f -t 0 pg >/dev/null; echo $?
            """,
            "$PODMAN run -d --name pg busybox sh -c 'echo a; echo b' >/dev/null; $PODMAN wait pg; $PODMAN logs pg; $PODMAN rm pg >/dev/null",
            """
            $PODMAN run -d --name pg busybox sleep 1000 >/dev/null; t=$(mktemp -d); echo hello >$t/f; \
            $PODMAN cp $t/f pg:/tmp/f && $PODMAN cp pg:/tmp/f $t/g; cat $t/g; $PODMAN rm -f -t 0 pg >/dev/null; rm -r $t
            """,
            "$PODMAN volume create pg && $PODMAN run --rm -v pg:/v busybox sh -c 'echo v >/v/f; cat /v/f'; $PODMAN volume rm pg",
            "$PODMAN network create pg && $PODMAN run --rm --network pg busybox echo n; $PODMAN network rm pg",
            """
            t=$(mktemp -d); printf 'FROM busybox\\nCOPY f /f\\nRUN cat /f\\n' >$t/Dockerfile; echo built >$t/f; \
            $PODMAN build -q -t localhost/pg $t >/dev/null && $PODMAN run --rm localhost/pg cat /f; \
            $PODMAN rmi localhost/pg >/dev/null; echo $?; rm -r $t
            """,
            """
            $PODMAN tag busybox localhost/pg:1; t=$(mktemp); $PODMAN save -q -o $t localhost/pg:1; \
            $PODMAN rmi localhost/pg:1 >/dev/null; $PODMAN load -q -i $t; $PODMAN images -q localhost/pg | wc -l; \
            $PODMAN rmi localhost/pg:1 >/dev/null; rm $t
            """,
            """
            $PODMAN pod create --name pg >/dev/null && $PODMAN run --rm --pod pg busybox echo pod; \
            $PODMAN pod ps --format '{{.Name}}'; $PODMAN pod stop -t 0 pg >/dev/null; $PODMAN pod start pg >/dev/null; \
            echo $?; $PODMAN pod rm -f -t 0 pg >/dev/null
            """,
            "$PODMAN run --rm nosuchimage.invalid/x >/dev/null 2>&1; echo $?; $PODMAN ps -a --filter name=pg -q",
        ]

        private static let policy = "allow: {container-namespaces: ['*-infra'], image-loads: true, binds: [/srv/lab]}"

        private static func proxy(_ podman: PodmanLaboratory, policy: String = policy) throws -> Guard {
            try Guard(in: podman.laboratory, named: "podman-guard", policy: policy, before: podman.socket)
        }

        @Test(arguments: harmless)
        func `Podman's client works through the strict profile as it does without a guard`(script: String) throws {
            let podman = try PodmanLaboratory.shared()
            let proxy = try Self.proxy(podman)
            let expected = try podman.script(script, at: podman.socket)
            let found = try podman.script(script, at: proxy.socket)
            #expect(found.output == expected.output, "\(found.errors)")
            #expect(found.status == expected.status && !found.isLate, "\(found.status): \(found.errors)")
            #expect(!expected.output.isEmpty && expected.status == 0, "\(expected.errors)")
        }

        /// Options of `podman run` and the part that refuses them.
        static let dangerous = [
            ("--privileged", "privileged"), ("--pid host", "host-namespaces"), ("--network host", "host-namespaces"),
            ("--userns host", "host-namespaces"), ("--ipc host", "host-namespaces"), ("--uts host", "host-namespaces"),
            ("--cgroupns host", "host-namespaces"), ("--pid ns:/proc/1/ns/pid", "host-namespaces"),
            ("-v /:/host", "binds"), ("-v /:/host:O", "binds"), ("--mount type=bind,src=/,dst=/h", "binds"),
            ("-v /srv/lab/link:/h", "binds"), ("--device /dev/null", "devices"),
            ("--device-cgroup-rule 'c 1:3 rwm'", "device-rules"), ("--cap-add SYS_ADMIN", "capabilities"),
            ("--security-opt seccomp=unconfined", "security-options"),
            ("--security-opt label=disable", "security-options"), ("--security-opt unmask=ALL", "security-options"),
            ("--sysctl kernel.msgmax=65536", "sysctls"), ("--log-opt path=/srv/log", "binds"),
            ("--cgroup-parent /x", "cgroup-parents"), ("--cgroups disabled", "cgroup-parents"),
            ("--annotation run.oci.handler=krun", "podman"),
        ]

        @Test(arguments: dangerous)
        func `what leads out is refused and nothing is made`(options: String, part: String) throws {
            let podman = try PodmanLaboratory.shared()
            let proxy = try Self.proxy(podman)
            let before = try podman.containers()
            let refused = try podman.script("$PODMAN run -d --name pd \(options) busybox true", at: proxy.socket)
            #expect(refused.status != 0 && refused.errors.contains("refused by \(part)"), "\(refused.errors)")
            #expect(try podman.containers() == before)
            // The service without a guard makes it.
            let made = try podman.script("$PODMAN create --name pd \(options) busybox true", at: podman.socket)
            // Runc, which runs everything here, takes no container without a control group.
            #expect(made.status == 0 || options == "--cgroups disabled", "\(made.errors)")
            // And what was made past the guard is not run through it.
            if made.status == 0, !["sysctls", "device-rules"].contains(part), !Self.isUnseen(options) {
                let start = try podman.script("$PODMAN start pd", at: proxy.socket)
                #expect(start.status != 0 && start.errors.contains("refused by "), "\(start.errors)")
            }
            _ = try podman.script("$PODMAN rm -f pd", at: podman.socket)
        }

        /// What Podman's inspection of a container that never ran does not show.
        private static func isUnseen(_ options: String) -> Bool {
            [":O", "userns", "cgroupns", "--cgroups", "annotation"].contains(where: options.contains)
        }

        /// Bodies of the service's own create, in spellings that its decoder takes.
        static let odd: [String] = [
            #"{"image":"busybox","Privileged":true}"#, #"{"image":"busybox","PRIVILEGED":true}"#,
            #"{"image":"busybox","privileged":false,"privileged":true}"#,
            #"{"image":"busybox","privileged":false,"PRIVILEGED":true}"#,
            #"{"image":"busybox","PidNS":{"NSMode":"host"}}"#, #"{"image":"busybox","pid\u006es":{"nsmode":"host"}}"#,
            #"{"image":"busybox","mount\u017f":[{"destination":"/h","type":"bind","source":"/"}]}"#,
            #"{"image":"busybox","mounts":[{"destination":"/h","type":"tmpfs","source":"/","options":["rbind"]}]}"#,
            #"{"image":"busybox","Cap_Add":["CAP_SYS_ADMIN"]}"#, #"{"rootfs":"/"}"#,
        ]

        @Test(arguments: odd)
        func `a SpecGenerator in an odd spelling is refused and nothing is made`(body: String) throws {
            let podman = try PodmanLaboratory.shared()
            let proxy = try Self.proxy(podman)
            let before = try podman.containers()
            let reply = try proxy.engine.send("POST", "/v4.0.0/libpod/containers/create", body: Array(body.utf8))
            #expect(reply.status == 403 || reply.status == 400, "\(reply.text)")
            #expect(try podman.containers() == before)
        }

        @Test func `Docker's client works before Podman, and what leads out is refused`() throws {
            let podman = try PodmanLaboratory.shared()
            let proxy = try Self.proxy(podman)
            let client = try #require(CommandLineClient.all.first)
            let script = """
                $DOCKER create --name pk busybox sleep 1000 >/dev/null && $DOCKER start pk && $DOCKER exec pk echo inside; \
                $DOCKER rm -f pk
                """
            let found = try client.script(script, at: proxy.socket)
            #expect(found.output == "pk\ninside\npk\n", "\(found.errors)")
            for options in ["--privileged", "--pid host", "-v /:/h", "--security-opt unmask=ALL"] {
                let refused = try client.script("$DOCKER create \(options) busybox true", at: proxy.socket)
                #expect(refused.status != 0 && refused.errors.contains("tidewaiter: refused by"), "\(refused.errors)")
            }
        }
    }
}
