import Foundation
import JSON
import KubernetesAPI
import KubernetesAPITesting
import Testing

@Suite struct ObjectTests {
    private static let path = "/api/v1/namespaces/shop/secrets/web"

    @Test func `an object is made, read, replaced and patched`() async throws {
        let test = try TestServer()
        try await test.connected { api in
            let secrets = Resource.secrets(in: "shop")
            let made = try await api.create(
                #"{"kind":"Secret","metadata":{"name":"web"},"data":{"a":"MQ=="}}"#,
                in: secrets
            )
            let version = try made.read { $0["metadata"]?["resourceVersion"]?.string ?? "" }
            #expect(version == "101")
            let replacement =
                #"{"kind":"Secret","metadata":{"name":"web","resourceVersion":"101"},"data":{"a":"Mg=="}}"#
            _ = try await api.replace("web", of: secrets, with: replacement)
            _ = try await api.patch("web", of: secrets, with: .merge(#"{"data":{"b":"Mw=="}}"#))
            let changed = try await api.patch(
                "web",
                of: secrets,
                with: .json(#"[{"op":"test","path":"/data/b","value":"Mw=="},{"op":"remove","path":"/data/a"}]"#)
            )
            #expect(try changed.read { $0["data"]?.jsonText } == #"{"b":"Mw=="}"#)
            #expect(try await api.get("web", of: secrets) == changed)
            #expect(test.fake.object(at: Self.path)?["data"]?["b"]?.text == "Mw==")
        }
    }

    @Test func `what the server refuses is told by kind and in its words`() async throws {
        let test = try TestServer()
        try test.fake.put(#"{"kind":"Secret"}"#, at: Self.path)
        try await test.connected { api in
            let secrets = Resource.secrets(in: "shop")
            let missing = await failure { () throws(APIError) in try await api.get("none", of: secrets) }
            #expect(missing?.code == .notFound)
            #expect(missing?.description == #"GET /api/v1/namespaces/shop/secrets/none: secrets "none" not found"#)
            let twice = await failure { () throws(APIError) in
                try await api.create(#"{"metadata":{"name":"web"}}"#, in: secrets)
            }
            #expect(twice?.code == .alreadyExists)
            let old = #"{"metadata":{"name":"web","resourceVersion":"7"}}"#
            let conflict = await failure { () throws(APIError) in try await api.replace("web", of: secrets, with: old) }
            #expect(conflict?.code == .conflict)
            #expect(conflict?.message.hasPrefix("Operation cannot be fulfilled on secrets") == true)
            let invalid = await failure { () throws(APIError) in
                try await api.patch("web", of: secrets, with: .json(#"[{"op":"test","path":"/kind","value":"x"}]"#))
            }
            #expect(invalid?.code == .invalid)
            for (status, code) in [
                (403, APIError.Code.forbidden), (429, .unavailable), (503, .unavailable), (400, .refused),
            ] {
                test.fake.fail("GET \(Self.path)", with: status, "Some", "because")
                let error = await failure { () throws(APIError) in try await api.get("web", of: secrets) }
                #expect(error?.code == code && error?.message == "because", "\(status)")
                test.fake.mend()
            }
        }
    }

    @Test func `a token that is replaced counts at once, and is never told`() async throws {
        let test = try TestServer()
        test.fake.putNamespace("shop")
        try await test.connected { api in
            _ = try await api.get("shop", of: .namespaces)
            try test.fake.replaceToken()
            _ = try await api.get("shop", of: .namespaces)
            try "nobody's".write(toFile: test.fake.tokenFile, atomically: true, encoding: .utf8)
            let stranger = await failure { () throws(APIError) in try await api.get("shop", of: .namespaces) }
            #expect(stranger?.code == .unauthorized)
            try "hidden\u{1}word".write(toFile: test.fake.tokenFile, atomically: true, encoding: .utf8)
            let broken = await failure { () throws(APIError) in try await api.get("shop", of: .namespaces) }
            #expect(broken?.code == .configuration)
            #expect(broken?.description.hasSuffix("/token: it holds no token") == true)
            try FileManager.default.removeItem(atPath: test.fake.tokenFile)
            let missing = await failure { () throws(APIError) in try await api.get("shop", of: .namespaces) }
            #expect(missing?.description.hasSuffix("/token: the token cannot be read") == true)
        }
    }

    @Test func `a server of another authority gets no token`() async throws {
        let test = try TestServer()
        let other = try TestServer()
        let server = try APIServer(
            url: test.fake.url,
            tokenFile: test.fake.tokenFile,
            authorityFile: other.fake.authorityFile
        )
        try await APIClient.connected(to: server) { api in
            let error = await failure { () throws(APIError) in try await api.get("shop", of: .namespaces) }
            #expect(error?.code == .unreachable)
        }
        #expect(test.fake.requests.isEmpty)
    }

    @Test func `answers are bounded in size and time`() async throws {
        let test = try TestServer()
        try test.fake.put(#"{"data":"\#(String(repeating: "x", count: 4_096))"}"#, at: Self.path)
        var limits = APIClient.Limits()
        limits.object = 4_096
        limits.time = .milliseconds(300)
        try await test.connected(limits: limits) { api in
            let large = await failure { () throws(APIError) in try await api.get("web", of: .secrets(in: "shop")) }
            #expect(large?.code == .tooLarge)
            test.fake.stall("GET \(Self.path)")
            let begun = ContinuousClock.now
            let slow = await failure { () throws(APIError) in try await api.get("web", of: .secrets(in: "shop")) }
            #expect(slow?.code == .timedOut)
            // Well before the silence that a watch may have, which is the connection's own bound.
            #expect(.now - begun < .seconds(30))
        }
    }

    @Test func `a server that is not there is told`() async throws {
        try await APIClient.connected(to: try APIServer(url: "https://127.0.0.1:1")) { api in
            let error = await failure { () throws(APIError) in try await api.get("shop", of: .namespaces) }
            #expect(error?.code == .unreachable)
            #expect(
                error?.description.hasPrefix("GET /api/v1/namespaces/shop: the API server cannot be reached") == true
            )
        }
    }

    @Test func `an object does not show what it holds`() {
        let object = APIObject(bytes: Array(#"{"data":"secret"}"#.utf8))
        #expect("\(object)" == "an object of 17 bytes" && String(reflecting: object) == "an object of 17 bytes")
        #expect(throws: APIError.self) { try APIObject(bytes: Array("[1]".utf8)).read { _ in } }
    }
}
