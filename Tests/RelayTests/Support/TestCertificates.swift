import Foundation
import NIOSSL

/// An authority with a server's and a client's certificate, and a stranger's, made with the openssl command.
struct TestCertificates {
    let directory: String

    func path(_ name: String) -> String { directory + "/" + name }
    func remove() { try? FileManager.default.removeItem(atPath: directory) }

    static func make() throws -> TestCertificates {
        let made = TestCertificates(directory: "/tmp/relay-tls-\(UInt32.random(in: .min ... .max))")
        try FileManager.default.createDirectory(atPath: made.directory, withIntermediateDirectories: false)
        try made.openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key -out ca.pem",
            "/CN=Test"
        )
        try made.openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout stranger.key -out stranger.pem",
            "/CN=ci"
        )
        try "subjectAltName=DNS:localhost".write(toFile: made.path("names"), atomically: true, encoding: .utf8)
        for (name, subject) in [("server", "/CN=localhost"), ("client", "/O=Ex\\+ample+OU=b/CN=ci, büro")] {
            try made.openssl(
                "req -new -utf8 -multivalue-rdn -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key "
                    + "-out \(name).csr",
                subject
            )
            try made.openssl(
                "x509 -req -days 2 -in \(name).csr -CA ca.pem -CAkey ca.key -set_serial 0x\(name.utf8.count) -extfile names "
                    + "-out \(name).pem",
                nil
            )
        }
        return made
    }

    /// What a client needs to connect: with its certificate, or none.
    func client(_ name: String) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(path("ca.pem"))
        if name != "none" {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(path("\(name).pem")).map {
                .certificate($0)
            }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: path("\(name).key"), format: .pem))
        }
        return try NIOSSLContext(configuration: configuration)
    }

    private func openssl(_ arguments: String, _ subject: String?) throws {
        struct Failed: Error {}
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments.split(separator: " ").map(String.init) + (subject.map { ["-subj", $0] } ?? [])
        process.currentDirectoryURL = URL(filePath: directory)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed() }
    }
}
