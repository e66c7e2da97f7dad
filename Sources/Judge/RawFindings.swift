internal import Deployments
internal import JSON
internal import Sigma

/// Makes findings of matches on raw records, one for each request whatever stages of it are logged.
struct RawFindings {
    /// How many findings are remembered; stages of one request stand near each other.
    private static let memory = 4_096

    private var told: Set<String> = []
    private var order: [String] = []
    private var oldest = 0

    /// Whether a finding was not told before.
    mutating func isNew(_ id: String) -> Bool {
        guard told.insert(id).inserted else { return false }
        guard order.count == Self.memory else {
            order.append(id)
            return true
        }
        told.remove(order[oldest])
        order[oldest] = id
        oldest = (oldest + 1) % Self.memory
        return true
    }

    /// What names a raw record.
    ///
    /// Stages of one request share the time it was received, to the microsecond; its Audit-ID alone is chosen by the
    /// client, who could give one to many requests.
    static func parts(
        of event: JSONValue,
        _ source: RawSource,
        at position: ContainerDeployment.LogPosition
    ) -> [String] {
        let place = [source.dataset, position.path, String(position.offset)]
        switch source {
        case .kubernetesAudit: break
        // A log that is rotated has other records at the same place.
        case .dockerDaemon: return place + texts(event, "time", "msg")
        case .webServer, .proxy: return place + texts(event, "time", "c-ip", "cs-method", "cs-uri-stem")
        case .dockerEvents:
            guard let time = event["timeNano"]?.integer else { return place }
            return [source.dataset, String(time), event["Actor"]?["ID"]?.string ?? ""] + texts(event, "Type", "Action")
        }
        var parts = [source.dataset]
        if let id = event["auditID"]?.string, let received = event["requestReceivedTimestamp"]?.string {
            parts += [id, received]
        } else {
            // One record may hold a list of events.
            let object = event["objectRef"]
            parts += [position.path, String(position.offset)]
            parts += [object?["namespace"]?.string ?? "", object?["name"]?.string ?? ""]
        }
        parts += [event["verb"]?.string ?? "", event["requestURI"]?.string ?? ""]
        parts += [event["user"]?["username"]?.string ?? ""]
        return parts
    }
}

extension RawFindings {
    private static func texts(_ event: JSONValue, _ names: StaticString...) -> [String] {
        names.map { event[$0]?.string ?? "" }
    }
}

extension RawRecordSummary {
    /// What is told of a raw record.
    init(
        _ event: JSONValue,
        _ source: RawSource,
        at position: ContainerDeployment.LogPosition,
        original: String
    ) {
        self.init(dataset: source.dataset, log: position, original: Self.original(of: original.utf8))
        switch source {
        case .kubernetesAudit:
            time = Self.time(event["requestReceivedTimestamp"] ?? event["stageTimestamp"])
            userName = event["user"]?["username"]?.string
            userAgent = event["userAgent"]?.string
            // Clients may put addresses of their own before it; the last is the peer.
            if let addresses = event["sourceIPs"] {
                for address in addresses.elements { sourceAddress = address.string }
            }
            action = event["verb"]?.string
            if let object = event["objectRef"] {
                namespace = object["namespace"]?.string
                name = object["name"]?.string
                let subresource = object["subresource"]?.string.map { "/" + $0 } ?? ""
                resource = object["resource"]?.string.map { $0 + subresource }
            }
        case .dockerDaemon:
            time = Self.time(event["time"])
            action = event["msg"]?.string
        case .dockerEvents:
            time =
                event["timeNano"]?.integer.map { Timestamp(microseconds: $0 / 1_000) }
                ?? event["time"]?.integer.flatMap { Timestamp(seconds: $0) }
            action = event["Action"]?.string
            resource = event["Type"]?.string
            name = event["Actor"]?["Attributes"]?["name"]?.string
        case .webServer, .proxy:
            time = Self.time(event["time"])
            userName = event["cs-username"]?.string
            userAgent = event["cs-user-agent"]?.string
            sourceAddress = event["c-ip"]?.string
            action = event["cs-method"]?.string
            resource = event["cs-uri-stem"]?.string
        }
    }

    private static func time(_ value: JSONValue?) -> Timestamp? {
        guard let text = value?.text else { return nil }
        return unsafe text.withBytes { unsafe Timestamp(rfc3339: $0) }
    }

    /// A record's text up to ``maximumOriginal`` bytes, cut between characters.
    package static func original(of bytes: some Collection<UInt8>) -> String {
        guard bytes.count > maximumOriginal else { return String(decoding: bytes, as: UTF8.self) }
        var kept = Array(bytes.prefix(maximumOriginal + 1))
        // The byte behind the cut tells whether a character is cut: it would go on there.
        while let last = kept.popLast(), last & 0xC0 == 0x80 {}
        return String(decoding: kept, as: UTF8.self)
    }
}
