import Foundation
import Sigma
import Testing

@testable import KubernetesAPI

@Suite struct KubeconfigTests {
    /// A kubeconfig with one of each; what is given stands in the cluster and the user.
    private func text(cluster: String = "", user: String = "", more: String = "") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: there
        clusters:
          - name: theirs
            cluster: {server: "https://192.0.2.1:6443"\(cluster.isEmpty ? "" : ", " + cluster)}
        users:
          - name: me
            user: {\(user)}
        contexts:
          - name: there
            context: {cluster: theirs, user: me, namespace: shop}
        \(more)
        """
    }

    private func server(
        _ text: String,
        context: String? = nil,
        allowsUnverified: Bool = false
    ) throws -> APIServer {
        let (kubeconfig, diagnostics) = Kubeconfig.read(text, file: "/etc/k/config")
        #expect(diagnostics.isEmpty)
        return try #require(kubeconfig).server(
            context: context,
            file: "/etc/k/config",
            allowsUnverified: allowsUnverified
        )
    }

    private func complaints(_ text: String) -> [String] {
        Kubeconfig.read(text, file: "/etc/k/config").diagnostics.map(\.description)
    }

    @Test func `files are looked for beside the kubeconfig, and data go before them`() throws {
        let authority = Data("authority".utf8).base64EncodedString()
        let server = try server(
            text(
                cluster: "certificate-authority: ca.crt, certificate-authority-data: \(authority)",
                user: "client-certificate: pki/me.crt, client-key: /abs/me.key"
            )
        )
        #expect(server.url == "https://192.0.2.1:6443")
        #expect(server.authority == .bytes(Array("authority".utf8)))
        #expect(server.clientCertificate == .file("/etc/k/pki/me.crt"))
        #expect(server.clientKey == .file("/abs/me.key"))
        #expect(server.token == nil && server.isVerified && server.serverName == nil)
    }

    @Test func `a token's file goes before a token, which may be old`() throws {
        #expect(try server(text(user: "token: abc")).token == .bytes(Array("abc".utf8)))
        #expect(try server(text(user: "token: abc, tokenFile: t")).token == .file("/etc/k/t"))
        #expect(try server(text(user: "token: '', tokenFile: ''")).token == nil)
    }

    @Test func `a kubeconfig may be JSON, and have what is not known`() throws {
        let json = """
            {"kind":"Config","preferences":{"colors":true},"extensions":[{"name":"x","extension":{}}],
             "clusters":[{"name":"a","cluster":{"server":"https://a:6443","disable-compression":true,"extensions":[]}}],
             "contexts":[{"name":"c","context":{"cluster":"a","user":""}}],"current-context":"c","users":null}
            """
        #expect(try server(json).url == "https://a:6443")
    }

    @Test func `another context is taken by its name`() throws {
        let more = """
              - name: elsewhere
                context: {cluster: nowhere, user: me}
              - name: nobody
                context: {cluster: theirs, user: no one}
            """
        let text = text(more: more)
        #expect(try server(text, context: "there").url == "https://192.0.2.1:6443")
        for (context, words) in [
            ("other", "it has no context 'other'; one of: elsewhere, nobody, there"),
            ("elsewhere", "of a cluster 'nowhere', which is not there"),
            ("nobody", "of a user 'no one', who is not there"),
        ] {
            let error = #expect(throws: APIError.self) { try server(text, context: context) }
            #expect(error?.message.contains(words) == true && error?.code == .configuration, "\(error?.message ?? "")")
        }
        let error = #expect(throws: APIError.self) {
            try server(text.replacing("current-context: there", with: "current-context: ''"))
        }
        #expect(error?.message.contains("it has no current-context") == true)
    }

    @Test func `a server that need not show who it is has to be allowed`() throws {
        let text = text(cluster: "insecure-skip-tls-verify: true")
        let error = #expect(throws: APIError.self) { try server(text) }
        #expect(error?.message.contains("insecure-skip-tls-verify") == true)
        #expect(try server(text, allowsUnverified: true).isVerified == false)
        #expect(try server(self.text(), allowsUnverified: true).isVerified)
    }

    @Test(arguments: [
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}", "auth-provider: {name: gcp}",
        "username: admin, password: hunter2", "as: root", "as-groups: ['system:masters']", "as-uid: '0'",
        "as-user-extra: {a: [b]}",
    ])
    func `a user who is shown in a way that is not spoken here is refused, and no other`(user: String) throws {
        let key = String(user.prefix { $0 != ":" })
        let more = """
              - name: other
                context: {cluster: theirs, user: other}
            """
        let text = text(user: user, more: more)
            .replacing("contexts:\n", with: "  - {name: other, user: {token: abc}}\ncontexts:\n")
        let error = #expect(throws: APIError.self) { try server(text) }
        #expect(error?.message.contains("the user 'me' cannot be used: '") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("/etc/k/config:") == true)
        #expect(error?.message.contains("hunter2") == false)
        #expect(key == "username" || error?.message.contains("'\(key)'") == true)
        #expect(try server(text, context: "other").token == .bytes(Array("abc".utf8)))
    }

    @Test(arguments: [
        ("", "/etc/k/config:1:1: error: a kubeconfig is a map"), ("[]", "a kubeconfig is a map"),
        ("kind: Pod", "its kind is not Config"), ("apiVersion: v2", "its apiVersion is not v1"),
        ("clusters: {}", "'clusters' must be a list"), ("clusters: [a]", "has a 'name' and a 'cluster'"),
        ("clusters: [{name: a}]", "has a 'name' and a 'cluster'"),
        ("clusters: [{name: a, cluster: {}}]", "a cluster has a 'server'"),
        ("users: [{name: a, user: {}}, {name: a, user: {}}]", "two of 'users' are called 'a'"),
        ("users: [{name: a, user: {client-key: k}}]", "a client certificate and its key belong together"),
        ("users: [{name: a, user: {client-key-data: '!!'}}]", "'client-key-data' is no base64"),
        ("users: [{name: a, user: {token: [x]}}]", "'token' must be text"),
        ("a: 1\na: 2", "stands twice"), ("a: 1\n---\nb: 2", "a kubeconfig is one document"),
        ("clusters: [{name: a, cluster: {server: x, proxy-url: 'socks5://p'}}]", "not asked through a proxy"),
        ("clusters: [{name: a, cluster: {server: x, tls-server-name: 192.0.2.1}}]", "not an address"),
        ("clusters: [{name: a, cluster: {server: x, tls-server-name: 'a b'}}]", "not an address"),
        (
            "clusters: [{name: a, cluster: {server: x, certificate-authority: c, insecure-skip-tls-verify: true}}]",
            "contradict each other"
        ),
    ])
    func `each mistake is told with its place`(text: String, complaint: String) {
        let complaints = complaints(text)
        #expect(complaints.first?.hasPrefix("/etc/k/config:") == true, "\(complaints)")
        #expect(complaints.first?.contains(complaint) == true, "\(complaints)")
    }

    @Test func `what is secret is never quoted`() throws {
        let secret = "c2VjcmV0LWtleQ"
        for user in ["client-key-data: '\(secret)'", "token: {a: \(secret)}", "client-key-data: [\(secret)]"] {
            #expect(!complaints(text(user: user)).joined().contains(secret))
        }
        let server = try server(text(user: "token: \(secret)"))
        #expect(!"\(server)".contains(secret) && !"\(server.token.map { "\($0)" } ?? "")".contains(secret))
    }

    @Test func `what is too large, too deep or refers to itself is refused`() throws {
        let deep = String(repeating: "[", count: 1_000)
        #expect(!complaints("clusters: \(deep)").isEmpty)
        let bomb =
            "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            + (1..<9).map { index in
                let last = index == 1 ? "a" : "a\(index - 1)"
                return "a\(index): &a\(index) [\(Array(repeating: "*\(last)", count: 10).joined(separator: ","))]\n"
            }.joined()
        #expect(!complaints(bomb).isEmpty)
        let folder = FileManager.default.temporaryDirectory.appending(path: "kubeconfig-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "config").path
        try Data(repeating: 32, count: (1 << 20) + 1).write(to: URL(filePath: file))
        let large = #expect(throws: APIError.self) { try Kubeconfig(readingFileAt: file) }
        #expect(large?.message.contains("at most a mebibyte") == true)
        let absent = #expect(throws: APIError.self) { try Kubeconfig(readingFileAt: folder.path + "/none") }
        #expect(absent?.message == "\(folder.path)/none: the kubeconfig cannot be read")
        #expect(throws: APIError.self) { try Kubeconfig(readingFileAt: folder.path) }
    }

    @Test(arguments: [
        ("https://192.0.2.1:6443", "https://kubernetes:6443", "192.0.2.1", "192.0.2.1:6443"),
        ("https://[fd00::1]:6443/k8s", "https://kubernetes:6443/k8s", "fd00::1", "[fd00::1]:6443"),
        ("https://api.example.com", "https://kubernetes", "api.example.com", "api.example.com"),
    ])
    func `a server of another name is connected to where it is`(
        url: String,
        asked: String,
        host: String,
        header: String
    ) throws {
        var server = try APIServer(url: url)
        #expect(server.addressing == .init(url: url))
        server.serverName = "kubernetes"
        #expect(server.addressing == .init(url: asked, hosts: ["kubernetes": host], host: header))
    }
}
