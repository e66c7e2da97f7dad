internal import Foundation
package import Sigma

/// A kubeconfig (v1): clusters, users, and contexts that join one of each.
///
/// Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/. Of one file: what `$KUBECONFIG` joins of several
/// is not. Keys that are not known are passed over, as `kubectl` does; those that say how somebody is trusted or speaks for
/// another are refused where they are not understood, since to pass over them would be to ask as somebody else.
package struct Kubeconfig: Sendable, Equatable {
    /// A cluster's API server.
    package struct Cluster: Sendable, Equatable {
        package var server: String
        package var authority: Material?
        package var serverName: String?
        /// `insecure-skip-tls-verify`.
        package var isUnverified = false
    }

    /// How one shows who one is.
    package struct User: Sendable, Equatable {
        package var clientCertificate: Material?
        package var clientKey: Material?
        package var token: Material?
        /// The program that has the credentials; services do not run any.
        package var plugin: ExecPlugin?
        /// What the user is shown by that cannot be done here, in words; nil for nothing.
        package var unusable: String?
    }

    /// A cluster, a user there, and the namespace that is meant where none is named.
    package struct Context: Sendable, Equatable {
        package var cluster: String
        package var user: String
        package var namespace: String?
    }

    package var clusters: [String: Cluster] = [:]
    package var users: [String: User] = [:]
    package var contexts: [String: Context] = [:]
    /// The context that is used where none is named.
    package var currentContext: String?

    /// Larger is no kubeconfig.
    static let sizeLimit = 1 << 20

    /// Reads a file's text.
    ///
    /// - Parameter file: its path, by which mistakes are told, and beside which relative paths in it are looked for.
    /// - Returns: the kubeconfig, nil where it has errors; and what is wrong, each with its place.
    package static func read(_ text: String, file: String) -> (kubeconfig: Kubeconfig?, diagnostics: [Diagnostic]) {
        var reader = KubeconfigReader(file: file)
        return reader.read(text)
    }

    /// Reads a file.
    ///
    /// - Throws: ``APIError`` of code ``APIError/Code/configuration`` with everything that is wrong; never a secret.
    package init(readingFileAt path: String) throws(APIError) {
        let bytes: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            bytes = try file.read(upToCount: Self.sizeLimit + 1) ?? Data()
        } catch {
            throw APIError(.configuration, "\(path): the kubeconfig cannot be read")
        }
        guard bytes.count <= Self.sizeLimit, let text = String(data: bytes, encoding: .utf8) else {
            throw APIError(.configuration, "\(path): no UTF-8 text of at most a mebibyte, so no kubeconfig")
        }
        let (read, diagnostics) = Self.read(text, file: path)
        guard let read else {
            let errors = diagnostics.filter { $0.severity == .error }
            throw APIError(.configuration, errors.prefix(8).map(\.description).joined(separator: "; "))
        }
        self = read
    }

    package init() {}
}
