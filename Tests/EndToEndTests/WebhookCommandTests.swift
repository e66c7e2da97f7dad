import Foundation
import Testing

@Suite struct WebhookCommandTests {
    @Test(arguments: [
        ([], "--tls-cert and --tls-key: an API server asks its webhooks with TLS alone"),
        (["--tls-cert", "a.pem"], "--tls-cert and --tls-key"),
        (["--listen", "unix:///run/x.sock"], "an API server reaches its webhooks by TCP alone"),
        (["--listen", "8443"], "--listen: 8443: not an address"),
        (["--grace", "-1"], "--grace"),
        (["--policy", "/dev/null/policy.yml"], "/dev/null/policy.yml: the policy cannot be read"),
        (
            ["--listen", "tcp://127.0.0.1:0", "--tls-cert", "/dev/null", "--tls-key", "/dev/null"],
            "TLS files /dev/null, /dev/null cannot be used"
        ),
    ])
    func `what cannot be is refused at start, with the reason`(arguments: [String], reason: String) throws {
        let result = try Binary.run(["guard", "kubernetes"] + arguments)
        #expect(result.status == 1)
        #expect(result.errors.contains(reason), "\(result.errors)")
    }

    @Test func `check says what the webhook would do`() throws {
        let folder = try Folder()
        let policy = try folder.write(
            "namespaces: [{names: [shop], refuse-at: medium}]\nexempt: [{namespaces: [kube-system]}]\n",
            as: "policy.yml"
        )
        let result = try Binary.run(["guard", "kubernetes", "--check", "--policy", policy])
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        #expect(result.output.contains("listens    tcp://0.0.0.0:8443\n"))
        #expect(result.output.contains("namespaces shop: refused: what "))
        #expect(result.output.contains(" rules of level medium or above find\n"))
        #expect(result.output.contains("exempt     namespaces kube-system\n"))
    }

    @Test func `reviews are answered over TLS while the certificate is replaced, until it is told to stop`() throws {
        let webhook = try RunningWebhook()
        try #require(webhook.says("webhook on tcp://"), "\(webhook.messages)")
        #expect(try webhook.get("/healthz") == "ok\n")
        #expect(try webhook.get("/readyz") == "ok\n")
        let answer = try webhook.review(times: 1)
        #expect(answer.contains(#""allowed":false,"status":{"status":"Failure","reason":"Forbidden","code":403"#))
        #expect(answer.contains("spec.containers[0].securityContext.privileged"))
        // One connection after another on one curl, and the certificate read again in between.
        for round in 1...5 {
            try webhook.makeCertificate()
            webhook.signal(SIGHUP)
            let answers = try webhook.review(times: 20)
            #expect(answers.components(separatedBy: #""allowed":false"#).count == 21, "round \(round)")
        }
        #expect(webhook.says("the certificate was read again"))
        webhook.signal(SIGTERM)
        #expect(webhook.end() == 0)
        let decisions = try String(contentsOfFile: webhook.folder.path("decisions"), encoding: .utf8)
        #expect(decisions.split(separator: "\n").count == 101)
        #expect(decisions.contains(#""dataset":"kubernetes.admission""#))
    }
}

/// A webhook that runs until the test is done with it, with certificates of an authority of its own.
struct RunningWebhook {
    let folder: Folder
    private let authority: TestAuthority
    private let program: RunningProgram
    let port = Int.random(in: 20_000..<30_000)

    /// A review of a privileged pod.
    static let review = #"""
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u1","kind":{"group":"",
        "version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"operation":"CREATE",
        "name":"web","namespace":"shop","userInfo":{"username":"bob"},"object":{"kind":"Pod","apiVersion":"v1",
        "metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"nginx:1.27","securityContext":
        {"privileged":true}}]}},"oldObject":null,"dryRun":false}}
        """#

    /// Starts it with more arguments.
    init(_ arguments: [String]) throws { try self.init { _ in arguments } }

    /// Starts it.
    ///
    /// - Parameters:
    ///   - policy: nil for none in a file.
    ///   - prepare: makes what more arguments name, in its folder, and returns those arguments.
    init(
        policy: String? = "refuse-at: medium",
        _ prepare: (Folder) throws -> [String] = { _ in [] }
    ) throws {
        folder = try Folder()
        if let policy { try folder.write(policy, as: "policy.yml") }
        authority = try TestAuthority(in: folder)
        try authority.makeCertificate()
        try folder.write(Self.review, as: "review.json")
        program = try RunningProgram(
            [
                "guard", "kubernetes", "--listen", "tcp://127.0.0.1:\(port)", "--tls-cert", folder.path("server.pem"),
                "--tls-key", folder.path("server.key"), "--decisions", folder.path("decisions"),
            ] + (policy == nil ? [] : ["--policy", folder.path("policy.yml")]) + prepare(folder),
            in: folder
        )
    }

    /// Puts a new pair where the webhook reads it.
    func makeCertificate() throws { try authority.makeCertificate() }

    func get(_ path: String) throws -> String { try curl([url(path)]) }

    /// The answer to a review of one's own.
    func review(_ json: String) throws -> String {
        try folder.write(json, as: "own.json")
        return try curl(
            ["--data-binary", "@\(folder.path("own.json"))", "-H", "Content-Type: application/json", url("/validate")]
        )
    }

    /// The answers to that many reviews, sent on one connection as long as it lasts.
    func review(times: Int) throws -> String {
        try curl(
            ["--data-binary", "@\(folder.path("review.json"))", "-H", "Content-Type: application/json"]
                + (0..<times).map { _ in url("/validate?timeout=10s") }
        )
    }

    func url(_ path: String) -> String { "https://localhost:\(port)\(path)" }

    func curl(_ arguments: [String]) throws -> String { try folder.run("curl", ["-sS"] + trust + arguments) }

    /// What curl is told of certificate and address.
    var trust: [String] { ["--cacert", folder.path("ca.pem"), "--resolve", "localhost:\(port):127.0.0.1"] }

    var messages: String { program.messages }
    func signal(_ number: Int32) { program.signal(number) }
    func end() -> Int32 { program.end() }
    func says(_ text: String) -> Bool { program.says(text) }
}

/// An authority whose certificates stand in a folder: `ca.pem`, `server.pem` and `server.key`, and those of clients.
struct TestAuthority {
    private let folder: Folder

    init(in folder: Folder) throws {
        self.folder = folder
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key -out ca.pem -subj /CN=Test"
        )
        try folder.write("subjectAltName=DNS:localhost", as: "names")
    }

    /// Makes a new pair, in the place of the one before.
    func makeCertificate(as name: String = "server", subject: String = "/CN=localhost") throws {
        try openssl(
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout new.key -out new.csr -subj \(subject)"
        )
        try openssl(
            "x509 -req -days 2 -in new.csr -CA ca.pem -CAkey ca.key -set_serial \(UInt32.random(in: 1...1 << 30)) "
                + "-extfile names -out new.pem"
        )
        for end in ["key", "pem"] { _ = unsafe rename(folder.path("new.\(end)"), folder.path("\(name).\(end)")) }
    }

    private func openssl(_ arguments: String) throws {
        _ = try folder.run("openssl", arguments.split(separator: " ").map(String.init))
    }
}

extension Folder {
    /// What a program of the machine's says, run in the folder to its end.
    func run(_ program: String, _ arguments: [String]) throws -> String {
        struct Failed: Error { var text: String }
        try write([], as: "answer")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = url
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path("answer")))
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOfFile: path("answer"), encoding: .utf8)
        guard process.terminationStatus == 0 else {
            throw Failed(text: "\(program): \(process.terminationStatus) \(text)")
        }
        return text
    }
}
