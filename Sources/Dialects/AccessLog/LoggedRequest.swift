internal import Deployments
internal import JSON

/// A request that a log tells of, read for the deployments that it asks for.
struct LoggedRequest {
    var entry: AccessLogEntry
    var dataset: Dataset
    var position: ContainerDeployment.LogPosition
    /// When the line was logged, where it shows no time of its own.
    var loggedAt: Timestamp?

    init(_ entry: AccessLogEntry, _ dataset: Dataset, _ line: LogLine) {
        self.entry = entry
        self.dataset = dataset
        position = line.position
        loggedAt = line.time
    }

    /// What it asks for, its body not being logged; nothing where it takes no route of deployment.
    var deployments: [ContainerDeployment] { deployments(body: nil, text: nil) }

    /// The same with its body.
    ///
    /// - Parameters:
    ///   - body: as JSON.
    ///   - text: as text, for those that are YAML.
    func deployments(body: JSONValue?, text: String?, defects: Set<RecordDefect> = []) -> [ContainerDeployment] {
        guard let method = entry.method, let target = entry.requestTarget, target.utf8.count <= 256 << 10 else {
            return []
        }
        var base = base(method, target)
        base.defects = defects
        return RequestedDeployments(app: nil, method: method, target: target)
            .read(base, body: body, text: text)
            .compactMap(\.record)
            // Neither a new name nor leaving a swarm brings a container about.
            .filter { $0.event.action != .containerRename && $0.event.action != .swarmLeave }
    }

    /// The request for rules on raw records; nil where the server could make nothing of what was sent.
    var webRequest: WebRequest? {
        guard let method = entry.method, let target = entry.requestTarget else { return nil }
        var request = WebRequest(method: method, target: target)
        request.time = entry.time ?? loggedAt
        request.host = entry.host
        request.statusCode = entry.status
        request.clientAddress = entry.sourceAddress
        request.userName = entry.user
        request.userAgent = entry.userAgent
        request.certificateSubject = entry.tlsSubject
        return request
    }

    private func base(_ method: String, _ target: String) -> ContainerDeployment {
        var record = ContainerDeployment(
            event: .init(
                timestamp: entry.time ?? loggedAt,
                id: "\(position.path)#\(position.offset)",
                action: .workloadCreate,
                dataset: dataset
            ),
            route: .dockerAPI
        )
        record.log = position
        let query = Query(of: Query.originForm(target))
        var http = ContainerDeployment.HTTPRequest()
        http.method = method.uppercased()
        http.host = entry.host
        http.path = query.path
        http.query = query.text
        http.statusCode = entry.status
        record.http = http
        record.event.outcome = Outcome(httpStatus: entry.status)
        record.actor.sourceIP = entry.sourceAddress
        record.actor.userName = entry.user
        record.actor.userAgent = entry.userAgent
        record.actor.tlsClientSubject = entry.tlsSubject
        return record
    }
}

extension Reading {
    /// Takes a request in that a log tells of: what it deploys, and the request itself for rules on raw records.
    mutating func take(_ request: LoggedRequest) {
        tell(request.webRequest, at: request.position)
        deployments += request.deployments
    }
}

extension Outcome {
    /// What a status says of the request.
    ///
    /// 304 is the answer to what is done already; the other redirects lead away. Where the client or the gateway gave up
    /// waiting (499, 504), or no answer was logged (0), the request may have been done all the same.
    init(httpStatus status: Int?) {
        switch status {
        case nil: self = .unknown
        case 499?, 504?: self = .unknown
        case let status?:
            self = status < 100 ? .unknown : status < 300 || status == 304 ? .success : .failure
        }
    }
}
