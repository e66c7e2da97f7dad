import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// An API server in miniature, over TLS: get, create, replace, patch, delete, list in pages, and watch.
///
/// It stands for kube-apiserver, which needs etcd and cannot be had in the tests. It checks the token, names and
/// versions, and nothing else: it knows no schema, no roles and no admission.
///
/// No actor: tests that run the binary block threads that an actor would need while they wait for it, so all of this is
/// done on event loops. It serves until nothing refers to it any more.
package final class FakeAPIServer: Sendable {
    /// `https://127.0.0.1:PORT`.
    package let url: String
    /// The files that a client is given, named as a pod's service account has them.
    package let tokenFile: String
    package let authorityFile: String
    /// A client's certificate and its key, of the same authority.
    package let clientCertificateFile: String
    package let clientKeyFile: String

    private let listener: any Channel
    private let service: FakeService

    /// Serves from now on.
    ///
    /// - Parameters:
    ///   - folder: where `token`, `ca.crt`, `client.crt` and `client.key` are written.
    ///   - clients: whether a client has to show a certificate of the authority's.
    ///   - name: the one name in its certificate; nil for 127.0.0.1 and localhost.
    package init(in folder: String, clients: FakeClients = .any, name: String? = nil) throws {
        let authority = try FakeAuthority(serverName: name)
        tokenFile = folder + "/token"
        authorityFile = folder + "/ca.crt"
        try authority.pem.write(toFile: authorityFile, atomically: true, encoding: .utf8)
        clientCertificateFile = folder + "/client.crt"
        clientKeyFile = folder + "/client.key"
        try authority.clientPEM.write(toFile: clientCertificateFile, atomically: true, encoding: .utf8)
        try authority.clientKeyPEM.write(toFile: clientKeyFile, atomically: true, encoding: .utf8)
        let service = FakeService()
        self.service = service
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(authority.certificate)],
            privateKey: .privateKey(authority.key)
        )
        if clients == .withCertificates {
            configuration.certificateVerification = .noHostnameVerification
            let roots = try NIOSSLCertificate.fromPEMBytes(Array(authority.pem.utf8))
            configuration.trustRoots = .certificates(roots)
        }
        let tls = try NIOSSLContext(configuration: configuration)
        listener = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(FakeConnection(service))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        url = "https://127.0.0.1:\(listener.localAddress?.port ?? 0)"
        try replaceToken()
    }

    deinit {
        listener.close(promise: nil)
        service.endWatches(inOrder: false)
    }

    /// Takes another token from now on, and none before it; the file holds it already.
    package func replaceToken() throws {
        let token = "token-\(UInt64.random(in: 0...(.max)))"
        try token.write(toFile: tokenFile, atomically: true, encoding: .utf8)
        service.replace(token: token)
    }

    // MARK: Objects, by their paths

    /// Makes an object, or puts it in the place of another, as somebody with all rights does.
    package func put(_ json: String, at path: String) throws { service.put(try Tree(json: json), at: path) }

    package func remove(_ path: String) { service.remove(path) }

    /// What is stored there.
    package func object(at path: String) -> Tree? { service.object(at: path) }

    /// Makes a namespace with labels, or changes them.
    package func putNamespace(_ name: String, labels: [String: String] = [:]) {
        let metadata: [String: Tree] = ["labels": .map(labels.mapValues { .text($0) })]
        service.put(
            .map(["kind": .text("Namespace"), "apiVersion": .text("v1"), "metadata": .map(metadata)]),
            at: "/api/v1/namespaces/\(name)"
        )
    }

    // MARK: Bad days

    /// Ends every watch that is open.
    ///
    /// - Parameter inOrder: whether as after a time that was agreed on, or by breaking the connection.
    package func endWatches(inOrder: Bool) { service.endWatches(inOrder: inOrder) }

    /// Forgets all events, so that whoever asks for what happened since then has to list anew.
    package func compact() { service.compact() }

    /// Tells every watch the version of the day, without a change.
    package func bookmark() { service.bookmark() }

    /// Answers requests with that status for which `METHOD PATH?QUERY` holds a text, until ``mend()``.
    package func fail(_ text: String, with code: Int, _ reason: String, _ message: String) {
        service.fail(FakeService.Failure(text: text, answer: .failure(code, reason, message)))
    }

    /// Does not answer such requests at all.
    package func stall(_ text: String) { service.fail(FakeService.Failure(text: text, answer: nil)) }

    /// Is well again.
    package func mend() { service.mend() }

    /// Every request so far: `METHOD PATH?QUERY`.
    package var requests: [String] { service.requests }

    /// How many watches are open.
    package var openWatches: Int { service.openWatches }
}

/// Who may connect to a fake API server.
package enum FakeClients: Sendable {
    case any
    /// Those with a certificate of its authority's.
    case withCertificates
}
