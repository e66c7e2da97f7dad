import Foundation

/// An authority, a server's certificate for 127.0.0.1 and clients' certificates, made by openssl.
struct TestCertificates {
    let folder: String

    init(in folder: String) async throws {
        self.folder = folder
        try await authority("ca")
        try await authority("other-ca")
        try await certificate("server", by: "ca", name: "localhost", "subjectAltName=IP:127.0.0.1,DNS:localhost")
        try await certificate("client", by: "ca", name: "kube-apiserver", "extendedKeyUsage=clientAuth")
        try await certificate("stranger", by: "other-ca", name: "kube-apiserver", "extendedKeyUsage=clientAuth")
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    private func authority(_ name: String) async throws {
        try await openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=\(name)", "-keyout", path("\(name).key"), "-out", path("\(name).crt"),
        ])
    }

    func certificate(_ file: String, by authority: String, name: String, _ extension: String) async throws {
        try await openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=\(name)", "-addext", `extension`, "-addext", "basicConstraints=critical,CA:FALSE", "-CA",
            path("\(authority).crt"), "-CAkey", path("\(authority).key"), "-keyout", path("\(file).key"), "-out",
            path("\(file).crt"),
        ])
    }

    private func openssl(_ arguments: [String]) async throws {
        let finished = try await Commands.run(["openssl"] + arguments, in: folder)
        guard finished.status == 0 else { throw Untimely(description: "openssl: \(finished.errors)") }
    }
}
