import JSON
import KubernetesAPI
import KubernetesAPITesting
import Testing

@Suite struct ListTests {
    private static func name(_ object: JSONValue) -> String? { object["metadata"]?["name"]?.string }

    @Test func `a list is read page by page`() async throws {
        let test = try TestServer()
        for number in 100..<125 { test.fake.putNamespace("n\(number)") }
        try await test.connected { api in
            let listing = try await api.list(.namespaces, pageSize: 10, read: Self.name)
            #expect(listing.values == (100..<125).map { "n\($0)" })
            #expect(listing.resourceVersion == "125" && listing.remaining == 0)
        }
        #expect(test.fake.requests.map { $0.hasPrefix("GET /api/v1/namespaces?limit=10") } == [true, true, true])
        #expect(test.fake.requests.last?.hasSuffix("&continue=125%2F20") == true)
    }

    @Test func `no more are asked for than are wanted, and the rest is counted`() async throws {
        let test = try TestServer()
        for number in 100..<125 { test.fake.putNamespace("n\(number)") }
        try await test.connected { api in
            let listing = try await api.list(.namespaces, pageSize: 10, most: 15, read: Self.name)
            #expect(listing.values.count == 15 && listing.remaining == 10)
        }
    }

    @Test func `one object is listed by its name`() async throws {
        let test = try TestServer()
        for name in ["a", "b"] { test.fake.putNamespace(name) }
        try await test.connected { api in
            let listing = try await api.list(.namespaces, .named("b"), read: Self.name)
            #expect(listing.values == ["b"])
        }
    }

    @Test func `what is no list is told`() async throws {
        let test = try TestServer()
        test.fake.fail("GET", with: 200, "", "")
        try await test.connected { api in
            let error = await failure { () throws(APIError) in try await api.list(.namespaces, read: Self.name) }
            #expect(error?.code == .malformed && error?.request == "GET /api/v1/namespaces")
        }
    }
}
