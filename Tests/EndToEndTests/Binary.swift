import Foundation

/// The built program, run as a person or a pipeline runs it.
enum Binary {
    struct Result {
        var status: Int32
        var output: String
        var errors: String

        /// Standard output's lines, each a JSON object.
        var objects: [[String: Any]] {
            get throws {
                try output.split(separator: "\n").map { line in
                    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                    guard let object else { throw CocoaError(.propertyListReadCorrupt) }
                    return object
                }
            }
        }
    }

    /// The program stands beside the test bundle.
    static var url: URL {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "tidewaiter")
    }

    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs it to its end; output goes through files, so that no pipe can fill up.
    static func run(
        _ arguments: [String],
        of program: URL = url,
        input: [UInt8] = [],
        environment: [String: String] = [:]
    ) throws -> Result {
        let folder = try Folder()
        let (output, errors) = (folder.path("out"), folder.path("err"))
        try folder.write(input, as: "in")
        for name in ["out", "err"] { try folder.write([], as: name) }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: folder.path("in")))
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8)
        )
    }
}

/// A folder that goes when the test is done with it.
final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "tidewaiter-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    @discardableResult
    func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    @discardableResult
    func write(_ text: String, as name: String) throws -> String { try write(Array(text.utf8), as: name) }
}

/// Small logs and rules of the tests' own.
enum Sample {
    /// One audit event that creates a pod.
    static func audit(
        id: String = "a1",
        user: String = "mallory",
        namespace: String = "shop",
        time: String = "2026-11-24T10:00:00.000000Z",
        privileged: Bool = true
    ) -> String {
        """
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"\(id)","stage":"ResponseComplete",\
        "requestURI":"/api/v1/namespaces/\(namespace)/pods","verb":"create","user":{"username":"\(user)"},\
        "sourceIPs":["192.0.2.7"],"objectRef":{"resource":"pods","namespace":"\(namespace)","name":"web","apiVersion":"v1"},\
        "responseStatus":{"code":201},"requestObject":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web"},\
        "spec":{"containers":[{"name":"web","image":"nginx:1.27","securityContext":{"privileged":\(privileged)}}]}},\
        "requestReceivedTimestamp":"\(time)","stageTimestamp":"\(time)"}

        """
    }

    /// A rule that sees privileged containers.
    static let rule = """
        title: A container with every privilege
        id: 7d2f6a51-0d6b-4f0e-9c53-7f7f6f0a1610
        status: test
        description: It can do what the host's root can.
        tags: [attack.execution, attack.t1610]
        logsource: {category: container_deployment}
        detection:
            selection:
                container.security_context.privileged: true
            condition: selection
        falsepositives: [node agents]
        level: high
        tests:
            positive:
                - name: a privileged container
                  event: {container.security_context.privileged: true}
            negative:
                - name: a plain container
                  event: {container.security_context.privileged: false}

        """
}
