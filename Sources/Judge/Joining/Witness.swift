internal import Deployments

/// One record that spoke of a deployment, as far as it tells whether another one is it, or may be of its kind.
struct Witness: Codable, Equatable, Sendable {
    var dataset: Dataset
    /// Where the record stands.
    var path: String?
    var offset: Int?
    var time: Timestamp?
    /// What names the record by itself (``RecordIdentity``).
    var identity: String
    /// What it says, whatever file it stands in.
    var content: String

    private enum CodingKeys: String, CodingKey {
        case dataset = "d"
        case path = "p"
        case offset = "o"
        case time = "t"
        case identity = "i"
        case content = "c"
    }

    init(_ deployment: ContainerDeployment) {
        dataset = deployment.event.dataset
        path = deployment.log?.path
        offset = deployment.log?.offset
        time = deployment.event.timestamp
        identity = RecordIdentity.recordID(RecordIdentity.parts(of: deployment))
        content = Self.content(of: deployment)
    }

    /// By what the very record is found again.
    var keys: [String] { ["record:\(identity)", "record:\(content)"] }

    /// Whether it is the very record, read from the same place or another.
    ///
    /// What the source itself names is known again in another file, though that may show more or less of it; and so are
    /// the same words of the same microsecond. Of a coarser time they are not: whoever deploys to many hosts at once
    /// leaves the same words in each one's log. They have to stand at the same place as well, as in a copy of a file.
    /// In one file the same words twice are two records, unless they bear the same name of their source's.
    func isSameRecord(as other: Witness) -> Bool {
        guard dataset == other.dataset else { return false }
        let isSameName = isNamedBySource && identity == other.identity
        if path != other.path { return isSameName || (content == other.content && isExact(offset == other.offset)) }
        return content == other.content && (offset == other.offset || isSameName)
    }

    /// Whether the time tells the record from every other of the same words.
    private func isExact(_ isSameOffset: Bool) -> Bool {
        guard let time else { return false }
        // Many logs' first lines stand at the same place.
        return !time.microseconds.isMultiple(of: 1_000) || (isSameOffset && offset ?? 0 > 0)
    }

    /// Whether the source gives its records ids of its own, and not the places where they stand.
    private var isNamedBySource: Bool {
        switch dataset {
        case .kubernetesAudit, .kubernetesAdmission, .dockerEvents: true
        default: false
        }
    }

    private static func content(of deployment: ContainerDeployment) -> String {
        let (event, actor, container) = (deployment.event, deployment.actor, deployment.container)
        var parts: [String?] = [
            event.dataset.rawValue, event.timestamp.map { String($0.microseconds) }, event.action.rawValue,
            event.outcome.rawValue, deployment.route.rawValue, deployment.visibility.rawValue,
        ]
        parts += [
            deployment.http?.method, deployment.http?.path, deployment.http?.query,
            deployment.http?.statusCode.map { String($0) },
        ]
        parts += [actor.userName, actor.effectiveName, actor.sourceIP, actor.userAgent, actor.tlsClientSubject]
        parts += [
            deployment.placement.hostName, deployment.placement.clusterName, deployment.placement.namespace,
            deployment.placement.resourceType, deployment.placement.resourceName,
        ]
        parts += [container.id, container.name, container.imageText, container.role?.rawValue]
        parts += deployment.process.args.map(Optional.some)
        parts += deployment.process.environment.map(Optional.some)
        parts += Powers(of: deployment).names.sorted().map(Optional.some)
        return RecordIdentity.findingID(rule: "content", parts: parts.map { $0.map { "=\($0)" } ?? "" })
    }
}
