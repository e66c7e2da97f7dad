import Foundation
import Testing

/// `tidewaiter console` as people run it.
@Suite struct ConsoleCommandTests {
    /// Starts it on a port that is free.
    private func start(over ledger: String) async throws -> (program: Program, address: String) {
        let program = try Program.tidewaiter(["console", "--ledger", ledger, "--listen", "tcp://127.0.0.1:0"])
        #expect(try await eventually { program.address != nil || program.hasEnded })
        return (program, try #require(program.address, "\(program.errors)"))
    }

    @Test(arguments: [true, false])
    func `it shows what watching has found, whether that still runs or not`(isWatching: Bool) async throws {
        let watched = try await WatchedConsole()
        let found = Set(try await watched.findings())
        if !isWatching { #expect(try await watched.stop() == 0) }
        let (program, address) = try await start(over: watched.ledger)
        #expect(program.errors.contains(watched.ledger))
        let page = try await Page.get(address + "/findings")
        #expect(page.status == 200)
        #expect(page.text.contains("<h1>Findings</h1>"))
        #expect(try await Set(ToldFinding.all(at: address)) == found)
        program.interrupt()
        #expect(try await program.status(within: 15) == 0, "\(program.errors)")
    }

    @Test func `it ends though a page is open that waits for what is new`() async throws {
        let watched = try await WatchedConsole()
        let (program, address) = try await start(over: watched.ledger)
        let page = try Program("/usr/bin/curl", ["--silent", "--no-buffer", "--max-time", "60", address + "/live"])
        #expect(try await eventually { page.lines.contains("event: hello") })
        program.interrupt()
        #expect(try await program.status(within: 15) == 0, "\(program.errors)")
        #expect(try await page.status(within: 5) != nil)
    }

    @Test func `an address that others reach is refused, with the way to reach it from elsewhere`() async throws {
        let watched = try await WatchedConsole()
        #expect(try await watched.stop() == 0)
        let program = try Program.tidewaiter(["console", "--ledger", watched.ledger, "--listen", "tcp://0.0.0.0:7610"])
        #expect(try await program.status(within: 30) == 1)
        #expect(program.errors.contains("'0.0.0.0' is no loopback address"))
        #expect(program.errors.contains("listen on tcp://127.0.0.1:7610 and reach it through ssh -L"))
        // Watching does not begin, either: it would be without the console that was asked for.
        try watched.configure(console: "tcp://0.0.0.0:7610")
        let watch = try Program.tidewaiter(["watch", "--config", watched.path("watch.yml")])
        #expect(try await watch.status(within: 30) == 1)
        #expect(watch.errors.contains("listen on tcp://127.0.0.1:7610 and reach it through ssh -L"))
    }

    @Test func `a port that is taken is told, with what to do`() async throws {
        let watched = try await WatchedConsole()
        let taken = try #require(watched.address.split(separator: "/").last.map(String.init))
        let program = try Program.tidewaiter(["console", "--ledger", watched.ledger, "--listen", "tcp://\(taken)"])
        #expect(try await program.status(within: 30) == 1)
        #expect(program.errors.contains("\(taken): cannot be listened on"))
        #expect(program.errors.contains("name another address"))
        // Whoever had it first is not disturbed.
        #expect(try await Page.get(watched.address).status == 200)
    }
}
