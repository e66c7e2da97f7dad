internal import Deployments
internal import JSON

/// Finds what a review asks for that does not stand already.
struct AdmissionReading {
    private(set) var containers: [AdmissionReview.Container] = []
    private(set) var isCut = false

    /// Of more containers with one name in one list none counts as unchanged.
    private static let maximumNamesakes = 16

    private let request: AdmissionRequest
    private let reference: ObjectReference?
    private let user: JSONText?
    private let time: Timestamp?

    init(_ request: AdmissionRequest, _ members: AdmissionMembers, at time: Timestamp?) {
        self.request = request
        self.time = time
        user = members.userInfo?["username"]?.text
        guard let resource = members.resource?["resource"]?.text, let verb = Self.verb(request.operation) else {
            reference = nil
            verdict = .none
            return
        }
        let reference = ObjectReference(
            resource: resource,
            subresource: members.subResource?.text,
            namespace: members.namespace?.text,
            name: members.name?.text,
            group: members.resource?["group"]?.text
        )
        self.reference = reference
        verdict = reference.verdict(verb)
    }

    private let verdict: AuditVerdict

    private static func verb(_ operation: AdmissionRequest.Operation) -> AuditVerb? {
        switch operation {
        case .create, .connect: .create
        case .update: .update
        // What goes deploys nothing.
        case .delete: nil
        }
    }

    mutating func read(_ object: JSONValue?, _ old: JSONValue?) {
        guard let reference else { return }
        switch verdict {
        // Neither method nor body is shown of what goes through a proxy to a service: nothing that could be judged.
        case .none, .proxy: break
        case .exec(let action): containers = [AdmissionReview.Container(record: exec(action, object, reference))]
        case .bind: bind(object, reference)
        case .kubelet: callKubelet(object, reference)
        case .object:
            guard let object, request.operation != .connect, !WorkloadReader.isNoWorkload(object) else { return }
            search(object, old, reference)
        }
    }

    // MARK: Objects

    private mutating func search(_ object: JSONValue, _ old: JSONValue?, _ reference: ObjectReference) {
        let isEphemeral = reference.subresource.map { $0 == "ephemeralcontainers" } ?? false
        let base = base(of: object, reference)
        let search = WorkloadReader.search(object, base: base, detail: .places)
        isCut = search.isCut
        var found = search.found
        if isEphemeral { found.removeAll { $0.record.container.role != .ephemeral } }
        if let old, !found.isEmpty {
            let standing = Standing(WorkloadReader.search(old, base: base, detail: .places).found)
            found.removeAll { standing.holds($0) }
        }
        containers = found.map { AdmissionReview.Container(record: $0.record, pointer: $0.path) }
    }

    private func base(of object: JSONValue, _ reference: ObjectReference) -> ContainerDeployment {
        let isCreate = request.operation == .create
        let action: Action =
            reference.isPod
            ? (isCreate ? .podCreate : .podUpdate) : (isCreate ? .workloadCreate : .workloadUpdate)
        var base = base(action, reference, name: object["metadata"]?["name"]?.text)
        base.tellStaticPod(object)
        return base
    }

    /// Whether it is by an object that the request deploys, if it does.
    var isByObject: Bool {
        if case .object = verdict { return true }
        return false
    }

    /// What the object deploys, without any container.
    func deployment(of object: JSONValue) -> ContainerDeployment? {
        guard let reference else { return nil }
        var deployment = base(of: object, reference)
        WorkloadReader.describe(object, into: &deployment)
        return deployment
    }

    /// The containers of an object before it was changed.
    private struct Standing {
        private var known: [String: [ContainerDeployment]] = [:]

        init(_ found: [TemplateSearch.Found]) {
            for one in found { known[one.nameInObject, default: []].append(Self.essence(of: one.record)) }
        }

        /// Whether the container stood there like this already.
        ///
        /// By all that rules can see of it, and by no hash: whoever writes the object might make two that agree.
        func holds(_ one: TemplateSearch.Found) -> Bool {
            guard let namesakes = known[one.nameInObject], namesakes.count <= AdmissionReading.maximumNamesakes else {
                return false
            }
            let essence = Self.essence(of: one.record)
            return namesakes.contains(essence)
        }

        /// The record without what the object says of itself and not of what runs.
        private static func essence(of record: ContainerDeployment) -> ContainerDeployment {
            var record = record
            record.container.labels = []
            record.placement.replicas = nil
            record.placement.parentType = nil
            record.placement.parentName = nil
            return record
        }
    }

    // MARK: Other requests

    private func exec(_ action: Action, _ options: JSONValue?, _ reference: ObjectReference) -> ContainerDeployment {
        var record = base(action, reference, name: nil)
        record.process.args = options?["command"]?.strings ?? []
        record.container.name = options?["container"]?.string
        if action == .podExec, record.process.args.isEmpty { record.visibility = .bodyNotLogged }
        return record
    }

    private mutating func bind(_ binding: JSONValue?, _ reference: ObjectReference) {
        if let user, ObjectReference.isScheduler(user) { return }
        var record = base(.podBind, reference, name: binding?["metadata"]?["name"]?.text)
        record.placement.nodeName = binding?["target"]?["name"]?.string
        containers = [AdmissionReview.Container(record: record)]
    }

    /// What a kubelet is asked to run, of which its query is not shown.
    private mutating func callKubelet(_ options: JSONValue?, _ reference: ObjectReference) {
        let path = Query(path: options?["path"]?.string ?? "").path.split(separator: "/").map(String.init)
        guard let call = KubeletCall(path: path) else { return }
        var record = call.record(base(call.action, reference, name: nil))
        record.visibility = .bodyNotLogged
        containers = [AdmissionReview.Container(record: record)]
    }

    private func base(_ action: Action, _ reference: ObjectReference, name: JSONText?) -> ContainerDeployment {
        var record = ContainerDeployment(
            event: .init(timestamp: time, id: request.uid, action: action, dataset: .kubernetesAdmission),
            route: .kubernetesAPI
        )
        record.placement = reference.placement(of: reference.name ?? name)
        record.actor.userName = request.user
        record.actor.groups = request.groups
        return record
    }
}
