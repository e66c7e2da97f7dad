internal import Deployments

/// What makes a record and a deployment one, from what proves it to what only hints at it.
enum Evidence: CaseIterable {
    /// The container's id.
    case id
    /// The name of what is made or changed.
    case name
    /// The same request, or the same thing made by the same user, within seconds, and nothing else like it.
    case hint

    /// Whether one of several deployments may be chosen by their times.
    ///
    /// What a hint is right about of two deployments cannot be told; a source address laid at the wrong door would be
    /// worse than an alert too many.
    var mayChoose: Bool { self != .hint }
}

/// Whether a record may speak of a deployment that others told of, as far as what both show goes.
///
/// Only what contradicts itself is looked for: a value that one side does not show says nothing.
struct Agreement {
    /// How far apart two records of one thing may be, in microseconds.
    let window: Int64
    /// The same for what may well be done twice in a row: an exec, a restart, an update, a request without a name.
    static let moment: Int64 = 10_000_000
    /// The same for what has one name: the next by the name may be made soon, and what takes longer is another.
    static let minute: Int64 = 60_000_000

    /// How many microseconds `record` is from what is known; nil where the two are not one.
    func distance(_ record: ContainerDeployment, _ known: DeploymentRecord, by evidence: Evidence) -> Int64? {
        // A source tells of one thing once: what it tells twice is two things.
        guard !known.witnesses.contains(where: { $0.dataset == record.event.dataset }) else { return nil }
        guard let distance = near(record, known, by: evidence) else { return nil }
        let other = known.deployment
        guard areOnePlace(record, other), areOneObject(record, other), areOneContainer(record, other, by: evidence),
            areOneRequest(record, other, by: evidence)
        else { return nil }
        if evidence == .hint, let kind = record.placement.resourceType, kind == other.placement.resourceType,
            record.http?.path == nil || other.http?.path == nil
        {
            // The same thing made by the same user: what has two names is two things, and one name was looked for.
            guard record.placement.resourceName == nil || other.placement.resourceName == nil else { return nil }
        }
        return distance
    }

    private func near(_ record: ContainerDeployment, _ known: DeploymentRecord, by evidence: Evidence) -> Int64? {
        guard let distance = Self.distance(record.event.timestamp, known.witnesses) else {
            // A file of a node has no time of its own.
            return evidence == .id || Self.isStaticPod(record, known.deployment) ? 0 : nil
        }
        return distance <= min(limit(record.event.action, by: evidence), window) ? distance : nil
    }

    private func limit(_ action: Action, by evidence: Evidence) -> Int64 {
        if evidence == .hint || !Self.isMadeOnce(action) { return Self.moment }
        // An image may take long to come, and the log tells of it when it is asked for.
        return evidence == .name && !JoinKeys.isOfImage(action) ? Self.minute : window
    }

    /// How many microseconds a time is from the nearest record's; nil where either has none.
    static func distance(_ time: Timestamp?, _ witnesses: [Witness]) -> Int64? {
        guard let time else { return nil }
        let distances = witnesses.compactMap(\.time).map { other -> Int64 in
            let (difference, isBeyond) = time.microseconds.subtractingReportingOverflow(other.microseconds)
            return isBeyond || difference == .min ? .max : abs(difference)
        }
        return distances.min()
    }

    /// Whether the nearest of several is meant for certain: both times are exact, and all but the same.
    static func isClear(_ nearest: Int64, from next: Int64, _ time: Timestamp?, _ witnesses: [Witness]) -> Bool {
        guard nearest <= 50_000, next >= 1_000_000 else { return false }
        // Servers that write whole seconds write when they were done, too.
        let times = [time] + witnesses.map(\.time)
        return times.allSatisfy { $0.map { $0.microseconds % 1_000_000 != 0 } ?? false }
    }

    /// Whether the same thing is not made twice under one name unless it was taken away between.
    private static func isMadeOnce(_ action: Action) -> Bool {
        switch action {
        case .containerCreate, .podCreate, .workloadCreate, .serviceCreate, .volumeCreate, .pluginInstall, .imagePull,
            .imageBuild, .imageLoad, .swarmJoin:
            true
        default: false
        }
    }

    /// Whether one is a file of a node, and the other the pod that the node shows for such a file.
    private static func isStaticPod(_ left: ContainerDeployment, _ right: ContainerDeployment) -> Bool {
        let isFile = (left.event.dataset == .kubernetesManifest, right.event.dataset == .kubernetesManifest)
        return (isFile.0 && right.route == .staticPod) || (isFile.1 && left.route == .staticPod)
    }

    private func areOnePlace(_ left: ContainerDeployment, _ right: ContainerDeployment) -> Bool {
        // A manifest in a repository is no deployment yet.
        if left.event.dataset == .kubernetesManifest || right.event.dataset == .kubernetesManifest {
            guard Self.isStaticPod(left, right) else { return false }
        }
        return Self.mayBeOne(left.placement.hostName.map(Self.shortHost), right.placement.hostName.map(Self.shortHost))
            && Self.mayBeOne(left.placement.clusterName, right.placement.clusterName)
            && Self.mayBeOne(namespace(left), namespace(right))
            && left.event.action == right.event.action
    }

    /// A file that names no namespace is the default one's.
    private func namespace(_ deployment: ContainerDeployment) -> String? {
        deployment.placement.namespace ?? (deployment.event.dataset == .kubernetesManifest ? "default" : nil)
    }

    /// Some write a host's name with its domain.
    private static func shortHost(_ name: String) -> String {
        name.utf8.firstIndex(of: UInt8(ascii: ".")).map { String(name[..<$0]) } ?? name
    }

    private func areOneObject(_ left: ContainerDeployment, _ right: ContainerDeployment) -> Bool {
        guard Self.mayBeOne(left.placement.resourceType, right.placement.resourceType) else { return false }
        guard let one = left.placement.resourceName, let other = right.placement.resourceName else { return true }
        return !Set(JoinKeys.names(one, of: left)).isDisjoint(with: JoinKeys.names(other, of: right))
    }

    private func areOneContainer(
        _ left: ContainerDeployment,
        _ right: ContainerDeployment,
        by evidence: Evidence
    ) -> Bool {
        if let one = left.container.id, let other = right.container.id, JoinKeys.isID(one), JoinKeys.isID(other) {
            guard one.hasPrefix(other) || other.hasPrefix(one) else { return false }
        }
        guard Self.mayBeOne(left.container.role, right.container.role) else { return false }
        // What has the same id is made once, whatever it is called by now and by which name its image is.
        if evidence == .id { return Self.isMadeOnce(left.event.action) || doOneThing(left, right) }
        return Self.mayBeOne(left.container.name, right.container.name) && doOneThing(left, right)
            && Self.mayBeOne(JoinKeys.image(left.container), JoinKeys.image(right.container))
            && isOneBody(left, right)
    }

    /// Whether what runs may be the same: an inspection shows the image's entrypoint before the command asked for, and
    /// an event a command's words.
    private func doOneThing(_ left: ContainerDeployment, _ right: ContainerDeployment) -> Bool {
        let (one, other) = (left.process.args, right.process.args)
        guard !one.isEmpty, !other.isEmpty else { return true }
        if left.event.action == .containerExec {
            return one.joined(separator: " ").split(separator: " ")
                == other.joined(separator: " ").split(separator: " ")
        }
        return one.count > other.count ? one.suffix(other.count) == other[...] : other.suffix(one.count) == one[...]
    }

    /// Whether neither of two whole bodies has a power that the other lacks and lacks one that it has.
    func isOneBody(_ left: ContainerDeployment, _ right: ContainerDeployment) -> Bool {
        guard left.visibility == .full, right.visibility == .full else { return true }
        let (one, other) = (Powers(of: left), Powers(of: right))
        return one.hold(other) || other.hold(one)
    }

    private func areOneRequest(
        _ left: ContainerDeployment,
        _ right: ContainerDeployment,
        by evidence: Evidence
    ) -> Bool {
        let outcomes = (outcome(of: left), outcome(of: right))
        guard outcomes.0 == .unknown || outcomes.1 == .unknown || outcomes.0 == outcomes.1 else { return false }
        guard let one = left.http, let other = right.http, Self.isOnePath(one, other) else { return true }
        return Self.mayBeOne(one.method, other.method) && Self.mayBeOne(one.statusCode, other.statusCode)
    }

    /// What has an id was made, though its start may have failed.
    private func outcome(of deployment: ContainerDeployment) -> Outcome {
        let isMade = deployment.event.action == .containerCreate && deployment.container.id.map(JoinKeys.isID) ?? false
        return isMade ? .success : deployment.event.outcome
    }

    static func isOnePath(
        _ left: ContainerDeployment.HTTPRequest,
        _ right: ContainerDeployment.HTTPRequest
    ) -> Bool {
        guard let one = left.path, let other = right.path else { return false }
        return one == other || JoinKeys.withoutVersion(one) == JoinKeys.withoutVersion(other)
    }

    private static func mayBeOne<Value: Equatable>(_ left: Value?, _ right: Value?) -> Bool {
        guard let left, let right else { return true }
        return left == right
    }
}
