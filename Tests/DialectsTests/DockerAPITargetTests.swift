import Testing

@testable import Dialects

@Suite struct `Reading a Docker API request's target` {
    private func request(_ method: String, _ target: String) throws -> DockerAPIRequest {
        try DockerAPIRequest(method: method, target: target)
    }

    private func status(_ method: String, _ target: String) -> Int? {
        do throws(ReadingRefusal) {
            _ = try DockerAPIRequest(method: method, target: target)
            return nil
        } catch {
            return error.status
        }
    }

    @Test(arguments: DockerEndpoint.allCases)
    func `each endpoint is found by its own path, with and without a version`(_ endpoint: DockerEndpoint) throws {
        guard endpoint != .options else { return }
        let path = endpoint.pattern.replacing("{name}", with: "some-name").replacing("{checkpoint}", with: "c")
            .replacing("{destination}", with: "quay.io/a/b")
        for prefix in ["", "/v1.41"] {
            let request = try request(String(endpoint.method), prefix + path)
            #expect(request.endpoint == endpoint)
            #expect(request.version == (prefix.isEmpty ? nil : APIVersion(1, 41)))
            #expect(request.name == (endpoint.pattern.contains("{name}") ? "some-name" : nil))
            #expect(request.canonicalTarget == prefix + path)
        }
    }

    @Test(arguments: [
        ("/v1.41./containers/create", "/v1.41/containers/create"),
        ("/v1.41.0/containers/create", "/v1.41/containers/create"),
        ("/v01.041/containers/create", "/v1.41/containers/create"),
        ("/v1.41/%63ontainers/%63reate", "/v1.41/containers/create"),
        ("/v1.41/containers%2Fcreate", "/v1.41/containers/create"),
        ("/%761.41/containers/create", "/v1.41/containers/create"),
        ("http://docker/v1.41/containers/create", "/v1.41/containers/create"),
        ("gopher://[::1]:70/containers/create?name=a", "/containers/create?name=a"),
        ("/containers/create?name=a%2Fb+c&&x", "/containers/create?name=a%2Fb%20c&x="),
    ])
    func `every spelling that the daemon takes becomes the plain one`(_ sent: String, _ plain: String) throws {
        let request = try request("POST", sent)
        #expect(request.endpoint == .containerCreate)
        #expect(request.canonicalTarget == plain)
        #expect(try self.request("POST", plain) == request)
    }

    @Test(arguments: [
        "//containers/create", "/v1.41//containers/create", "/v1.41/./containers/create",
        "/v1.41/x/../containers/create", "/v1.41/x/%2e%2e/containers/create", "/..", "/containers/a/.", "",
        "containers/create", "*", "http://docker", "http:/containers/create", "http://a@b/containers/create",
        "/containers/create#x", "/containers/create?a=b#c", "/containers/%zz/start", "/containers/a%2/start",
        "/containers/a%00/start", "/containers/a%0A/start", "/containers/%ff/start", "/containers/\u{e9}/start",
        "/containers/a b/start", "/containers/create?a=%zz", "/containers/create?a=%00", "/containers/create?a=1;b=2",
        "/containers/create?name=a&name=b", "/containers/create?Name=a", "/v1/containers/create",
        "/v.../containers/create", "/v1..41/containers/create", "/v1.41.1/containers/create",
        "/v1.11/containers/create",
        "/v9.99/containers/create", "/v1.99999999999999999999/containers/create",
    ])
    func `what can be read in two ways is a bad request`(_ target: String) {
        #expect(status("POST", target) == 400)
    }

    @Test(arguments: [
        ("POST", "/containers/create/"), ("POST", "/Containers/create"), ("POST", "/V1.41/containers/create"),
        ("post", "/containers/create"), ("PUT", "/containers/create"), ("GET", "/containers/create"), ("GET", "/"),
        ("HEAD", "/containers/json"), ("HEAD", "/version"), ("POST", "/v1.41x/containers/create"),
        ("GET", "/services/a/b"), ("GET", "/nowhere"), ("DELETE", "/containers/"), ("POST", "/containers/create%3F"),
        ("POST", "/libpod/nowhere"), ("CONNECT", "/containers/create"),
    ])
    func `what the daemon does not route is not found`(_ method: String, _ target: String) {
        #expect(status(method, target) == 404)
    }

    @Test(arguments: [
        ("GET", "/images/quay.io/a/b:c/json", DockerEndpoint.imageInspect, "quay.io/a/b:c"),
        ("GET", "/images/quay.io%2Fa%2Fb%3Ac/json", .imageInspect, "quay.io/a/b:c"),
        ("POST", "/plugins/a/b/c:latest/enable", .pluginEnable, "a/b/c:latest"),
        ("POST", "/containers/web/kill/start", .containerStart, "web/kill"),
        ("POST", "/containers/create/start", .containerStart, "create"),
        ("GET", "/containers/web/attach/ws", .containerAttachWebSocket, "web"),
        ("DELETE", "/containers/web/checkpoints/c", .checkpointDelete, "web"),
        ("DELETE", "/containers/a/web/checkpoints/c", .containerDelete, "a/web/checkpoints/c"),
        ("DELETE", "/images/a%20b", .imageDelete, "a b"),
        ("GET", "/v5.0.3/libpod/containers/json", .libpodRead, "containers/json"),
    ])
    func `names are what the path's variable holds, slashes and all`(
        _ method: String,
        _ target: String,
        _ endpoint: DockerEndpoint,
        _ name: String
    ) throws {
        let request = try request(method, target)
        #expect(request.endpoint == endpoint)
        #expect(request.name == name)
        #expect(try self.request(method, request.canonicalTarget) == request)
    }

    @Test func `a parameter that is a list may be given twice`() throws {
        #expect(try request("POST", "/build?t=a&t=b").query == [QueryItem("t", "a"), QueryItem("t", "b")])
        #expect(try request("GET", "/images/get?names=a&names=b").canonicalTarget == "/images/get?names=a&names=b")
        #expect(status("POST", "/build?remote=a&remote=b") == 400)
    }

    @Test func `of a Dockerfile that docker-py gives twice, the engine's is forwarded alone`() throws {
        let request = try request("POST", "/v1.41/build?dockerfile=.dockerfile.1&dockerfile=FROM+busybox&rm=1")
        #expect(request.query == [QueryItem("dockerfile", ".dockerfile.1"), QueryItem("rm", "1")])
        #expect(request.canonicalTarget == "/v1.41/build?dockerfile=.dockerfile.1&rm=1")
        #expect(status("POST", "/libpod/build?dockerfile=a&dockerfile=b") == 400)
    }

    @Test func `names of parameters are forwarded to Podman in the API's own case`() throws {
        let request = try request("POST", "/v4.3.1/libpod/containers/a/start?detachkeys=ctrl-p")
        #expect(request.query == [QueryItem("detachKeys", "ctrl-p")])
        let same = try self.request("POST", "/v4.3.1/libpod/containers/a/start?detachKeys=a&detachkeys=a")
        #expect(same.query == [QueryItem("detachKeys", "a")])
        #expect(status("POST", "/v4.3.1/libpod/containers/a/start?detachkeys=a&detachKeys=b") == 400)
        #expect(status("POST", "/v1.41/containers/a/start?detachkeys=ctrl-p") == 400)
    }

    @Test func `a version of three parts is Podman's alone`() throws {
        #expect(try request("GET", "/v4.9.3/libpod/info").canonicalTarget == "/v4.9.3/libpod/info")
        #expect(status("GET", "/v4.9.3/info") == 400)
    }

    @Test func `options are answered for any path`() throws {
        let request = try request("OPTIONS", "/v1.41/any/where")
        #expect(request.endpoint == .options)
        #expect(request.canonicalTarget == "/v1.41/any/where")
    }

    @Test func `the list of networks ends in a slash or not`() throws {
        #expect(try request("GET", "/networks/").canonicalTarget == "/networks")
    }

    @Test(arguments: DockerEndpoint.allCases)
    func `an endpoint that only reads neither deploys nor tunnels`(_ endpoint: DockerEndpoint) {
        if endpoint.onlyReads {
            #expect(endpoint.action == nil)
            #expect(!endpoint.mayTunnel)
        }
    }

    @Test(arguments: DockerEndpoint.allCases)
    func `the router for logs sees the same deployments`(_ endpoint: DockerEndpoint) {
        let target = endpoint.pattern.replacing("{name}", with: "n").replacing("{checkpoint}", with: "c")
            .replacing("{destination}", with: "d")
        let route = DockerRoute(method: String(endpoint.method), target: "/v1.41" + target)
        #expect(route?.action == endpoint.action)
        guard let route else { return }
        #expect(route.isLibpod == endpoint.isLibpod)
        if let subject = route.subject { #expect(subject == "n") }
        // What is read from logs is read at the gate, too.
        let takesNoBody: [DockerEndpoint] = [.libpodContainerStart, .libpodCommit]
        if route.takesJSON, !takesNoBody.contains(endpoint) { #expect(endpoint.body.isJSON) }
    }

    @Test(arguments: DockerEndpoint.allCases)
    func `Podman's own endpoints are a group of their own`(_ endpoint: DockerEndpoint) {
        #expect(endpoint.isLibpod == endpoint.pattern.hasPrefix("/libpod/"))
    }
}
