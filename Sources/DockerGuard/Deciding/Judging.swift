internal import Deployments
internal import Dialects
internal import Judge
internal import Relay
internal import Sigma

/// One request's judging, as it comes together.
struct Judging {
    let id: String
    let time: Timestamp
    /// When it began, by the clock that never runs backwards.
    let start: Int64
    let client: Client
    var reading: RequestReading?
    /// What goes to the daemon in the request's place; nil for itself.
    private(set) var narrowed: DockerAPIRequest?
    private(set) var objections: [Objection] = []
    private(set) var violations: [Violation] = []
    private(set) var findings: [Finding] = []
    /// What the request would deploy or change, as it was judged.
    private(set) var events: [DeploymentEvent] = []
    /// What refuses, in order: the profile and the policy first.
    private(set) var refusals: [String] = []
    /// Those of the findings that refuse.
    private(set) var refusing: [Finding] = []
    private(set) var status = 403

    init(id: String, time: Timestamp, start: Int64, client: Client) {
        self.id = id
        self.time = time
        self.start = start
        self.client = client
    }

    /// Whether the request could be read, and so could be forwarded.
    var isReadable: Bool { reading != nil }

    mutating func refuse(_ part: String, at place: String, _ message: String, remedy: String) {
        add(Violation(part: part, place: place, message: message, remedy: remedy))
        if events.isEmpty, let reading { events = [DeploymentEvent(record(of: reading.request))] }
    }

    private mutating func add(_ violation: Violation) {
        violations.append(violation)
        refusals.append(
            "refused by \(violation.part) (\(violation.place)): \(violation.message); \(violation.remedy)"
        )
    }

    /// Passes a request that is not judged.
    mutating func pass(_ request: DockerAPIRequest) { events = [DeploymentEvent(record(of: request))] }

    mutating func unreadable(_ head: RequestHead, _ refusal: ReadingRefusal) {
        status = refusal.status
        let place = refusal.offset.map { "\(refusal.place), byte \($0)" } ?? refusal.place
        violations.append(
            Violation(
                part: "reading",
                place: place,
                message: refusal.message,
                remedy: "what can be read in two ways is refused"
            )
        )
        refusals.append("refused by reading (\(place)): \(refusal.message)")
        var record = ContainerDeployment(
            event: .init(timestamp: time, id: id, action: .containerCreate, dataset: .dockerAPI),
            route: .dockerAPI
        )
        if let request = try? DockerAPIRequest(method: head.method, target: head.target) {
            record = self.record(of: request)
        } else {
            var http = ContainerDeployment.HTTPRequest()
            http.method = head.method
            http.path = String(head.target.prefix { $0 != "?" }.prefix(1024))
            record.http = http
        }
        events = [DeploymentEvent(asked(record))]
    }

    /// Holds the request against the profile, the policy and the rules.
    mutating func judge(
        _ reading: RequestReading,
        _ terms: Terms,
        _ standing: DockerJudge.Standing,
        daemon: Daemon,
        files: any HostFiles,
        places: EnginePlaces
    ) async {
        var examination = Examination(
            reading.request,
            body: reading.body,
            terms: terms,
            images: standing.policy.images,
            daemon: daemon,
            files: files,
            places: places
        )
        await examination.run()
        objections = examination.objections.all
        narrowed = examination.narrowed
        for violation in examination.objections.violations { add(violation) }
        events = records(of: reading, examination).map(DeploymentEvent.init)
        for event in events { findings += standing.bench.findings(on: event) }
        for finding in findings {
            guard let level = finding.rule.level, level >= terms.refuseAt else { continue }
            refusals.append(RefusalText.reason(of: finding))
            refusing.append(finding)
        }
    }

    func verdict(_ outcome: Verdict.Outcome, now: Int64) -> Verdict {
        Verdict(
            id: id,
            time: time,
            outcome: outcome,
            events: events,
            findings: findings,
            violations: violations,
            leftOut: reading?.leftOut ?? [],
            duration: max(0, now - start)
        )
    }
}

extension Judging {
    /// What the request would deploy or change; its bare line where it deploys nothing.
    private func records(of reading: RequestReading, _ examination: Examination) -> [ContainerDeployment] {
        let base = record(of: reading.request)
        var reader = DockerAPIReading()
        for (name, fact) in examination.facts.volumes {
            guard let volume = fact.value else { continue }
            reader.know(volume: name, options: volume.options.written.map { ($0.key, $0.value) })
        }
        for (reference, fact) in examination.facts.containers {
            if let container = fact.value?.inspected { reader.know(container, as: reference) }
        }
        for (reference, ask) in examination.subjects {
            if let container = ask.inspected { reader.know(container, as: reference) }
        }
        let records = reader.deployments(of: reading.request, body: reading.body, text: reading.text, onto: base)
            .map(\.record)
        return records.isEmpty ? [base] : records.prefix(Self.recordLimit).map { lead($0, examination.facts) }
    }

    /// More containers than one manifest brings.
    private static let recordLimit = 256

    /// Adds where paths of the host really lead, beside where they seem to.
    private func lead(_ record: ContainerDeployment, _ facts: Facts) -> ContainerDeployment {
        var record = record
        for mount in record.host.mounts {
            for (path, result) in facts.paths where HostPath(path) == mount.source {
                guard case .success(let real) = result, real != mount.source else { continue }
                var led = mount
                led.source = real
                if !record.host.mounts.contains(led) { record.host.mounts.append(led) }
            }
        }
        return record
    }

    private func record(of request: DockerAPIRequest) -> ContainerDeployment {
        asked(DockerAPIReading.record(of: request, id: id, at: time))
    }

    /// Adds who asks, as far as the connection proves it.
    private func asked(_ record: ContainerDeployment) -> ContainerDeployment {
        var record = record
        record.actor.tlsClientSubject = client.certificate?.subject
        record.actor.userName = client.certificate?.commonName ?? client.peer.map { "uid:\($0.userID)" }
        record.actor.sourceIP = client.address
        return record
    }
}
