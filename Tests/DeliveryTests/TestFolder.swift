import Foundation

/// A folder of a test's own.
struct TestFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "delivery-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, _ name: String) throws -> String {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        return "\(path)/\(name)"
    }

    func text(_ name: String) -> String {
        FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    func lines(_ name: String) -> [String] { text(name).split(separator: "\n").map(String.init) }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// An authority and a certificate of its for this machine, made by openssl.
struct TestCertificates {
    let authority, certificate, key: String

    /// - Parameter addresses: the subject's alternative names, as openssl writes them.
    init(in folder: TestFolder, for addresses: String = "DNS:localhost,IP:127.0.0.1") throws {
        authority = folder.path + "/ca.pem"
        certificate = folder.path + "/server.pem"
        key = folder.path + "/server.key"
        let caKey = folder.path + "/ca.key"
        let request = folder.path + "/server.csr"
        let names = try folder.write("subjectAltName=\(addresses)\nbasicConstraints=CA:FALSE\n", "names")
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        _ = try run(
            "openssl",
            ["req", "-x509", "-days", "2", "-subj", "/CN=ca", "-keyout", caKey, "-out", authority] + curve
        )
        _ = try run("openssl", ["req", "-new", "-subj", "/CN=localhost", "-keyout", key, "-out", request] + curve)
        _ = try run(
            "openssl",
            [
                "x509", "-req", "-days", "2", "-in", request, "-CA", authority, "-CAkey", caKey, "-CAcreateserial",
                "-extfile", names, "-out", certificate,
            ]
        )
    }
}

/// The error that a call ends in; nil for none.
func failure<Error: Swift.Error>(of call: () async throws(Error) -> Void) async -> Error? {
    do throws(Error) {
        try await call()
        return nil
    } catch {
        return error
    }
}
