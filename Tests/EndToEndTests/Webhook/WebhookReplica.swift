import Foundation

/// One of several replicas of the webhook, on a port that stays its own when it is killed and started again.
final class WebhookReplica {
    let port: Int
    private let certificates: Folder
    private let folder: Folder
    private var program: RunningProgram

    /// Starts it with the certificate that stands in `certificates`.
    init(certificates: Folder) throws {
        port = Int.random(in: 20_000..<30_000)
        self.certificates = certificates
        folder = try Folder()
        program = try Self.start(on: port, certificates, in: folder)
    }

    private static func start(on port: Int, _ certificates: Folder, in folder: Folder) throws -> RunningProgram {
        try RunningProgram(
            [
                "guard", "kubernetes", "--listen", "tcp://127.0.0.1:\(port)", "--tls-cert",
                certificates.path("server.pem"), "--tls-key", certificates.path("server.key"), "--refuse-at", "medium",
                "--decisions", folder.path("decisions"),
            ],
            in: folder
        )
    }

    func isReady() -> Bool { program.says("webhook on tcp://") }

    /// Ends it as a machine does whose power fails.
    func kill() {
        program.signal(SIGKILL)
        _ = program.end()
    }

    func startAgain() throws { program = try Self.start(on: port, certificates, in: folder) }

    /// How many decisions stand in its log, all of its lives together; once nobody asks it any more.
    var decisions: Int {
        ((try? String(contentsOfFile: folder.path("decisions"), encoding: .utf8)) ?? "").split(separator: "\n").count
    }
}
