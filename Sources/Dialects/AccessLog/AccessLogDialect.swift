internal import Deployments
internal import JSON

/// Reads access logs of servers that stand before Docker, Kubernetes and what manages them: nginx, HAProxy, Traefik, Envoy
/// (and so Istio's sidecars), Linkerd, and whatever writes the common log format.
///
/// Each line is read by itself; a request on a route by which containers are deployed, started or entered is told, whether
/// it was done or refused. A prefix that syslog or the journal put before a line is passed over. Without a format each
/// line's is told from its shape (``KnownAccessLogs``, ``KnownKeys``).
///
/// `source.ip` is the peer that the server saw; `X-Forwarded-For`, which any client can send, is only read where the
/// format shows no peer, and then its last entry alone (``AccessLogEntry/sourceAddress``).
package struct AccessLogDialect: Dialect {
    private let format: AccessLogFormat?
    private let parser: JSONParser

    /// - Parameters:
    ///   - format: the format of every line; nil to tell each line's.
    ///   - maximumRecordBytes: longer lines are not read.
    package init(format: AccessLogFormat? = nil, maximumRecordBytes: Int = 16 << 20) {
        self.format = format
        parser = JSONParser(maximumBytes: maximumRecordBytes, keptBytes: 1 << 20)
    }

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        guard !record.defects.contains(.oversized) else {
            let reason = "the line is larger than the limit and was not read"
            return reading.problems.append(ReadingProblem(at: record.position, reason))
        }
        let line = LogLine(unsafe Array(record.bytes), at: record.position)
        guard !line.isBlank else { return }
        switch self.line(line) {
        case .request(let request): reading.take(request)
        case .none: reading.problems.append(ReadingProblem(at: record.position, unreadable))
        case .broken(let error):
            reading.problems.append(ReadingProblem(at: record.position.moved(by: error.offset), error.reason.rawValue))
        }
    }

    package mutating func finish(into reading: inout Reading) {}

    /// Whether a line of text tells of a request, in a format that is known.
    package static func knows(_ line: ArraySlice<UInt8>) -> Bool {
        var line = LogLine(Array(line), at: .init(path: "", offset: 0))
        line.dropSyslogHeader()
        return KnownAccessLogs.read(line.content)?.0.method != nil
    }

    private var unreadable: String {
        format == nil
            ? "the line is in no access log format that is known (name it with --access-log-format)"
            : "the line does not fit the access log's format"
    }

    /// What a line turned out to be.
    enum Outcome {
        case request(LoggedRequest)
        case none
        case broken(JSONError)
    }

    /// Reads a line without telling what is wrong with it.
    func line(_ line: LogLine) -> Outcome {
        var line = line
        line.dropSyslogHeader()
        if line.content.first == UInt8(ascii: "{"), format?.isText != true { return json(line) }
        guard let (entry, dataset) = text(line.content) else { return .none }
        return .request(LoggedRequest(entry, dataset, line))
    }

    private func text(_ content: ArraySlice<UInt8>) -> (AccessLogEntry, Dataset)? {
        guard let format else { return KnownAccessLogs.read(content) }
        guard let template = format.template else { return nil }
        var entry = AccessLogEntry()
        let extent = template.read(content, into: &entry)
        // What is shown before a line stops fitting counts, if it is the request.
        guard template.isWhole(extent) || (entry.method != nil && entry.requestTarget != nil) else { return nil }
        return (entry, format.dataset)
    }

    private func json(_ line: LogLine) -> Outcome {
        do throws(JSONError) {
            return try unsafe line.withContent { content throws(JSONError) in
                try unsafe parser.withDocument(content) { object($0, line) }
            }
        } catch {
            // As nginx writes that does not escape, or leaves numbers out.
            if let (entry, dataset) = text(line.content) { return .request(LoggedRequest(entry, dataset, line)) }
            return .broken(error)
        }
    }

    private func object(_ root: JSONValue, _ line: LogLine) -> Outcome {
        if let message = root["MESSAGE"]?.string {
            var inner = LogLine(Array(message.utf8), at: line.position)
            inner.time = root["__REALTIME_TIMESTAMP"]?.string.flatMap { Int64($0) }.map(Timestamp.init(microseconds:))
            // The parser is in use: a message is text here.
            guard let (entry, dataset) = text(inner.content) else { return .none }
            return .request(LoggedRequest(entry, dataset, inner))
        }
        if case .json(let template, _)? = format?.reading {
            var entry = AccessLogEntry()
            guard template.read(root, into: &entry), let format else { return .none }
            return .request(LoggedRequest(entry, format.dataset, line))
        }
        guard let (entry, dataset) = KnownKeys.read(root) else { return .none }
        return .request(LoggedRequest(entry, format?.dataset ?? dataset, line))
    }
}

extension AccessLogFormat {
    /// Whether no line is JSON.
    fileprivate var isText: Bool { if case .text = reading { true } else { false } }

    fileprivate var template: LogTemplate? {
        switch reading {
        case .text(let template), .json(_, let template): template
        case .knownKeys: nil
        }
    }
}
