internal import Deployments

/// What dockerd's log says of containers below debug level: that one was started or ended, never what it is.
struct InfoLevelStarts {
    /// Whether the daemon writes its requests, so that nothing here is news.
    var isDebug = false
    /// Starts whose line names no container.
    private var nameless = 0
    private var started = KnownWorkloads()

    /// The start that a line tells of; nil when it tells of none, or of one told before.
    mutating func read(
        _ line: DockerLogLine,
        at position: ContainerDeployment.LogPosition,
        host: String?
    ) -> ContainerDeployment? {
        switch line.kind {
        case .daemonStarted:
            isDebug = false
            return nil
        case _ where isDebug: return nil
        case .shimStarted(let id):
            if let id { started.insert(Self.key(id)) } else { nameless += 1 }
            var record = record(line, position, host, id: id)
            record.event.outcome = .unknown
            return record
        case .ended(let id):
            // Its start is a line of its own where containerd writes to the same log.
            return isTold(id) ? nil : record(line, position, host, id: id)
        case .pulled(let image):
            var record = record(line, position, host, id: nil)
            record.event.action = .imagePull
            record.setImage(image)
            return record
        case .execFailed(let reason):
            var record = record(line, position, host, id: nil)
            record.event.action = .containerExec
            record.event.outcome = .failure
            record.event.reason = reason
            return record
        default: return nil
        }
    }

    /// Whether the failed start of `id` was told when its shim was started.
    mutating func failStart(of id: String?) -> Bool { id.map { isTold($0) } ?? false }

    private mutating func isTold(_ id: String) -> Bool {
        let key = Self.key(id)
        if started.contains(key) { return true }
        started.insert(key)
        guard nameless > 0 else { return false }
        nameless -= 1
        return true
    }

    private static func key(_ id: String) -> UInt64 {
        var hash = TextHash()
        hash.combine(id)
        return hash.value
    }

    private func record(
        _ line: DockerLogLine,
        _ position: ContainerDeployment.LogPosition,
        _ host: String?,
        id: String?
    ) -> ContainerDeployment {
        var record = ContainerDeployment(
            event: .init(
                timestamp: line.time,
                id: "\(line.time?.description ?? "")#\(position.offset)",
                action: .containerStart,
                outcome: .success,
                dataset: .dockerDaemon
            ),
            route: .dockerAPI
        )
        record.log = position
        record.placement.hostName = host
        record.container.id = id
        record.visibility = .logLevelInfo
        return record
    }
}

extension InfoLevelStarts: Codable {
    private enum CodingKeys: String, CodingKey {
        case isDebug, nameless, started
    }

    init(from decoder: any Decoder) throws {
        let memory = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        isDebug = try memory.decode(Bool.self, forKey: .isDebug)
        nameless = try memory.count(forKey: .nameless)
        started = try memory.decode(KnownWorkloads.self, forKey: .started)
    }
}
