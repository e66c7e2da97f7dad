internal import Deployments

extension DeploymentRecord {
    /// Takes in what another record of the same deployment says.
    mutating func take(_ record: ContainerDeployment, _ witness: Witness, keys: [String]) {
        merge(record, Standing(of: record))
        add([witness], keys)
    }

    /// Takes in a deployment that turns out to be this one.
    mutating func take(_ other: DeploymentRecord) {
        merge(other.deployment, other.standing)
        add(other.witnesses, other.keys)
        decision = decision ?? other.decision
    }

    mutating func add(_ others: [Witness], _ otherKeys: [String]) {
        witnesses += others.prefix(max(0, Self.maximumWitnesses - witnesses.count))
        // What is known now may be told by others in ways that no record alone would be found by.
        for key in otherKeys + JoinKeys(of: deployment, record: []).all
        where keys.count < Self.maximumKeys && !keys.contains(key) {
            keys.append(key)
        }
    }

    /// What is known beats what is not; the event stays the first record's.
    private mutating func merge(_ record: ContainerDeployment, _ other: Standing) {
        mergeActor(record.actor, other)
        mergeRequest(record.http)
        mergePlacement(record.placement)
        mergeContainer(record)
        deployment.defects.formUnion(record.defects)
        deployment.event.timestamp = deployment.event.timestamp ?? record.event.timestamp
        if deployment.event.outcome == .unknown { deployment.event.outcome = record.event.outcome }
        deployment.event.reason = deployment.event.reason ?? record.event.reason
        if Self.isGeneral(deployment.route), !Self.isGeneral(record.route) { deployment.route = record.route }
    }

    /// Whether a route is that of an API which others lead to.
    private static func isGeneral(_ route: Route) -> Bool {
        route == .dockerAPI || route == .kubernetesAPI || route == .manifest
    }

    // MARK: Who asked

    private mutating func mergeActor(_ other: ContainerDeployment.Actor, _ rank: Standing) {
        mergePrincipal(other, rank.principal)
        deployment.actor.tlsClientSubject = deployment.actor.tlsClientSubject ?? other.tlsClientSubject
        if rank.address > standing.address || deployment.actor.sourceIP == nil {
            deployment.actor.sourceIP = other.sourceIP ?? deployment.actor.sourceIP
            // The client's own words come from where the client was seen.
            deployment.actor.userAgent = other.userAgent ?? deployment.actor.userAgent
            standing.address = max(standing.address, rank.address)
        }
        deployment.actor.userAgent = deployment.actor.userAgent ?? other.userAgent
    }

    private mutating func mergePrincipal(
        _ other: ContainerDeployment.Actor,
        _ rank: Standing.Principal
    ) {
        // An application asks the cluster by an account of its own; whom it asked for is who counts.
        if standing.principal == .application, rank == .authenticated, other.serviceAccountNamespace != nil {
            deployment.actor.effectiveName = deployment.actor.effectiveName ?? other.userName
            return
        }
        let mine = deployment.actor
        let isForOther =
            standing.principal == .authenticated && rank == .application && mine.serviceAccountNamespace != nil
        guard isForOther || rank > standing.principal else { return }
        deployment.actor.userName = other.userName
        deployment.actor.groups = other.groups
        deployment.actor.effectiveName = other.effectiveName ?? (isForOther ? mine.userName : nil)
        deployment.actor.tlsClientSubject = other.tlsClientSubject ?? mine.tlsClientSubject
        standing.principal = rank
    }

    // MARK: What was asked for, and where

    private mutating func mergeRequest(_ other: ContainerDeployment.HTTPRequest?) {
        guard let other else { return }
        guard let mine = deployment.http else {
            deployment.http = other
            return
        }
        guard mine.path == nil || other.path == nil || Agreement.isOnePath(mine, other) else { return }
        deployment.http?.method = mine.method ?? other.method
        deployment.http?.path = mine.path ?? other.path
        deployment.http?.query = mine.query ?? other.query
        deployment.http?.statusCode = mine.statusCode ?? other.statusCode
    }

    private mutating func mergePlacement(_ other: ContainerDeployment.Placement) {
        var mine = deployment.placement
        mine.hostName = mine.hostName ?? other.hostName
        mine.orchestratorType = mine.orchestratorType ?? other.orchestratorType
        mine.clusterName = mine.clusterName ?? other.clusterName
        mine.namespace = mine.namespace ?? other.namespace
        mine.resourceType = mine.resourceType ?? other.resourceType
        mine.resourceName = mine.resourceName ?? other.resourceName
        mine.resourceGroup = mine.resourceGroup ?? other.resourceGroup
        if mine.parentName == nil { (mine.parentType, mine.parentName) = (other.parentType, other.parentName) }
        mine.nodeName = mine.nodeName ?? other.nodeName
        if mine.nodeSelector.isEmpty { mine.nodeSelector = other.nodeSelector }
        if mine.tolerations.isEmpty { mine.tolerations = other.tolerations }
        mine.replicas = mine.replicas ?? other.replicas
        mine.restartPolicy = mine.restartPolicy ?? other.restartPolicy
        mine.schedule = mine.schedule ?? other.schedule
        deployment.placement = mine
    }

    // MARK: The container

    private mutating func mergeContainer(_ record: ContainerDeployment) {
        let mine = deployment.container
        let other = record.container
        if Self.isFuller(record, than: deployment) {
            deployment.container = other
            deployment.process = record.process
            deployment.host = record.host
            deployment.volumes = record.volumes
            deployment.security = record.security
            deployment.visibility = record.visibility
        }
        // The whole id rather than its beginning.
        let ids = [mine.id, other.id].compactMap(\.self)
        deployment.container.id = ids.max { $0.utf8.count < $1.utf8.count }
        deployment.container.name = mine.name ?? other.name
        deployment.container.runtime = mine.runtime ?? other.runtime
        deployment.container.role = deployment.container.role ?? mine.role ?? other.role
        if deployment.container.imageText == nil {
            let known = mine.imageText == nil ? other : mine
            deployment.container.imageText = known.imageText
            deployment.container.image = known.image
            deployment.container.imageHashes = known.imageHashes
            if deployment.container.labels.isEmpty { deployment.container.labels = known.labels }
        }
    }

    /// Whether what `record` shows of the container is to stand in place of what is known, as a whole.
    private static func isFuller(_ record: ContainerDeployment, than known: ContainerDeployment) -> Bool {
        let (one, other) = (fullness(record), fullness(known))
        if one != other { return one > other }
        let (powers, knownPowers) = (Powers(of: record), Powers(of: known))
        if powers != knownPowers { return powers.hold(knownPowers) }
        return record.process.args.count > known.process.args.count
    }

    /// How much a record shows of its container: nothing, what an event does, a part of its body, all of it.
    private static func fullness(_ deployment: ContainerDeployment) -> Int {
        let isEmpty =
            deployment.container.imageText == nil && deployment.process.args.isEmpty && deployment.host == HostAccess()
            && deployment.security == Security()
        if isEmpty { return 0 }
        return switch deployment.visibility {
        case .full: 5
        case .changesOnly: 4
        case .truncated: 3
        case .eventsStream: 2
        case .bodyNotLogged, .auditLevelMetadata, .logLevelInfo: 1
        }
    }
}
