import Foundation
import Testing

extension DockerGuardLab {
    /// A guard that is told to stop while streams run.
    @Suite
    struct Draining {
        /// So long that no test ends because of it.
        private static let long = ["--grace", "3600"]

        private struct Streams {
            var logs: Running
            var attached: Running
        }

        /// Followed logs, and a container whose input and output are the client's.
        private func streams(_ proxy: Guard, _ laboratory: Laboratory) throws -> Streams {
            let client = try #require(CommandLineClient.all.first)
            let body: [String: Any] = [
                "Image": "busybox:latest", "Cmd": ["sh", "-c", "while true; do echo line; sleep 0.05; done"],
            ]
            #expect(try laboratory.engine.post("/containers/create?name=tw-drain", body).status == 201)
            #expect(try laboratory.engine.post("/containers/tw-drain/start").status == 204)
            let logs = try client.start("exec $DOCKER logs -f tw-drain", at: proxy.socket)
            #expect(logs.waitFor("line"))
            let attached = try client.start(
                "exec $DOCKER run -i --name tw-drain-cat busybox cat",
                at: proxy.socket,
                input: nil
            )
            attached.write("before\n")
            #expect(attached.waitFor("before"))
            return Streams(logs: logs, attached: attached)
        }

        private func clean(_ laboratory: Laboratory) {
            for name in ["tw-drain", "tw-drain-cat"] { try? laboratory.engine.removeContainer(name) }
        }

        @Test
        func `streams go on to their own end, nobody new is served, and then it ends well`() throws {
            let laboratory = try Laboratory.shared()
            defer { clean(laboratory) }
            let proxy = try Guard(in: laboratory, Self.long)
            let streams = try streams(proxy, laboratory)
            try proxy.signal("TERM")
            #expect(eventually { (try? Exchange(proxy.socket)) == nil })
            #expect(proxy.isRunning)
            streams.attached.write("after\n")
            #expect(streams.attached.waitFor("after"))
            streams.attached.closeInput()
            #expect(streams.attached.finish().status == 0)
            #expect(proxy.isRunning)
            let length = streams.logs.output.utf8.count
            #expect(eventually { streams.logs.output.utf8.count > length })
            try laboratory.engine.removeContainer("tw-drain")
            #expect(!streams.logs.finish().isLate)
            let finished = try #require(proxy.waitForEnd(within: 60))
            #expect(finished.status == 0 && !finished.isLate)
        }

        @Test(arguments: [["--grace", "1"], ["--grace", "0"]])
        func `streams that do not end are ended when their time is over`(grace: [String]) throws {
            let laboratory = try Laboratory.shared()
            defer { clean(laboratory) }
            let proxy = try Guard(in: laboratory, grace)
            let streams = try streams(proxy, laboratory)
            try proxy.signal("TERM")
            let finished = try #require(proxy.waitForEnd(within: 60))
            #expect(finished.status == 0 && !finished.isLate)
            #expect(!streams.logs.finish().isLate)
            streams.attached.closeInput()
            #expect(!streams.attached.finish().isLate)
        }

        @Test
        func `told twice, it waits for nobody`() throws {
            let laboratory = try Laboratory.shared()
            defer { clean(laboratory) }
            let proxy = try Guard(in: laboratory, Self.long)
            let streams = try streams(proxy, laboratory)
            try proxy.signal("TERM")
            #expect(eventually { proxy.errors.contains("stops;") })
            try proxy.signal("TERM")
            let finished = try #require(proxy.waitForEnd(within: 60))
            #expect(finished.status == 0 && !finished.isLate)
            #expect(!streams.logs.finish().isLate)
        }
    }
}
