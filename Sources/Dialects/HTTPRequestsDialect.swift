internal import Deployments
internal import JSON

/// Reads captured HTTP requests, one JSON object a line: `{time, source_ip, user, app, method, target, headers, body}`.
///
/// `body` is an object, or a string taken as the exact bytes. `app` names what was asked (`docker-engine`, `podman`,
/// `portainer`…); where it is absent the path and the body decide.
package struct HTTPRequestsDialect: Dialect {
    private let parser: JSONParser
    private let bodies: RequestBody
    private var conversation = DockerConversation()
    private var starts = AwaitedStarts()

    package init(maximumRecordBytes: Int = 16 << 20) {
        parser = JSONParser(maximumBytes: maximumRecordBytes)
        bodies = RequestBody(maximumBytes: maximumRecordBytes)
    }

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        guard !record.defects.contains(.oversized) else {
            reading.deployments.append(Self.oversized(record))
            reading.problems.append(
                ReadingProblem(at: record.position, "the record is larger than the limit and was not read")
            )
            return
        }
        do throws(JSONError) {
            let found = try unsafe parser.withDocument(record.bytes, isPadded: true) { root in
                let told = self.read(root, record, [])
                reading.tell(CapturedRequest(root, record.position, bodies)?.webRequest, at: record.position)
                return told
            }
            for told in found { tell(told, &reading) }
        } catch {
            // The server takes bytes that are no UTF-8, and replaces them.
            if error.reason == .invalidUTF8, let found = repaired(record) {
                for told in found { tell(told, &reading) }
            }
            reading.problems.append(ReadingProblem(at: record.position.moved(by: error.offset), error.reason.rawValue))
        }
    }

    package mutating func finish(into reading: inout Reading) {}

    private func repaired(_ record: RawRecord) -> [ToldRequest]? {
        let text = unsafe String(decoding: record.bytes, as: UTF8.self)
        return try? parser.withDocument(text) { read($0, record, [.invalidUTF8]) }
    }

    private func read(_ root: JSONValue, _ record: RawRecord, _ defects: Set<RecordDefect>) -> [ToldRequest] {
        guard let request = CapturedRequest(root, record.position, bodies) else { return [] }
        if request.method == "DELETE" { return [.deletion(of: request.target)] }
        var told = request.deployments()
        for index in told.indices { told[index].record?.defects.formUnion(defects) }
        return told
    }

    private mutating func tell(_ told: ToldRequest, _ reading: inout Reading) {
        guard var record = told.record else {
            conversation.delete(told.deleted)
            return
        }
        if let route = told.route {
            if route.action == .containerRename {
                conversation.rename(route.subject, to: route.query.value("name").map(DockerRequestReader.withoutSlash))
                return
            }
            conversation.join(&record, told.joins)
            if conversation.isStartOfExec(route) || isAttachedBeforeStart(record, route) || isFirstStart(record, route)
            {
                return
            }
            if record.event.action == .containerCreate, record.event.outcome != .failure { starts.expect(record) }
        }
        reading.deployments.append(record)
    }

    /// Whether it is the start of a container whose create was told, and brings no configuration of its own.
    private mutating func isFirstStart(_ record: ContainerDeployment, _ route: DockerRoute) -> Bool {
        guard route.isFirstStartPossible, record.host == HostAccess(), record.security == Security(),
            record.defects.isEmpty, let subject = route.subject
        else { return false }
        guard let name = starts.take(subject, by: record, isKnown: conversation.isKnown(subject)) else { return false }
        conversation.alias(subject, of: name)
        return true
    }

    /// Whether a client attaches to a container that it made and is about to start.
    private func isAttachedBeforeStart(_ record: ContainerDeployment, _ route: DockerRoute) -> Bool {
        guard route.action == .containerAttach, let subject = route.subject else { return false }
        return starts.isAwaited(subject, by: record, isKnown: conversation.isKnown(subject))
    }

    private static func oversized(_ record: RawRecord) -> ContainerDeployment {
        var deployment = ContainerDeployment(
            event: .init(
                id: "\(record.position.path)#\(record.position.offset)",
                action: .containerCreate,
                dataset: .dockerAPI
            ),
            route: .dockerAPI
        )
        deployment.log = record.position
        deployment.defects = [.oversized]
        deployment.visibility = .truncated
        return deployment
    }
}

extension HTTPRequestsDialect: RememberingDialect {
    private static let name = "http.requests"

    private struct State: Codable {
        private enum CodingKeys: String, CodingKey {
            case conversation, starts
        }

        var conversation: DockerConversation
        var starts: AwaitedStarts
    }

    package func memory() throws(DialectMemoryError) -> [UInt8] {
        try MemoryForm.bytes(of: State(conversation: conversation, starts: starts), dialect: Self.name)
    }

    package mutating func recall(_ memory: [UInt8]) throws(DialectMemoryError) {
        let state = try MemoryForm.state(State.self, from: memory, dialect: Self.name)
        conversation = state.conversation
        starts = state.starts
    }
}

/// What a captured request asks for.
struct ToldRequest {
    /// The deployment; nil for a request that only ends something.
    var record: ContainerDeployment?
    /// Its route, where it goes to a Docker Engine or Podman API.
    var route: DockerRoute?
    var joins = ContainerJoins()
    /// The target that was deleted.
    var deleted = ""

    static func deletion(of target: String) -> ToldRequest { ToldRequest(record: nil, deleted: target) }
}
