import Foundation
import Testing

extension DockerGuardLab {
    /// Guard and engine killed, restarted and told to reload while clients are at work.
    @Suite
    struct BadDays {
        /// A stream through a guard: followed logs of a container that writes on.
        private func follow(_ proxy: Guard, _ laboratory: Laboratory) throws -> Exchange {
            if try laboratory.engine.container("tw-loop") == nil {
                let body: [String: Any] = [
                    "Image": "busybox:latest", "Cmd": ["sh", "-c", "while true; do echo line; sleep 0.05; done"],
                ]
                #expect(try laboratory.engine.post("/containers/create?name=tw-loop", body).status == 201)
            }
            _ = try laboratory.engine.post("/containers/tw-loop/start")
            let exchange = try Exchange(proxy.socket, timeout: 10)
            exchange.send("GET /v1.41/containers/tw-loop/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: d\r\n\r\n")
            #expect(exchange.read() != nil)
            return exchange
        }

        private func events(_ proxy: Guard) throws -> Exchange {
            let exchange = try Exchange(proxy.socket, timeout: 10)
            exchange.send("GET /v1.41/events HTTP/1.1\r\nHost: d\r\n\r\n")
            #expect(exchange.read() != nil)
            return exchange
        }

        /// An attached connection, which is a tunnel.
        private func attach(_ proxy: Guard, _ laboratory: Laboratory) throws -> Exchange {
            let exchange = try Exchange(proxy.socket, timeout: 10)
            exchange.send(
                "POST /v1.41/containers/tw-loop/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n"
                    + "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
            )
            #expect(exchange.reply()?.status == 101)
            #expect(exchange.read() != nil)
            return exchange
        }

        /// A load whose body has begun.
        private func load(_ proxy: Guard) throws -> Exchange {
            let exchange = try Exchange(proxy.socket, timeout: 10)
            exchange.send(
                "POST /v1.41/images/load HTTP/1.1\r\nHost: d\r\nContent-Type: application/x-tar\r\n"
                    + "Content-Length: 100000000\r\n\r\n"
            )
            exchange.send([UInt8](repeating: 0, count: 100_000))
            return exchange
        }

        /// Whether a stream comes to an end in time: that of its answer, or of the connection.
        private func ends(_ exchange: Exchange, within seconds: Double = 10) -> Bool {
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end {
                guard let bytes = exchange.read() else { return exchange.hasEnded }
                if bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8) { return true }
            }
            return false
        }

        private static let open = ["--profile", "none", "--observe"]

        @Test
        func `clients of a killed guard see an end, and one that starts again serves them`() throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory, Self.open)
            let streams = try [follow(proxy, laboratory), events(proxy), attach(proxy, laboratory), load(proxy)]
            try proxy.stop()
            for stream in streams { #expect(ends(stream)) }
            try proxy.start()
            #expect(try proxy.engine.get("/_ping").status == 200)
            let again = try follow(proxy, laboratory)
            #expect(again.read() != nil)
        }

        @Test(arguments: ["KILL", "TERM"])
        func `clients see an end when the engine ends, and its next one answers them`(signal: String) throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory, Self.open)
            let before = try proxy.sockets()
            let streams = try [follow(proxy, laboratory), events(proxy), attach(proxy, laboratory), load(proxy)]
            // A connection that rests: its upstream one must not be used when it is stale.
            let resting = try Exchange(proxy.socket)
            resting.send("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n")
            #expect(resting.reply()?.status == 200)
            try laboratory.signalEngine(signal)
            for (name, stream) in zip(["logs", "events", "attach", "load"], streams) {
                #expect(ends(stream), "\(name)")
            }
            #expect([502, 503].contains(try proxy.engine.get("/_ping").status))
            try laboratory.startEngine()
            #expect(try proxy.engine.get("/_ping").status == 200)
            resting.send("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n")
            let answer = resting.reply()
            #expect(answer?.status == 200 || resting.hasEnded)
            #expect(proxy.isRunning)
            // Nothing is left of the streams: at most the resting client and its own connection.
            #expect(try eventually { try proxy.sockets() <= before + 2 })
        }

        @Test
        func `a client that goes away takes its connection to the engine with it`() throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory, Self.open)
            let before = try proxy.sockets()
            do {
                let streams = try [follow(proxy, laboratory), events(proxy), attach(proxy, laboratory), load(proxy)]
                #expect(streams.count == 4)
                #expect(try proxy.sockets() > before + 3)
            }
            #expect(try eventually { try proxy.sockets() <= before + 1 })
        }

        @Test
        func `a reload while requests come loses none of them`() throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory)
            let stream = try events(proxy)
            let script = """
                i=0; while [ $i -lt 300 ]; do docker version --format x >/dev/null 2>&1 || echo lost; i=$((i+1)); done
                """
            let client = try Running(
                ["sh", "-c", script.replacingOccurrences(of: "300", with: "40")],
                environment: ["DOCKER_HOST": "unix://\(proxy.socket)"]
            )
            while client.process.isRunning {
                try proxy.signal("HUP")
                #expect(try proxy.engine.get("/_ping").status == 200)
                usleep(50_000)
            }
            #expect(client.finish().output == "")
            #expect(proxy.isRunning)
            // The stream outlives the reloads.
            try laboratory.engine.makeContainer("tw-reload")
            #expect(stream.read() != nil)
            try laboratory.engine.removeContainer("tw-reload")
        }

        @Test
        func `a guard that is told to stop answers what it began and takes nothing new`() throws {
            let laboratory = try Laboratory.shared()
            let proxy = try Guard(in: laboratory)
            let body: [String: Any] = ["Image": "busybox:latest", "Cmd": ["sleep", "1"]]
            #expect(try laboratory.engine.post("/containers/create?name=tw-wait", body).status == 201)
            defer { try? laboratory.engine.removeContainer("tw-wait") }
            _ = try laboratory.engine.post("/containers/tw-wait/start")
            let waiting = try Exchange(proxy.socket, timeout: 10)
            waiting.send("POST /v1.41/containers/tw-wait/wait HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n")
            usleep(200_000)
            try proxy.signal("TERM")
            #expect(waiting.reply(to: "POST")?.object["StatusCode"] as? Int == 0)
            let finished = try #require(proxy.waitForEnd())
            #expect(finished.status == 0 && !finished.isLate)
            #expect((try? Exchange(proxy.socket)) == nil)
        }
    }
}
