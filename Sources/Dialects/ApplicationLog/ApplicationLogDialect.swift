internal import Deployments
internal import Foundation
internal import JSON

/// Reads the logs that management applications write themselves, line by line, whichever application a line is of.
///
/// - Kubernetes Dashboard: requests with their bodies (``DashboardLog``).
/// - Kubeflow's web applications: gunicorn's access log and the lines around it (``WebAppLog``); its notebook and Katib
///   controllers, Argo Workflows' server and controller (``StructuredLine``); the Pipelines API server (``PipelinesLog``).
/// - Rancher: its audit log (``RancherAudit``).
/// - The API server's and the kubelet's own HTTP log (``HTTPLog``).
///
/// Kubeflow's central dashboard deploys nothing itself, and Portainer's Community Edition logs no requests: what is done by
/// either is seen in the proxies before them and in what they ask of Docker and Kubernetes.
///
/// Lines in an access log's format are read as such; what else applications log is passed over without a word.
package struct ApplicationLogDialect: RememberingDialect {
    private var dashboard = DashboardLog()
    private var webApp = WebAppLog()
    private var pipelines = PipelinesLog()
    private var calls = ServerCalls()
    private let access: AccessLogDialect
    private let parser: JSONParser
    private let maximumRecordBytes: Int

    package init(maximumRecordBytes: Int = 16 << 20) {
        self.maximumRecordBytes = maximumRecordBytes
        access = AccessLogDialect(maximumRecordBytes: maximumRecordBytes)
        parser = JSONParser(maximumBytes: maximumRecordBytes, keptBytes: 1 << 20)
    }

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        guard !record.defects.contains(.oversized) else {
            let reason = "the line is larger than the limit and was not read"
            return reading.problems.append(ReadingProblem(at: record.position, reason))
        }
        read(LogLine(unsafe Array(record.bytes), at: record.position), into: &reading)
    }

    package mutating func finish(into reading: inout Reading) {
        dashboard.finish(into: &reading)
        reading.deployments += webApp.finish() + pipelines.finish() + calls.finish()
    }

    package var isHolding: Bool {
        dashboard.isHolding || webApp.isHolding || pipelines.isHolding || calls.isHolding
    }

    package mutating func passTime(into reading: inout Reading) {
        dashboard.passTime(into: &reading)
        reading.deployments += webApp.passTime() + pipelines.passTime() + calls.passTime()
    }

    /// Whether a line of text is one that only a management application writes.
    package static func knows(_ line: ArraySlice<UInt8>) -> Bool {
        marks.contains { $0.first(in: line.prefix(4_096)) != nil }
    }

    private static let marks = [
        "Incoming HTTP/", "Outcoming response to ", " | kubeflow.kubeflow.crud_backend.", " | apps.default",
        " | apps.common",
        "msg=\"HTTP request\"", " grpc.service=", " handler starting", "\"HTTP\" verb=",
    ].map { Needle($0) }

    /// Reads a line that has been taken out of its envelope.
    mutating func read(_ line: LogLine, into reading: inout Reading) {
        guard !line.isBlank else { return }
        calls.tick(into: &reading.deployments)
        if line.content.first == UInt8(ascii: "{") { return readObject(line, &reading) }
        let text = ApplicationText(line)
        if dashboard.take(text, into: &reading) || webApp.take(text, &reading.deployments) { return }
        if pipelines.take(text, &reading.deployments) { return }
        if let request = HTTPLog.request(text) {
            reading.take(request)
        } else if let structured = StructuredLine(text) {
            calls.take(structured, line, into: &reading)
        } else if case .request(let request) = access.line(line) {
            webApp.join(request, into: &reading)
        }
    }

    private mutating func readObject(_ line: LogLine, _ reading: inout Reading) {
        do throws(JSONError) {
            let found = try unsafe line.withContent { content throws(JSONError) in
                try unsafe parser.withDocument(content) { object($0, line, &reading) }
            }
            if !found, case .request(let request) = access.line(line) { reading.take(request) }
        } catch {
            // What applications print need not be JSON because it begins like it; Rancher's audit log is.
            guard RancherAudit.mayBe(line.content) else { return }
            reading.problems.append(ReadingProblem(at: line.position.moved(by: error.offset), error.reason.rawValue))
        }
    }

    private mutating func object(_ root: JSONValue, _ line: LogLine, _ reading: inout Reading) -> Bool {
        if let request = RancherAudit.request(root, line) {
            reading.tell(request.webRequest, at: request.position)
            reading.deployments += request.deployments(body: root["requestBody"], text: nil)
            return true
        }
        guard let structured = StructuredLine(root) else { return false }
        calls.take(structured, line, into: &reading)
        return true
    }

    // MARK: Memory

    private struct Memory: Codable {
        var dashboard: DashboardLog
        var webApp: WebAppLog
        var pipelines: PipelinesLog
        var calls: ServerCalls
    }

    package func memory() throws(DialectMemoryError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            let memory = Memory(dashboard: dashboard, webApp: webApp, pipelines: pipelines, calls: calls)
            return [UInt8](try encoder.encode(memory))
        } catch {
            throw DialectMemoryError("the application log's state cannot be written: \(error)")
        }
    }

    package mutating func recall(_ memory: [UInt8]) throws(DialectMemoryError) {
        do {
            let memory = try JSONDecoder().decode(Memory.self, from: Data(memory))
            (dashboard, webApp, pipelines, calls) = (memory.dashboard, memory.webApp, memory.pipelines, memory.calls)
        } catch {
            throw DialectMemoryError("the application log's state cannot be read: \(error)")
        }
    }
}
