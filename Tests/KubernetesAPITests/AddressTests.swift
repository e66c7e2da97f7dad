import KubernetesAPI
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        "http://10.0.0.1", "https://", "https://:443", "https:///x", "https://a@b", "https://a?b", "a:6443", "",
    ])
    func `what is no address over TLS is refused`(url: String) {
        #expect(throws: APIError.self) { try APIServer(url: url) }
    }

    @Test func `an address may have a path, and ends in no slash`() throws {
        #expect(try APIServer(url: "https://rancher.example.com/k8s/clusters/c-1/").url.hasSuffix("/c-1"))
    }

    @Test func `a pod finds its cluster`() throws {
        let environment = ["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"]
        let server = try APIServer.inCluster(environment: environment)
        #expect(server.url == "https://10.96.0.1:443")
        #expect(server.tokenFile == "/var/run/secrets/kubernetes.io/serviceaccount/token")
        #expect(server.authorityFile == "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")
        let six = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        #expect(try APIServer.inCluster(environment: six).url == "https://[fd00::1]:443")
        #expect(throws: APIError.self) { try APIServer.inCluster(environment: [:]) }
    }

    @Test(arguments: ["web", "a/b/c", "/web", "shop/", "Shop/web", "shop/we_b", "shop/-web", "sh.op/web", "shop/a..b"])
    func `what is no name in a namespace is refused`(text: String) {
        #expect(throws: APIError.self) { try NamespacedName(parsing: text) }
    }

    @Test func `a name in a namespace is read`() throws {
        let name = try NamespacedName(parsing: "tide-1/policy.v2")
        #expect(name.namespace == "tide-1" && name.name == "policy.v2" && "\(name)" == "tide-1/policy.v2")
    }

    @Test(arguments: ["", ".", "..", "a/b", "%2e%2e"])
    func `a name that would lead elsewhere is not asked for`(name: String) async throws {
        try await APIClient.connected(to: try APIServer(url: "https://127.0.0.1:1")) { api in
            let error = await failure { () throws(APIError) in try await api.get(name, of: .namespaces) }
            #expect(error?.code == .configuration)
        }
    }
}
