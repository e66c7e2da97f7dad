import Foundation
import Testing

/// Two authorities, with certificates for a server and for clients, made with the openssl command.
struct Certificates {
    let directory: String

    static let isPossible = (try? run(["openssl", "version"]).status) == 0

    /// Made once, and removed with the laboratory's own directory.
    static func made(in directory: String) throws -> Certificates {
        let made = Certificates(directory: directory)
        if FileManager.default.fileExists(atPath: made.path("done")) { return made }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for authority in ["ca", "stranger-ca"] {
            try made.openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout \(authority).key "
                    + "-out \(authority).pem -subj /CN=\(authority)"
            )
        }
        try "subjectAltName=IP:127.0.0.1".write(toFile: made.path("names"), atomically: true, encoding: .utf8)
        for (name, authority) in [
            ("server", "ca"), ("deployer", "ca"), ("reader", "ca"), ("somebody", "ca"), ("stranger", "stranger-ca"),
        ] {
            // The stranger says that he is the deployer.
            let commonName = name == "stranger" ? "deployer" : name
            try made.openssl(
                "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key -out \(name).csr "
                    + "-subj /O=Example/CN=\(commonName)"
            )
            try made.openssl(
                "x509 -req -days 2 -in \(name).csr -CA \(authority).pem -CAkey \(authority).key -CAcreateserial "
                    + "-extfile names -out \(name).pem"
            )
        }
        try Data().write(to: URL(filePath: made.path("done")))
        return made
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// The guard's options for its listener.
    var listening: [String] {
        ["--tls-cert", path("server.pem"), "--tls-key", path("server.key"), "--tls-ca", path("ca.pem")]
    }

    /// Its options for the engine.
    func upstream(authority: String = "ca") -> [String] {
        [
            "--upstream-tls-cert", path("deployer.pem"), "--upstream-tls-key", path("deployer.key"),
            "--upstream-tls-ca", path("\(authority).pem"),
        ]
    }

    private func openssl(_ arguments: String) throws {
        let words = ["openssl"] + arguments.split(separator: " ").map(String.init)
        let finished = try run(words, directory: directory)
        guard finished.status == 0 else { throw LaboratoryError(finished.errors) }
    }
}
