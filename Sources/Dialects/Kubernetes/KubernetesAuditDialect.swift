internal import Deployments
internal import JSON

/// Reads a Kubernetes audit log: JSON lines, `EventList`s, and either in an envelope.
///
/// Every request is told once, whatever stages the policy logs: at ResponseComplete or Panic, at ResponseStarted for
/// what runs long (exec, attach), and at the end for a request whose answer never came. What controllers make of a
/// workload that the log has told of is joined to it and not told again.
package struct KubernetesAuditDialect: Dialect {
    private let parser: JSONParser
    private var requests = PendingRequests()
    private var owners = KnownWorkloads()
    private var templates = KnownWorkloads()

    package init(maximumRecordBytes: Int = 16 << 20) {
        parser = JSONParser(maximumBytes: maximumRecordBytes)
    }

    package mutating func read(_ record: RawRecord, into reading: inout Reading) {
        guard !record.defects.contains(.oversized) else {
            reading.deployments.append(Self.unreadable(record, .oversized))
            reading.problems.append(
                ReadingProblem(at: record.position, "the record is larger than the limit and was not read")
            )
            return
        }
        guard let bytes = unsafe AuditEnvelope.content(of: record.bytes) else { return }
        // Only what stands where it was read has readable bytes behind it.
        let isPadded = unsafe bytes.end == record.bytes.end
        do throws(JSONError) {
            try unsafe parser.withDocument(bytes, isPadded: isPadded) { root in
                readDocument(root, record, &reading)
            }
        } catch {
            let isCut = error.reason == .truncated || record.defects.contains(.truncated)
            if isCut { reading.deployments.append(Self.unreadable(record, .truncated)) }
            reading.problems.append(ReadingProblem(at: record.position.moved(by: error.offset), error.reason.rawValue))
        }
    }

    package mutating func finish(into reading: inout Reading) {
        reading.deployments += requests.drain()
    }

    private mutating func readDocument(_ root: JSONValue, _ record: RawRecord, _ reading: inout Reading) {
        if let items = root["items"], items.isArray {
            for item in items.elements { readEvent(item, record, &reading) }
        } else if root.isObject {
            readEvent(root, record, &reading)
        } else {
            reading.problems.append(ReadingProblem(at: record.position, "an audit event is an object"))
        }
    }

    private mutating func readEvent(_ value: JSONValue, _ record: RawRecord, _ reading: inout Reading) {
        reading.onRawEvent?(.kubernetesAudit, value, record.position)
        let event = AuditEvent(value)
        guard let verb = event.verb, let objectRef = event.objectRef else { return }
        let reference = ObjectReference(objectRef)
        let verdict = reference.verdict(verb: verb)
        if case .none = verdict { return }
        let request = AuditRequest(event: event, reference: reference, position: record.position)
        guard let deployments = read(request, verdict) else { return }
        requests.settle(request, deployments, into: &reading.deployments)
    }

    /// The deployments of one event; nil when it tells nothing that counts.
    private mutating func read(_ request: AuditRequest, _ verdict: AuditVerdict) -> [ContainerDeployment]? {
        switch verdict {
        case .none: return nil
        case .exec(let action): return [request.exec(action)]
        case .kubelet: return request.kubelet()
        case .bind: return request.binding().map { [$0] }
        case .object(let isPatch): return readObject(request, isPatch: isPatch)
        }
    }

    private mutating func readObject(_ request: AuditRequest, isPatch: Bool) -> [ContainerDeployment]? {
        let object = request.event.requestObject ?? request.event.responseObject
        if request.isMadeByController, let object, let metadata = object["metadata"],
            let owner = WorkloadReader.owner(in: metadata)
        {
            let key = request.key(kind: owner["kind"]?.text, name: owner["name"]?.text)
            owners.insert(
                request.key(kind: request.kindOfResource, name: metadata["name"]?.text ?? request.reference.name)
            )
            if owners.contains(key) { return request.injectedContainers() }
        }
        guard let deployments = request.deployments(isPatch: isPatch) else { return nil }
        owners.insert(request.key(kind: request.kindOfResource, name: request.nameOfObject))
        guard !isPatch, request.isUpdate else {
            if !isPatch { remember(deployments) }
            return deployments
        }
        // An update carries the whole object: one whose containers are those of before changes something else.
        let isUnchanged = deployments.allSatisfy { templates.contains($0.templateHash) }
        remember(deployments)
        return isUnchanged ? [] : deployments
    }

    private mutating func remember(_ deployments: [ContainerDeployment]) {
        for deployment in deployments { templates.insert(deployment.templateHash) }
    }

    private static func unreadable(_ record: RawRecord, _ defect: RecordDefect) -> ContainerDeployment {
        var deployment = ContainerDeployment(
            event: .init(
                id: "\(record.position.path)#\(record.position.offset)",
                action: .workloadCreate,
                dataset: .kubernetesAudit
            ),
            route: .kubernetesAPI
        )
        deployment.log = record.position
        deployment.defects = [defect]
        deployment.visibility = .truncated
        return deployment
    }
}

extension ContainerDeployment {
    /// What tells one container's template from another's, across the object's versions.
    fileprivate var templateHash: UInt64 {
        var hash = TextHash()
        hash.combine(placement.resourceType)
        hash.combine(placement.namespace)
        hash.combine(placement.resourceName)
        hash.combine(container.name)
        hash.combine(container.imageText)
        for text in process.args + process.environment + process.hooks.joined() { hash.combine(text) }
        for mount in host.mounts { hash.combine("\(mount.source.path):\(mount.target):\(mount.isReadOnly)") }
        for namespace in HostNamespace.allCases where host.namespaces.contains(namespace) {
            hash.combine(namespace.rawValue)
        }
        for capability in security.capabilitiesAdded { hash.combine(capability.name) }
        hash.combine("\(security.privileged ?? false) \(security.runAsUser ?? "") \(security.serviceAccount ?? "")")
        return hash.value
    }
}

extension UnsafeRawBufferPointer {
    /// The address behind the last byte.
    var end: UnsafeRawPointer? { unsafe baseAddress.map { unsafe $0 + count } }
}
