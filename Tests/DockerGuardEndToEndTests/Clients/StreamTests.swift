import Foundation
import Testing

extension DockerGuardLab {
    /// Streams that last, and connections that stop being HTTP.
    @Suite
    struct Streams {
        @Test(arguments: CommandLineClient.all)
        func `followed logs come line by line and end with the container`(client: CommandLineClient) throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory)
            let loop = "i=0; while true; do i=$((i+1)); echo line $i; sleep 0.1; done"
            _ = try client.script("$DOCKER run -d --name st busybox sh -c '\(loop)'", at: proxy.socket)
            defer { try? laboratory.engine.removeContainer("st") }
            let logs = try client.start("$DOCKER logs -f st", at: proxy.socket)
            #expect(logs.waitFor("line 3"))
            let attached = try client.start("$DOCKER attach --no-stdin st", at: proxy.socket)
            #expect(attached.waitFor("line"))
            try laboratory.engine.removeContainer("st")
            #expect(!logs.finish(within: 10).isLate)
            #expect(!attached.finish(within: 10).isLate)
        }

        @Test(arguments: CommandLineClient.all)
        func `events come as they happen`(client: CommandLineClient) throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory)
            let events = try client.start("$DOCKER events --format '{{.Type}} {{.Action}}'", at: proxy.socket)
            _ = try eventually { try proxy.sockets() > 2 }
            usleep(300_000)
            _ = try client.script("$DOCKER run --rm busybox true", at: proxy.socket)
            #expect(events.waitFor("container destroy"))
            #expect(events.output.contains("container create"))
        }

        @Test(arguments: CommandLineClient.all)
        func `a terminal is one, knows its size and learns its new size`(client: CommandLineClient) throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory)
            let program = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "terminal.py").path
            for socket in [laboratory.socket, proxy.socket] {
                let finished = try run(
                    ["python3", program, client.path, "run", "--rm", "-it", "busybox", "sh"],
                    environment: client.environment(socket)
                )
                #expect(finished.output == "24 80\n40 100\nstatus 7\n", "\(finished.errors)")
            }
        }

        @Test(arguments: CommandLineClient.all)
        func `a big image is saved and loaded as it is without a guard`(client: CommandLineClient) throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory, ["--profile", "none", "--observe"])
            let folder = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-big-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let make = """
                mkdir '\(folder.path)' && cd '\(folder.path)' && head -c 250000000 /dev/urandom >data \
                && tar -c data | $DOCKER import - big:1 >/dev/null && rm data
                """
            #expect(try client.script(make, at: laboratory.socket).status == 0)
            defer { _ = try? laboratory.engine.delete("/images/big:1") }
            let before = try proxy.status("VmHWM")
            let trip = """
                cd '\(folder.path)' && id=$($DOCKER inspect -f '{{.Id}}' big:1) && $DOCKER save -o big.tar big:1 \
                && $DOCKER rmi big:1 >/dev/null && $DOCKER load -q -i big.tar >/dev/null \
                && [ $id = $($DOCKER inspect -f '{{.Id}}' big:1) ] && echo same
                """
            let finished = try client.script(trip, at: proxy.socket, within: 180)
            #expect(finished.output == "same\n", "\(finished.errors)")
            // It streams: what passes is not kept.
            #expect(try proxy.status("VmHWM") - before < 64_000)
        }
    }
}
