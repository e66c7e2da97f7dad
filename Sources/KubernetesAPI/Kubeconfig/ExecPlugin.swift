internal import Foundation
internal import JSON

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A program that a kubeconfig names for credentials (client.authentication.k8s.io), such as a cloud provider's login.
///
/// Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins.
package struct ExecPlugin: Sendable, Equatable {
    /// Looked for in PATH when it has no slash.
    package var command: String
    package var arguments: [String] = []
    /// Added to the process's own environment.
    package var environment: [String: String] = [:]
    /// `client.authentication.k8s.io/v1`.
    package var apiVersion: String
    /// Whether it is told which cluster it is for.
    package var wantsCluster = false
    /// Whether it cannot do without a person.
    package var isInteractive = false

    package init(command: String, apiVersion: String) {
        self.command = command
        self.apiVersion = apiVersion
    }

    /// What the program gave.
    struct Credential: Equatable {
        var token: String?
        var certificate: String?
        var key: String?

        func give(to server: inout APIServer) {
            if let token { server.token = .bytes(Array(token.utf8)) }
            guard let certificate, let key else { return }
            server.clientCertificate = .bytes(Array(certificate.utf8))
            server.clientKey = .bytes(Array(key.utf8))
        }
    }

    private static let maximumAnswer = 1 << 20
    /// Logins ask servers of their own.
    private static let patience = 60.0
    private static let versions = ["v1", "v1beta1"].map { "client.authentication.k8s.io/\($0)" }

    /// Runs it, and waits for what it answers.
    ///
    /// - Throws: ``APIError`` of code ``APIError/Code/configuration``; never with what it printed, which may be a secret.
    func run(for cluster: Kubeconfig.Cluster) throws(APIError) -> Credential {
        func failed(_ reason: String) -> APIError { APIError(.configuration, "its program '\(command)' \(reason)") }
        guard Self.versions.contains(apiVersion) else {
            throw failed("is of the version '\(apiVersion)', which is none of \(Self.versions.joined(separator: ", "))")
        }
        guard !isInteractive else {
            throw failed("asks a person (interactiveMode: Always); log in first, and name a token")
        }
        guard let path else { throw failed("is not in PATH") }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            .merging(["KUBERNETES_EXEC_INFO": information(cluster)]) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        do { try process.run() } catch { throw failed("cannot be run") }
        let identifier = process.processIdentifier
        let end = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience, execute: end)
        let bytes = (try? output.fileHandleForReading.read(upToCount: Self.maximumAnswer)) ?? Data()
        process.waitUntilExit()
        end.cancel()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw failed("ended with \(process.terminationStatus); run it by hand to see why")
        }
        do {
            return try credential(Array(bytes))
        } catch {
            throw failed(error.message)
        }
    }

    private var path: String? {
        if command.contains("/") { return command }
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return folders.map { "\($0)/\(command)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What the program is told, in its environment.
    private func information(_ cluster: Kubeconfig.Cluster) -> String {
        var spec = #""interactive":false"#
        if wantsCluster {
            var members = ["\"server\":\(JSONValue.quote(cluster.server))"]
            if let authority = try? cluster.authority?.contents("the API server's authority") {
                members.append("\"certificate-authority-data\":\"\(Data(authority).base64EncodedString())\"")
            }
            if let name = cluster.serverName { members.append("\"tls-server-name\":\(JSONValue.quote(name))") }
            spec += ",\"cluster\":{\(members.joined(separator: ","))}"
        }
        return "{\"apiVersion\":\"\(apiVersion)\",\"kind\":\"ExecCredential\",\"spec\":{\(spec)}}"
    }

    private func credential(_ bytes: [UInt8]) throws(APIError) -> Credential {
        let (kind, version, credential) = try bytes.readObject(limit: Self.maximumAnswer) { answer in
            let status = answer["status"]
            return (
                answer["kind"]?.string, answer["apiVersion"]?.string,
                Credential(
                    token: status?["token"]?.string,
                    certificate: status?["clientCertificateData"]?.string,
                    key: status?["clientKeyData"]?.string
                )
            )
        }
        guard kind == "ExecCredential", version == apiVersion else {
            throw APIError(.configuration, "answers with no ExecCredential of \(apiVersion)")
        }
        guard credential.token != nil || credential.certificate != nil && credential.key != nil else {
            throw APIError(.configuration, "answers with neither a token nor a certificate and its key")
        }
        return credential
    }
}
