internal import JSON

/// One event of an engine's stream, as far as the source itself has to know it.
struct DockerEvent: Sendable, Equatable {
    /// The whole of it, as it came.
    var bytes: [UInt8]
    /// When, in nanoseconds since 1970.
    var timeNano: Int64
    /// What it is about: a container's id, an image's name.
    var id: String
    var type: String
    /// With what stands behind a colon: `exec_create: sh -c id`.
    var action: String
    /// Of an exec, where the engine tells.
    var execID: String?

    /// What is asked for and read, by type; other events are the engine's own housekeeping.
    static let types = ["container", "image", "builder", "volume", "service", "plugin"]
    static let actions = [
        "create", "start", "unpause", "update", "exec_create", "attach", "extract-to-dir", "commit", "pull", "load",
        "import", "build", "enable",
    ]

    /// - Returns: nil for what is no event that says when it was and what about.
    init?(_ bytes: [UInt8], with parser: JSONParser) {
        let read = try? unsafe bytes.withUnsafeBytes { line throws(JSONError) -> DockerEvent? in
            try unsafe parser.withDocument(line) { event in
                guard event.isObject, let time = event["timeNano"]?.integer else { return nil }
                let actor = event["Actor"]
                return DockerEvent(
                    bytes: bytes,
                    timeNano: time,
                    id: actor?["ID"]?.string ?? event["id"]?.string ?? "",
                    type: event["Type"]?.string ?? "container",
                    action: event["Action"]?.string ?? event["status"]?.string ?? "",
                    execID: actor?["Attributes"]?["execID"]?.string
                )
            }
        }
        guard let event = read ?? nil else { return nil }
        self = event
    }

    init(bytes: [UInt8], timeNano: Int64, id: String, type: String, action: String, execID: String? = nil) {
        self.bytes = bytes
        self.timeNano = timeNano
        self.id = id
        self.type = type
        self.action = action
        self.execID = execID
    }

    /// What it is known by among those of about the same time.
    var key: String { "\(timeNano) \(id) \(action.prefix(64))" }

    /// The verb, without what stands behind its colon.
    var verb: Substring { action.prefix { $0 != ":" } }

    /// What shows what the event does not; nil where nothing does.
    var inspection: String? {
        switch (type, verb) {
        case ("container", "create"), ("container", "start"), ("container", "update"):
            "/containers/\(DockerEngine.escaped(id))/json"
        case ("container", "exec_create"): execID.map { "/exec/\(DockerEngine.escaped($0))/json" }
        case ("service", "create"), ("service", "update"): "/services/\(DockerEngine.escaped(id))"
        default: nil
        }
    }

    /// The event with what was inspected as its last member, which is the one that counts.
    func record(with inspection: [UInt8]?) -> [UInt8] {
        guard let inspection, let end = bytes.lastIndex(of: UInt8(ascii: "}")) else { return bytes }
        var record: [UInt8] = []
        record.reserveCapacity(bytes.count + inspection.count + 16)
        record += bytes[..<end]
        record += #","inspect":"#.utf8
        // Only spaces in it may be line ends: they would end the record.
        record += inspection.map { $0 == 10 || $0 == 13 ? 32 : $0 }
        record.append(UInt8(ascii: "}"))
        return record
    }

    /// Whether these bytes are one JSON object, so that they can stand in another.
    static func isWholeObject(_ bytes: [UInt8], with parser: JSONParser) -> Bool {
        let isObject = try? unsafe bytes.withUnsafeBytes { text throws(JSONError) -> Bool in
            try unsafe parser.withDocument(text) { $0.isObject }
        }
        return isObject ?? false
    }
}
