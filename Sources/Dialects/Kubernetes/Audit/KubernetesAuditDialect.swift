internal import Deployments
internal import JSON

/// Reads a Kubernetes audit log: JSON lines, `EventList`s, and either in an envelope.
///
/// Every request is told once, whatever stages the policy logs: at ResponseComplete or Panic, at ResponseStarted for
/// what runs long (exec, attach) or is refused, and at the end for a request whose answer never came. What controllers
/// make of a workload that the log has told of is joined to it and not told again.
package struct KubernetesAuditDialect: Dialect {
    private let parser: JSONParser
    /// For documents within a document that is still lent.
    private let innerParser: JSONParser
    // Remembered: see KubernetesAuditDialect+Memory.swift.
    var requests = PendingRequests()
    var workloads = WorkloadMemory()
    var partial: PartialLines
    /// That of the state which is not written down as it changes has changed.
    var otherChanges = MemoryChanges()

    package init(maximumRecordBytes: Int = 16 << 20) {
        parser = JSONParser(maximumBytes: maximumRecordBytes)
        innerParser = JSONParser(maximumBytes: maximumRecordBytes)
        partial = PartialLines(maximumBytes: maximumRecordBytes)
    }

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        unsafe readLine(record.bytes, Place(record.position, record.defects), &reading)
    }

    package mutating func finish(into reading: inout Reading) {
        for line in partial.drain() {
            unsafe line.bytes.withUnsafeBytes { bytes in
                unsafe readDocument(bytes, isPadded: false, Place(line.position, line.defects), &reading)
            }
        }
        reading.deployments += requests.drain()
    }

    package var isHolding: Bool { requests.isHolding }

    package mutating func passTime(into reading: inout Reading) { reading.deployments += requests.passTime() }

    /// Where what is read stands.
    private struct Place {
        var position: ContainerDeployment.LogPosition
        var defects: Set<RecordDefect>
        /// Bytes of the record before what is read.
        var prefix = 0
        /// Documents around it.
        var depth = 0

        init(_ position: ContainerDeployment.LogPosition, _ defects: Set<RecordDefect>) {
            self.position = position
            self.defects = defects
        }
    }

    private mutating func readLine(_ bytes: UnsafeRawBufferPointer, _ place: Place, _ reading: inout Reading) {
        var place = place
        switch unsafe AuditEnvelope.content(of: bytes) {
        case .json(let start):
            place.prefix = start
            // Only a record that stands where it was framed has readable bytes behind it.
            let content = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
            unsafe readDocument(content, isPadded: place.depth == 0, place, &reading)
        case .part(let stream, let start, let isLast):
            place.prefix = start
            let content = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
            unsafe readPart(content, of: stream, isLast: isLast, place, &reading)
        case .text: break
        case .fragment:
            reading.problems.append(ReadingProblem(at: place.position, "the line is a piece of JSON without its start"))
        }
    }

    private mutating func readPart(
        _ bytes: UnsafeRawBufferPointer,
        of stream: AuditEnvelope.Stream,
        isLast: Bool,
        _ place: Place,
        _ reading: inout Reading
    ) {
        guard !isLast || partial.isWaiting(stream) else {
            // A line in one part: its content may have a prefix of its own.
            if unsafe bytes.first == UInt8(ascii: "{") {
                unsafe readDocument(bytes, isPadded: place.depth == 0, place, &reading)
                return
            }
            if case .part = unsafe AuditEnvelope.content(of: bytes) { return }
            var inner = place
            inner.depth += 1
            unsafe readLine(bytes, inner, &reading)
            return
        }
        otherChanges.noteOther()
        unsafe partial.append(bytes, to: stream, at: place.position)
        guard isLast, let line = partial.take(stream) else { return }
        unsafe line.bytes.withUnsafeBytes { bytes in
            guard unsafe bytes.first == UInt8(ascii: "{") else { return }
            var whole = Place(line.position, line.defects)
            whole.depth = place.depth
            unsafe readDocument(bytes, isPadded: false, whole, &reading)
        }
    }

    private mutating func readDocument(
        _ bytes: UnsafeRawBufferPointer,
        isPadded: Bool,
        _ place: Place,
        _ reading: inout Reading
    ) {
        guard !place.defects.contains(.oversized) else {
            reading.problems.append(
                ReadingProblem(at: place.position, "the record is larger than the limit and was not read whole")
            )
            unsafe salvage(bytes, place, &reading)
            return
        }
        let parser = place.depth == 0 ? parser : innerParser
        do throws(JSONError) {
            try unsafe parser.withDocument(bytes, isPadded: isPadded) { root in
                read(root, place, &reading)
            }
        } catch {
            let isForeign = unsafe place.prefix > 0 && !Self.looksAudited(bytes)
            if isForeign { return }
            reading.problems.append(
                ReadingProblem(at: place.position.moved(by: place.prefix + error.offset), error.reason.rawValue)
            )
            var place = place
            switch error.reason {
            case .tooDeep, .tooLarge: place.defects.insert(.oversized)
            case .invalidUTF8: place.defects.insert(.invalidUTF8)
            default: break
            }
            unsafe salvage(bytes, place, &reading)
        }
    }

    private mutating func read(_ root: JSONValue, _ place: Place, _ reading: inout Reading) {
        guard root.isObject else {
            reading.problems.append(ReadingProblem(at: place.position, "an audit event is an object"))
            return
        }
        let head = AuditHead(root)
        if head.verb != nil {
            readEvent(root, head, place, &reading)
        } else if let items = head.items, items.isArray {
            for item in items.elements { readEvent(item, AuditHead(item), place, &reading) }
        } else if let wrapped = head.wrapped, place.depth == 0 {
            unwrap(wrapped, in: root, place, &reading)
        }
    }

    /// Reads the line that a collector keeps as a member: Docker's json-file driver, the journal, and others.
    private mutating func unwrap(_ wrapped: JSONValue, in root: JSONValue, _ place: Place, _ reading: inout Reading) {
        var place = place
        place.depth = 1
        if wrapped.isObject { return readEvent(wrapped, AuditHead(wrapped), place, &reading) }
        if wrapped.isArray {
            // The journal writes what is no plain text as numbers.
            let bytes = wrapped.elements.map { UInt8(truncatingIfNeeded: $0.integer ?? 0) }
            return unsafe bytes.withUnsafeBytes { unsafe readLine($0, place, &reading) }
        }
        guard let text = wrapped.text else { return }
        let isDocker = root["stream"] != nil && root["log"] != nil
        let isCut = isDocker ? text.count > 0 && text[text.count - 1] != 10 : root["_LINE_BREAK"]?.text != nil
        let stream: AuditEnvelope.Stream = isDocker ? .container : .journal
        unsafe text.withBytes { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            if isCut || partial.isWaiting(stream) {
                unsafe readPart(bytes, of: stream, isLast: !isCut, place, &reading)
            } else {
                unsafe readLine(bytes, place, &reading)
            }
        }
    }

    private mutating func readEvent(
        _ value: JSONValue,
        _ head: AuditHead,
        _ place: Place,
        _ reading: inout Reading
    ) {
        reading.onRawEvent?(.kubernetesAudit, value, place.position)
        guard let verb = head.verb, let objectRef = head.objectRef else { return }
        let kind = AuditVerb(verb)
        if case .other = kind { return }
        let reference = ObjectReference(objectRef)
        let verdict = reference.verdict(kind)
        if case .none = verdict { return }
        var request = AuditRequest(event: AuditEvent(value), reference: reference, position: place.position)
        request.defects = place.defects
        settle(request, verdict, &reading)
    }

    private mutating func settle(_ request: AuditRequest, _ verdict: AuditVerdict, _ reading: inout Reading) {
        var content = request.event.responseStatus?["code"]?.contentHash ?? 0
        let deployments: [ContainerDeployment]
        switch verdict {
        case .none: deployments = []
        case .exec(let action): deployments = [request.exec(action)]
        case .kubelet: deployments = request.kubelet()
        case .proxy: deployments = request.proxied()
        case .bind: deployments = request.binding()
        case .object(let isPatch):
            let found = readObject(request, isPatch: isPatch)
            for one in found { content = content &* 31 &+ one.contentHash }
            deployments = found.map(\.record)
        }
        requests.settle(request, deployments, content: content, into: &reading.deployments)
    }

    /// What a create, update or patch deploys that does not stand already.
    private mutating func readObject(_ request: AuditRequest, isPatch: Bool) -> [TemplateSearch.Found] {
        if let asked = workloads.joined(request) {
            return AuditedObject.admitted(request, asked: asked).filter { !workloads.noteAdmitted($0) }
        }
        guard let object = AuditedObject(request, isPatch: isPatch) else { return [] }
        let news = request.isCreate ? object.asked : object.asked.filter { !workloads.isKnown($0) }
        if request.isLasting { workloads.note(object, of: request) }
        return news
    }
}

extension KubernetesAuditDialect {
    /// Reads what is left of a document that is broken, and tells of it where it deploys or may have deployed.
    private mutating func salvage(
        _ bytes: UnsafeRawBufferPointer,
        isItem: Bool = false,
        _ place: Place,
        _ reading: inout Reading
    ) {
        let rest = unsafe AuditSalvage(bytes, isItem: isItem, parser: innerParser)
        if !rest.items.isEmpty {
            for range in rest.items {
                unsafe salvageItem(UnsafeRawBufferPointer(rebasing: bytes[range]), place, &reading)
            }
            return
        }
        var place = place
        if rest.isCut { place.defects.insert(.truncated) }
        guard let event = rest.event else {
            if !place.defects.isEmpty { reading.deployments.append(Self.unreadable(place)) }
            return
        }
        unsafe event.withUnsafeBytes { event in
            _ = try? unsafe innerParser.withDocument(event) { root in
                let head = AuditHead(root)
                if head.verb != nil, head.objectRef != nil {
                    if place.defects.isEmpty { place.defects.insert(.unparseableBody) }
                    readEvent(root, head, place, &reading)
                } else if !place.defects.isDisjoint(with: [.truncated, .oversized]) {
                    // Whatever it was, it was cut before it said.
                    reading.deployments.append(Self.unreadable(place))
                }
            }
        }
    }

    private mutating func salvageItem(_ bytes: UnsafeRawBufferPointer, _ place: Place, _ reading: inout Reading) {
        let start = unsafe bytes.firstIndex { $0 > 32 } ?? bytes.count
        let item = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
        guard unsafe item.first == UInt8(ascii: "{") else { return }
        var whole = place
        whole.defects = []
        let isRead: Void? = try? unsafe innerParser.withDocument(item) { root in
            readEvent(root, AuditHead(root), whole, &reading)
        }
        if isRead == nil { unsafe salvage(item, isItem: true, place, &reading) }
    }

    /// Whether text behind a prefix is an audit event's, and not what else is written into the same log.
    private static func looksAudited(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let name = Array("\"auditID\"".utf8)
        return unsafe bytes.prefix(4_096).indices.contains { index in
            unsafe bytes[index] == UInt8(ascii: "\"") && bytes[index...].starts(with: name)
        }
    }

    private static func unreadable(_ place: Place) -> ContainerDeployment {
        let position = place.position
        var deployment = ContainerDeployment(
            event: .init(
                id: "\(position.path)#\(position.offset)",
                action: .workloadCreate,
                dataset: .kubernetesAudit
            ),
            route: .kubernetesAPI
        )
        deployment.log = position
        deployment.defects = place.defects
        deployment.visibility = .truncated
        return deployment
    }
}
