import Foundation
import Testing

@testable import KubernetesAPI

@Suite struct ExecPluginTests {
    /// A kubeconfig beside a program that answers so.
    private final class Login: Sendable {
        let folder = FileManager.default.temporaryDirectory.appending(path: "login-\(UUID())")

        init(_ script: String, exec: String = "") throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let program = folder.appending(path: "login")
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: program)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
            let text = """
                apiVersion: v1
                kind: Config
                current-context: c
                clusters: [{name: k, cluster: {server: "https://192.0.2.1:6443"}}]
                contexts: [{name: c, context: {cluster: k, user: u}}]
                users:
                  - name: u
                    user:
                      exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login\(exec)}
                """
            try Data(text.utf8).write(to: folder.appending(path: "config"))
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func server(runsPlugins: Bool = true) throws(APIError) -> APIServer {
            let path = folder.appending(path: "config").path
            return try Kubeconfig(readingFileAt: path).server(file: path, runsPlugins: runsPlugins)
        }
    }

    private static func answer(_ status: String) -> String {
        #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":\#(status)}'"#
    }

    @Test func `the token that a program gives is the user's`() throws {
        let login = try Login(Self.answer(#"{"token":"abc"}"#))
        #expect(try login.server().token == .bytes(Array("abc".utf8)))
    }

    @Test func `the certificate that a program gives is the user's`() throws {
        let login = try Login(Self.answer(#"{"clientCertificateData":"c","clientKeyData":"k"}"#))
        let server = try login.server()
        #expect(server.clientCertificate == .bytes(Array("c".utf8)))
        #expect(server.clientKey == .bytes(Array("k".utf8)))
    }

    @Test func `the program is given its arguments and environment, and told what it is for`() throws {
        let script = """
            case "$KUBERNETES_EXEC_INFO" in *'"server":"https://192.0.2.1:6443"'*) ;; *) exit 9 ;; esac
            printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
            printf '"status":{"token":"%s-%s"}}' "$1" "$ROLE"
            """
        let login = try Login(
            script,
            exec: ", args: [get-token], env: [{name: ROLE, value: auditor}], provideClusterInfo: true"
        )
        #expect(try login.server().token == .bytes(Array("get-token-auditor".utf8)))
    }

    @Test(arguments: [
        ("exit 3", "ended with 3; run it by hand to see why"),
        ("echo secret", "answers with"), (answer("{}"), "answers with neither a token nor a certificate and its key"),
        (
            #"echo '{"apiVersion":"v2","kind":"ExecCredential","status":{"token":"t"}}'"#,
            "answers with no ExecCredential"
        ),
    ])
    func `a program that gives nothing is told of, without what it printed`(_ script: String, _ reason: String) throws {
        let login = try Login(script)
        let error = #expect(throws: APIError.self) { try login.server() }
        #expect(error?.message.contains("secret") == false)
        if script != "echo secret" { #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")") }
    }

    @Test func `a program that needs a person is not run`() throws {
        let login = try Login("touch \(NSTemporaryDirectory())/never; exit 1", exec: ", interactiveMode: Always")
        let error = #expect(throws: APIError.self) { try login.server() }
        #expect(error?.message.contains("asks a person") == true)
    }

    @Test func `a service runs no program`() throws {
        let login = try Login(Self.answer(#"{"token":"abc"}"#))
        let error = #expect(throws: APIError.self) { try login.server(runsPlugins: false) }
        #expect(error?.message.contains("no command is run for credentials") == true)
    }
}
