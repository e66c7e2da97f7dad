import Foundation
import Testing

/// Proxies before a real Docker Engine, asked by the Docker client and curl, and watched with the engine's events.
@Suite(
    .serialized,
    .enabled(if: EngineHost.isPossible, "\(EngineHost.need): proxies before a real engine are NOT tried")
)
struct ProxyTests {
    enum Server: String, CaseIterable {
        case nginx, haproxy, envoy
    }

    /// What the engine and the proxy say of one container.
    private struct Seen: Equatable {
        var route: String?
        var address: String?
        var image: String?
        var trail: Set<String>
        /// How often the finding was told.
        var told: Int
    }

    private static let rule = "Host's Root File System Mounted Writable"

    private static let isThere: [Server: Bool] = [
        .nginx: Proxies.hasNginx, .haproxy: Proxies.hasHAProxy, .envoy: Envoy.program != nil,
    ]

    private func ways(_ server: Server, _ proxies: Proxies) async throws -> [Proxies.Way] {
        switch server {
        case .nginx: try await proxies.startNginx()
        case .haproxy: try await proxies.startHAProxy()
        case .envoy: try await proxies.startEnvoy()
        }
    }

    @Test(arguments: Server.allCases)
    func `a container created through a proxy is one deployment with the trail of both, told once`(server: Server)
        async throws
    {
        guard Self.isThere[server] == true else {
            return print("skipped for \(server): it could not be had (Scripts/setup tests; Envoy from PyPI)")
        }
        let host = try await EngineHost()
        let ways = try await ways(server, Proxies(host: host, upstream: host.socket))
        let watcher = try Watcher()
        watcher.wrapper = try host.networked([])
        let engine = "  - name: docker\n    docker-events: {engine: 'unix://\(host.socket)'}\n"
        try watcher.configure(
            engine + ways.map(\.source).joined(separator: "\n"),
            outputs: "[{file: {path: \(watcher.path("told.jsonl"))}}]",
            more: "lateness: 1s"
        )
        try watcher.start()
        #expect(try await watcher.follows(["docker"] + ways.map(\.name)), "\(watcher.messages)")
        for way in ways {
            // Reads, of which nothing is to be told.
            #expect(try await host.request("GET", "/v1.41/containers/json?all=1", port: way.port) == 200)
            try await host.docker(["images"], port: way.port)
            try await host.docker(
                ["create", "--name", "cli-\(way.name)", "-v", "/:/host", "busybox", "true"],
                port: way.port
            )
            let body = #"{"Image":"busybox","Cmd":["true"],"HostConfig":{"Binds":["/:/host"]}}"#
            let target = "/v1.41/containers/create?name=curl-\(way.name)"
            #expect(try await host.request("POST", target, port: way.port, body: body) == 201)
            #expect(try await host.request("GET", "/v1.41/containers/curl-\(way.name)/json", port: way.port) == 200)
        }
        let names = ways.flatMap { way in ["cli-\(way.name)", "curl-\(way.name)"] }
        let isSeen = try await eventually(within: 60) {
            let found = try seen(by: watcher)
            return names.allSatisfy { found[$0]?.trail.count == 2 && found[$0]?.told == 1 }
        }
        #expect(isSeen, "\(watcher.messages)")
        #expect(watcher.stop() == 0)
        var wanted: [String: Seen] = [:]
        for way in ways {
            for name in ["cli-\(way.name)", "curl-\(way.name)"] {
                wanted[name] = Seen(
                    route: "docker-api",
                    address: host.client,
                    image: "docker.io/library/busybox",
                    trail: ["docker", way.name],
                    told: 1
                )
            }
        }
        #expect(try seen(by: watcher) == wanted)
        // One deployment for each, and none for what was only looked at.
        let actions = try watcher.deployments().compactMap { value($0, "event.action") }
        #expect(actions == Array(repeating: "container-create", count: names.count))
    }

    /// The containers that the rule was told of, by name.
    private func seen(by watcher: Watcher) throws -> [String: Seen] {
        let told = try watcher.told("told.jsonl").filter { value($0, "rule.name") == Self.rule }
        var seen: [String: Seen] = [:]
        for finding in try watcher.findings() where value(finding, "rule.name") == Self.rule {
            let id = value(finding, "tidewaiter.finding.id") ?? ""
            let name = value(finding, "container.name") ?? id
            #expect(seen[name] == nil, "\(name) was found twice")
            let deployment = try watcher.deployments().first { value($0, "container.name") == name } ?? [:]
            seen[name] = Seen(
                route: value(deployment, "deployment.route"),
                address: value(deployment, "source.ip"),
                image: value(deployment, "container.image.name"),
                trail: Set(try watcher.trail(ofFinding: id)),
                told: told.count { value($0, "container.name") == name }
            )
        }
        return seen
    }

    @Test(.enabled(if: Proxies.hasNginx, "needs nginx (Scripts/setup tests)"))
    func `whoever looks, creates, starts and enters through a proxy is told as it happens`() async throws {
        let host = try await EngineHost()
        let way = try #require(try await Proxies(host: host, upstream: host.socket).startNginx().first)
        let watcher = try Watcher()
        watcher.wrapper = try host.networked([])
        let engine = "  - name: docker\n    docker-events: {engine: 'unix://\(host.socket)'}\n"
        try watcher.configure(engine + way.source, more: "lateness: 1s")
        try watcher.start()
        #expect(try await watcher.follows(["docker", way.name]), "\(watcher.messages)")
        #expect(try await host.request("GET", "/v1.41/containers/json", port: way.port) == 200)
        let body = #"{"Image":"busybox","Cmd":["sleep","600"]}"#
        #expect(try await host.request("POST", "/v1.41/containers/create?name=foot", port: way.port, body: body) == 201)
        #expect(try await host.request("POST", "/v1.41/containers/foot/start", port: way.port) == 204)
        #expect(try await host.docker(["exec", "foot", "true"], port: way.port) == "")
        let title = "Engine Looked Over, Container Created And Entered Without Login"
        let isTold = try await eventually(within: 60) {
            try watcher.findings().contains { value($0, "rule.name") == title }
        }
        let titles = try watcher.findings().compactMap { value($0, "rule.name") }
        #expect(isTold, "\(titles) \(watcher.messages)")
        #expect(watcher.stop() == 0)
        let found = try watcher.findings().filter { value($0, "rule.name") == title }
        #expect(found.count == 1)
    }
}
