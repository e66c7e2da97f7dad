import Foundation
import PrometheusMetrics
import NIOHTTP1
import Sigma
import Testing

@testable import Delivery

@Suite(.timeLimit(.minutes(10))) struct OutputsTests {
    private func fault(_ configurations: [OutputConfiguration]) async throws -> DeliveryError? {
        do {
            try await Outputs.opened(configurations) { _ in }
            return nil
        } catch {
            return try #require(error as? DeliveryError)
        }
    }

    @Test func `what cannot be used is told by the output's name, before anything is sent`() async throws {
        let file = OutputConfiguration.Kind.file(.init(path: "/tmp/f"))
        let good = OutputConfiguration(name: "a", file, deadLetters: "/tmp/dead")
        #expect(try await fault([good]) == nil)
        #expect(try await fault([good, good])?.description == "there are two outputs named 'a'")
        var webhook = good
        webhook.kind = .webhook(.init(HTTPEndpoint(.url("nowhere"))))
        #expect(try await fault([webhook])?.description == "output 'a': an address begins with https:// or http://")
        var cluster = good
        cluster.kind = .kubernetesEvents(.init(instance: "node"))
        #expect(try await fault([cluster])?.description == "output 'a': no cluster is configured")
        var folder = good
        folder.deadLetters.path = "/tmp/"
        #expect(try await fault([folder])?.description == "output 'a': a file has a path")
        var retry = good
        retry.retry.first = .zero
        #expect(try await fault([retry])?.description == "output 'a': the longest wait is no less than the first")
    }

    @Test func `people are told together, machines one by one`() {
        func window(_ form: WebhookSink.Form) -> Duration {
            var webhook = WebhookSink.Configuration(HTTPEndpoint(.url("https://h/")))
            webhook.form = form
            return OutputConfiguration(name: "a", .webhook(webhook), deadLetters: "/d").usualWindow
        }
        #expect(window(.slack) == .seconds(600) && window(.teams) == .seconds(600) && window(.record) == .zero)
    }

    /// The webhook's receiver is a fake: see ``FakeReceiver``.
    @Test func `every output tells the same alerts, one that refuses keeps them, one that is dead holds up nobody`()
        async throws
    {
        let folder = try TestFolder()
        defer { folder.remove() }
        let receiver = try FakeReceiver { request, _ in
            request.headers["idempotency-key"] == ["id-3"] ? .init(status: 422, body: "no") : .init()
        }
        let store = MemoryStore()
        let names = ["file", "hook", "dead"]
        for name in names { try await store.setPosition(0, of: name) }
        for _ in 0..<5 { store.add() }
        let kinds: [OutputConfiguration.Kind] = [
            .file(.init(path: folder.path + "/findings")), .webhook(.init(HTTPEndpoint(.url(receiver.url)))),
            .webhook(.init(HTTPEndpoint(.url("http://127.0.0.1:1/")))),
        ]
        let configurations = zip(names, kinds).map { name, kind in
            OutputConfiguration(name: name, kind, deadLetters: "\(folder.path)/\(name).dead")
        }
        try await Outputs.opened(configurations) { outputs in
            let metrics = DeliveryMetrics(MetricRegistry())
            let dispatcher = Dispatcher(outputs, store: store, metrics: metrics) { _ in }
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await dispatcher.run() }
                for name in ["file", "hook"] {
                    while (try? await store.position(of: name)) != 5 { try? await Task.sleep(for: .milliseconds(5)) }
                }
                // A log that was moved away is begun anew when it is told so.
                try? FileManager.default.moveItem(
                    atPath: folder.path + "/findings",
                    toPath: folder.path + "/findings.old"
                )
                dispatcher.reopen()
                store.add()
                dispatcher.wake()
                while (try? await store.position(of: "file")) != 6 { try? await Task.sleep(for: .milliseconds(5)) }
                tasks.cancelAll()
            }
        }
        #expect(folder.lines("findings.old").count == 5)
        #expect(folder.lines("findings").count == 1)
        #expect(
            receiver.requests.prefix(5).map { $0.headers.first(name: "idempotency-key") } == (1...5).map { "id-\($0)" }
        )
        #expect(folder.lines("hook.dead").count == 1)
        #expect(folder.text("hook.dead").contains(#""reason":"the webhook answers 422: no","finding":"id-3""#))
        #expect(try await store.position(of: "dead") == 0)
        #expect(folder.lines("dead.dead") == [])
    }
}
