import JSON
import KubernetesAPI
import KubernetesAPITesting
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ReflectorTests {
    /// What was told so far, in words.
    private final class Told: Sendable {
        private let words = Mutex<[String]>([])
        var all: [String] { words.withLock { $0 } }

        func heed(_ change: Reflector<String>.Change) {
            let word =
                switch change {
                case .all(let values):
                    "all " + values.map { "\($0.key.name)=\($0.value)" }.sorted().joined(separator: ",")
                case .changed(let key, let value): "\(key.name)=\(value)"
                case .removed(let key): "-\(key.name)"
                case .failed(let error, again: _): "failed \(error.code)"
                }
            words.withLock { $0.append(word) }
        }

        /// Waits until as many things were told.
        func count(_ count: Int) async throws -> [String] {
            while all.count < count { try await Task.sleep(for: .milliseconds(5)) }
            return all
        }
    }

    /// Runs a reflector of namespaces' label `l` while `body` does things to the server.
    private func reflecting(_ test: TestServer, _ body: (Told) async throws -> Void) async throws {
        try await test.connected { api in
            let told = Told()
            let quick = BackOff(first: .milliseconds(20), longest: .milliseconds(40))
            let reflector = Reflector(.namespaces, at: api, backOff: quick) { $0["metadata"]?["labels"]?["l"]?.string }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await reflector.run { told.heed($0) } }
                try await body(told)
                tasks.cancelAll()
            }
        }
    }

    private func watching(_ test: TestServer, times: Int = 1) async throws {
        while test.fake.requests.count(where: { $0.contains("watch=1") }) < times || test.fake.openWatches == 0 {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test func `what there is comes first, and every change after`() async throws {
        let test = try TestServer()
        test.fake.putNamespace("a", labels: ["l": "1"])
        test.fake.putNamespace("unlabelled")
        try await reflecting(test) { told in
            #expect(try await told.count(1) == ["all a=1"])
            try await watching(test)
            test.fake.putNamespace("b", labels: ["l": "2"])
            test.fake.putNamespace("a", labels: ["l": "3"])
            test.fake.putNamespace("b")
            test.fake.remove("/api/v1/namespaces/a")
            #expect(try await told.count(5) == ["all a=1", "b=2", "a=3", "-b", "-a"])
        }
    }

    @Test(arguments: [true, false])
    func `a watch that ends goes on where it ended`(inOrder: Bool) async throws {
        let test = try TestServer()
        try await reflecting(test) { told in
            try await watching(test)
            test.fake.putNamespace("a", labels: ["l": "1"])
            _ = try await told.count(2)
            test.fake.endWatches(inOrder: inOrder)
            test.fake.putNamespace("b", labels: ["l": "2"])
            let words = try await told.count(inOrder ? 3 : 4)
            #expect(words.filter { !$0.hasPrefix("failed") } == ["all ", "a=1", "b=2"])
            #expect(words.contains("failed unreachable") == !inOrder)
        }
        let lists = test.fake.requests.filter { !$0.contains("watch=1") }
        #expect(lists.count == 1)
        #expect(test.fake.requests.last?.contains("resourceVersion=101") == true)
    }

    @Test func `a version that is too old is followed by a new list, and nothing is lost`() async throws {
        let test = try TestServer()
        test.fake.putNamespace("a", labels: ["l": "1"])
        try await reflecting(test) { told in
            try await watching(test)
            test.fake.fail("watch=1", with: 503, "ServiceUnavailable", "")
            test.fake.endWatches(inOrder: true)
            test.fake.remove("/api/v1/namespaces/a")
            test.fake.putNamespace("b", labels: ["l": "2"])
            test.fake.compact()
            test.fake.mend()
            while told.all.last != "all b=2" { try await Task.sleep(for: .milliseconds(5)) }
            #expect(told.all.filter { !$0.hasPrefix("failed unavailable") } == ["all a=1", "all b=2"])
        }
    }

    @Test func `a bookmark moves the version on`() async throws {
        let test = try TestServer()
        try await reflecting(test) { told in
            try await watching(test)
            try test.fake.put("{}", at: "/api/v1/namespaces/shop/pods/web")
            test.fake.bookmark()
            test.fake.endWatches(inOrder: true)
            try await watching(test, times: 2)
            #expect(told.all == ["all "])
        }
        #expect(test.fake.requests.last?.contains("resourceVersion=101&") == true)
    }

    @Test func `failures are told until the server is well again`() async throws {
        let test = try TestServer()
        test.fake.putNamespace("a", labels: ["l": "1"])
        test.fake.fail("GET", with: 403, "Forbidden", "namespaces is forbidden")
        try await reflecting(test) { told in
            let words = try await told.count(3)
            #expect(words.allSatisfy { $0 == "failed forbidden" })
            test.fake.mend()
            while told.all.last != "all a=1" { try await Task.sleep(for: .milliseconds(5)) }
        }
    }
}
