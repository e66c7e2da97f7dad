import Foundation
import Testing

extension DockerGuardLab {
    /// What a client of some containers sees of a real engine.
    @Suite
    struct Scope {
        private func make(_ laboratory: Laboratory, _ name: String, _ labels: [String: String]) throws {
            try? laboratory.engine.removeContainer(name)
            let body: [String: Any] = ["Image": "busybox:latest", "Cmd": ["true"], "Labels": labels]
            #expect(try laboratory.engine.post("/containers/create?name=\(name)", body).status == 201)
        }

        private func names(_ engine: Engine, _ filters: String = "") throws -> [String] {
            var target = "/v1.41/containers/json?all=1"
            if !filters.isEmpty { target += "&filters=\(Self.encoded(filters))" }
            let reply = try engine.get(target)
            guard reply.status == 200 else { return ["refused: \(reply.message)"] }
            return reply.array.flatMap { $0["Names"] as? [String] ?? [] }.filter { $0.hasPrefix("/tw-scope") }.sorted()
        }

        private static func encoded(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        }

        /// The names in the events of a span of time.
        private func events(_ engine: Engine, since: Double, _ filters: String = "") throws -> [String] {
            var target = "/v1.41/events?since=\(since)&until=\(Date.now.timeIntervalSince1970 + 1)"
            if !filters.isEmpty { target += "&filters=\(Self.encoded(filters))" }
            let reply = try engine.get(target)
            guard reply.status == 200 else { return ["refused: \(reply.message)"] }
            let lines = reply.text.split(separator: "\n").compactMap { line in
                (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
            }
            let actors = lines.compactMap { $0["Actor"] as? [String: Any] }
            return Set(actors.compactMap { ($0["Attributes"] as? [String: String])?["name"] }).sorted()
        }

        @Test
        func `a client of a label or of names sees no other containers, whatever it filters by`() throws {
            let laboratory = try Laboratory.shared()
            let since = Date.now.timeIntervalSince1970
            let all = ["tw-scope-a": "ci", "tw-scope-b": "ci", "tw-scope": "db", "tw-scope-ab": "db"]
            for (name, team) in all { try make(laboratory, name, ["team": team, "shape": "round"]) }
            defer { for name in all.keys { try? laboratory.engine.removeContainer(name) } }

            let labelled = try Guard(
                in: laboratory,
                named: "labelled",
                policy: "default: {containers: {labels: [team=ci]}}"
            )
            let own = ["/tw-scope-a", "/tw-scope-b"]
            #expect(try names(labelled.engine) == own)
            #expect(try names(labelled.engine, #"{"label":["shape=round"]}"#) == own)
            #expect(try names(labelled.engine, #"{"label":{"team=db":true}}"#) == [])
            #expect(try names(labelled.engine, #"{"name":["tw-scope-ab","tw-scope-a"]}"#) == ["/tw-scope-a"])
            #expect(try events(labelled.engine, since: since) == ["tw-scope-a", "tw-scope-b"])
            #expect(
                try events(labelled.engine, since: since, #"{"label":["shape=round"]}"#) == [
                    "tw-scope-a", "tw-scope-b",
                ]
            )
            #expect(try labelled.engine.get("/v1.41/system/df").status == 403)
            #expect(try labelled.engine.get("/v1.41/containers/tw-scope/json").status == 403)
            #expect(try labelled.engine.get("/v1.41/networks").status == 200)

            let named = try Guard(
                in: laboratory,
                named: "named",
                policy: "default: {containers: {names: [tw-scope, tw-scope-a]}}"
            )
            #expect(try names(named.engine) == ["/tw-scope", "/tw-scope-a"])
            // The engine takes ids and names together by "and".
            let other = try #require(try laboratory.engine.container("tw-scope-b")?["Id"] as? String)
            #expect(try names(named.engine, "{\"id\":[\"\(other)\"]}") == [])
            #expect(try names(named.engine, #"{"name":["^tw-scope-a$"]}"#) == ["/tw-scope-a"])
            #expect(try named.engine.get("/v1.41/events?until=1").status == 403)
            let begun = try Guard(
                in: laboratory,
                named: "begun",
                policy: "default: {containers: {names: ['tw-scope-a*']}}"
            )
            #expect(try events(begun.engine, since: since) == ["tw-scope-a", "tw-scope-ab"])

            // What is removed is the client's own.
            for name in all.keys { _ = try laboratory.engine.post("/containers/\(name)/start") }
            for name in all.keys { _ = try laboratory.engine.post("/containers/\(name)/wait") }
            #expect(try labelled.engine.post("/v1.41/containers/prune").status == 200)
            #expect(try names(laboratory.engine) == ["/tw-scope", "/tw-scope-ab"])
        }
    }
}
