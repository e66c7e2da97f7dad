import Foundation
import Testing

/// The routes by which management applications deploy containers, asked for by curl through a real nginx.
///
/// What answers behind it says the same to everybody: how the applications answer does not matter here.
@Suite(
    .enabled(
        if: EngineHost.isPossible && Proxies.hasNginx && Recorded.routes != nil,
        "needs root, nginx and the recorded table of routes beside the project: they are NOT asked for through nginx"
    )
)
struct ManagementRouteTests {
    private static let routes = [
        "portainer": "portainer", "argo-workflows": "argo-workflows", "kubeflow-notebooks": "kubeflow-notebooks",
        "rancher": "rancher", "kubernetes-dashboard": "kubernetes-dashboard",
    ]

    @Test func `each is a deployment by its application's route, and what only looks is none`() async throws {
        let rows = try #require(Recorded.routes).filter { Self.routes[$0.app] != nil && $0.effect == "deploy" }
        #expect(Set(rows.map(\.app)).count == Self.routes.count)
        let host = try await EngineHost()
        let way = try #require(
            try await Proxies(host: host, upstream: host.socket)
                .startNginx(location: "default_type application/json; return 201 '{}';").first
        )
        let watcher = try Watcher()
        try watcher.configure(way.source)
        try watcher.start()
        #expect(try await watcher.follows([way.name]), "\(watcher.messages)")
        var wanted: [String] = []
        for row in rows {
            let user = ["-u", "ann:secret"]
            for method in row.method.split(separator: "|") {
                #expect(
                    try await host.request(String(method), row.example, port: way.port, body: "{}", more: user) == 201
                )
                wanted.append(Self.routes[row.app] ?? "")
            }
            #expect(try await host.request("GET", row.example, port: way.port, more: user) == 201)
        }
        let isWhole = try await eventually { try watcher.deployments().count >= wanted.count }
        #expect(isWhole, "\(watcher.messages)")
        #expect(watcher.stop() == 0)
        let found = try watcher.deployments()
        #expect(found.compactMap { value($0, "deployment.route") }.sorted() == wanted.sorted())
        #expect(Set(found.map { value($0, "source.ip") }) == [host.client])
        #expect(Set(found.map { value($0, "user.name") }) == ["ann"])
    }
}
