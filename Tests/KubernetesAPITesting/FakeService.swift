import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// What a fake API server holds and answers.
final class FakeService: Sendable {
    /// What goes wrong for some requests.
    struct Failure: Sendable {
        /// Part of `METHOD PATH?QUERY`.
        var text: String
        /// Nil for none ever.
        var answer: FakeStore.Answer?
    }

    private struct Watcher: Sendable {
        var place: FakeStore.Place
        var channel: any Channel
    }

    private struct State {
        var store = FakeStore()
        var token = ""
        var requests: [String] = []
        var watchers: [Watcher] = []
        var failures: [Failure] = []
    }

    private let state = Mutex(State())

    var requests: [String] { state.withLock { $0.requests } }
    var openWatches: Int { state.withLock { $0.watchers.count } }

    func replace(token: String) { state.withLock { $0.token = token } }
    func fail(_ failure: Failure) { state.withLock { $0.failures.append(failure) } }
    func mend() { state.withLock { $0.failures = [] } }

    func put(_ object: Tree, at path: String) {
        guard let place = FakeStore.Place(path: path) else { return }
        change { $0.put(object, at: place) }
    }

    func remove(_ path: String) {
        guard let place = FakeStore.Place(path: path) else { return }
        change { _ = $0.remove(place) }
    }

    func object(at path: String) -> Tree? {
        FakeStore.Place(path: path).flatMap { place in state.withLock { $0.store.object(at: place) } }
    }

    func compact() { change { $0.compact() } }

    func bookmark() {
        state.withLock { state in
            let metadata: Tree = .map(["resourceVersion": .text(String(state.store.version))])
            let event: Tree = .map(["type": .text("BOOKMARK"), "object": .map(["metadata": metadata])])
            for watcher in state.watchers { watcher.channel.send(event.json + "\n") }
        }
    }

    func endWatches(inOrder: Bool) {
        let watchers = state.withLock { state in
            defer { state.watchers = [] }
            return state.watchers
        }
        for watcher in watchers { if inOrder { watcher.channel.finish() } else { watcher.channel.close(promise: nil) } }
    }

    func closed(_ channel: any Channel) {
        state.withLock { state in state.watchers.removeAll { $0.channel === channel } }
    }

    // MARK: Requests

    func answer(_ head: HTTPRequestHead, _ body: String, on channel: any Channel) {
        let words = "\(head.method.rawValue) \(head.uri)"
        let (isAuthorized, failure) = state.withLock { state in
            state.requests.append(words)
            return (
                head.headers["authorization"] == ["Bearer \(state.token)"],
                state.failures.first { words.contains($0.text) }
            )
        }
        guard isAuthorized else { return channel.answer(.failure(401, "Unauthorized", "Unauthorized")) }
        if let failure {
            if let answer = failure.answer { channel.answer(answer) }
            return
        }
        let components = URLComponents(string: head.uri)
        let query = Dictionary(
            (components?.queryItems ?? []).map { ($0.name, $0.value ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
        guard var place = FakeStore.Place(path: components?.path ?? "") else {
            return channel.answer(.failure(404, "NotFound", "the server could not find the requested resource"))
        }
        if let selector = query["fieldSelector"] {
            guard selector.hasPrefix("metadata.name=") else {
                return channel.answer(.failure(400, "BadRequest", "field label not supported: \(selector)"))
            }
            place.name = String(selector.dropFirst("metadata.name=".count))
        }
        let isOfMany = query["fieldSelector"] != nil || place.name == nil
        switch head.method {
        case .GET where query["watch"] != nil: watch(place, query, on: channel)
        case .GET where isOfMany:
            let limit = query["limit"].flatMap { Int($0) } ?? .max
            channel.answer(state.withLock { $0.store.list(place, limit: limit, rest: query["continue"]) })
        case .GET: channel.answer(state.withLock { $0.store.get(place) })
        default: channel.answer(write(head, place, body))
        }
    }

    private func write(_ head: HTTPRequestHead, _ place: FakeStore.Place, _ body: String) -> FakeStore.Answer {
        guard let tree = (try? Tree(json: body)) ?? (head.method == .DELETE ? .null : nil) else {
            return .failure(400, "BadRequest", "the body is no JSON")
        }
        switch (head.method, head.headers.first(name: "content-type")) {
        case (.POST, "application/json"): return change { $0.create(tree, in: place) }
        case (.PUT, "application/json"): return change { $0.change(place) { _ in tree } }
        case (.PATCH, "application/merge-patch+json"): return change { $0.change(place) { $0.merged(with: tree) } }
        case (.PATCH, "application/json-patch+json"): return change { $0.change(place) { $0.patched(with: tree) } }
        case (.DELETE, _):
            return change { $0.remove(place) }
                ? FakeStore.Answer(code: 200, body: .map(["kind": .text("Status"), "status": .text("Success")]))
                : .missing(place)
        default: return .failure(415, "UnsupportedMediaType", "the body is of no type that is taken")
        }
    }

    private func watch(_ place: FakeStore.Place, _ query: [String: String], on channel: any Channel) {
        let since = query["resourceVersion"].flatMap { Int($0) } ?? 0
        state.withLock { state in
            channel.begin(200)
            guard let events = state.store.events(since: since, in: place) else {
                // As a real one: the watch begins, and its first event is that it cannot.
                let event: Tree = .map(["type": .text("ERROR"), "object": FakeStore.Answer.expired.body])
                channel.send(event.json + "\n")
                return channel.finish()
            }
            for event in events { channel.send(event.line) }
            state.watchers.append(Watcher(place: place, channel: channel))
        }
        let seconds = query["timeoutSeconds"].flatMap { Int64($0) } ?? 300
        channel.eventLoop.scheduleTask(in: .seconds(seconds)) { [weak self] in
            guard let self else { return }
            let isOpen = state.withLock { state in
                let count = state.watchers.count
                state.watchers.removeAll { $0.channel === channel }
                return state.watchers.count < count
            }
            if isOpen { channel.finish() }
        }
    }

    /// Changes what is stored, and tells those who watch.
    private func change<Result: Sendable>(_ work: (inout FakeStore) -> Result) -> Result {
        state.withLock { state in
            let version = state.store.version
            let result = work(&state.store)
            for watcher in state.watchers {
                for event in state.store.events(since: version, in: watcher.place) ?? [] {
                    watcher.channel.send(event.line)
                }
            }
            return result
        }
    }
}

extension Channel {
    fileprivate func answer(_ answer: FakeStore.Answer) { self.answer(answer.code, answer.body.json) }
}
