internal import Deployments
internal import JSON

/// Reads the events of a watch of pods and workloads: `{"type":"ADDED","object":{…}}`, as the API server sends them and
/// `kubectl get pods --watch --output-watch-events -o json` prints them.
///
/// A container is told once as it stands: changes of an object's status tell nothing, and the pods that a controller makes
/// of one template are one deployment, with their owner named. Nothing shows who asked.
package struct KubernetesWatchDialect: JournalingDialect {
    private let parser: JSONParser
    /// Containers as they were told, by object or by controller, and content.
    private var told = RecentTexts(capacity: 8_192)
    /// What was told since the state was asked for, a line each; nil where that became too much.
    private var news: [UInt8]? = []

    private static let newsLimit = 256 << 10

    package init(maximumRecordBytes: Int = 16 << 20) {
        parser = JSONParser(maximumBytes: maximumRecordBytes)
    }

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        do throws(JSONError) {
            let (found, problem) = try unsafe parser.withDocument(record.bytes, isPadded: true) {
                Self.read($0, record)
            }
            if let problem { reading.problems.append(ReadingProblem(at: record.position, problem)) }
            for one in found where isNews(one) { reading.deployments.append(one.record) }
        } catch {
            reading.problems.append(ReadingProblem(at: record.position.moved(by: error.offset), error.reason.rawValue))
        }
    }

    package mutating func finish(into reading: inout Reading) {}

    package func memory() -> [UInt8] { told.bytes }

    package mutating func recall(_ memory: [UInt8]) throws(DialectMemoryError) {
        try told.recall(memory)
        news = []
    }

    package mutating func takeChanges() -> [UInt8]? {
        defer { news = [] }
        return news
    }

    package mutating func recall(changes: [UInt8]) throws(DialectMemoryError) { try told.add(changes) }

    /// Whether it was not known before.
    private mutating func insert(_ text: String) -> Bool {
        guard told.insert(text) else { return false }
        if let count = news?.count, count + text.utf8.count < Self.newsLimit {
            news?.append(contentsOf: text.utf8)
            news?.append(10)
        } else {
            news = nil
        }
        return true
    }

    /// A container and what it is known by.
    private struct Watched {
        var record: ContainerDeployment
        /// By its object.
        var key: String
        /// By the controller that makes such objects.
        var controllerKey: String?
    }

    private mutating func isNews(_ one: Watched) -> Bool {
        let isNew = insert(one.key)
        // Whoever writes a controller's name into a pod of their own gains nothing: the content is the same.
        let isOfKnownTemplate = one.controllerKey.map { !insert($0) } ?? false
        return isNew && !isOfKnownTemplate
    }

    /// - Returns: the containers of the object, and what is wrong with the event.
    private static func read(_ event: JSONValue, _ record: RawRecord) -> ([Watched], String?) {
        guard let type = event["type"]?.text, let object = event["object"], object.isObject else {
            return ([], "the record is no event of a watch")
        }
        switch type {
        case "ADDED": return (containers(of: WatchedObject(object: object, isNew: true), record), nil)
        case "MODIFIED": return (containers(of: WatchedObject(object: object, isNew: false), record), nil)
        case "ERROR": return ([], "the watch ended: \(object["message"]?.string ?? "for a reason that is not told")")
        default: return ([], nil)
        }
    }

    private static func containers(of watched: WatchedObject, _ record: RawRecord) -> [Watched] {
        if WorkloadReader.isNoWorkload(watched.object) { return [] }
        var base = watched.base(at: record.position)
        base.defects = record.defects
        if watched.object.hasDuplicateKeys { base.defects.insert(.duplicateKeys) }
        if !base.defects.isDisjoint(with: [.truncated, .oversized]) { base.visibility = .truncated }
        let controller = watched.controller
        return WorkloadReader.found(in: watched.object, base: base, detail: .versions).map { found in
            var record = found.record
            let placement = record.placement
            let content = "\(found.path) \(String(found.contentHash, radix: 36))"
            let object = [placement.resourceType, placement.namespace, placement.resourceName].map { $0 ?? "" }
            // The same change is known again by what it made of the container.
            if !watched.isNew { record.event.id += "#\(String(found.contentHash, radix: 36))" }
            return Watched(
                record: record,
                key: line("\(watched.object["metadata"]?["uid"]?.string ?? object.joined(separator: "/")) \(content)"),
                controllerKey: controller.map { line("\(placement.namespace ?? "")/\($0) \(content)") }
            )
        }
    }

    /// A hash of a key: names may be long, and hold line feeds in what is no API server's.
    private static func line(_ key: String) -> String {
        var hash = TextHash()
        hash.combine(key)
        return String(hash.value, radix: 36)
    }
}

/// Switches over the types of events by their exact bytes.
private func ~= (text: StaticString, value: JSONText) -> Bool { value == text }
