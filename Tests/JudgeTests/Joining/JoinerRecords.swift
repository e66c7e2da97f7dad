import Deployments
import Judge

/// Records as the dialects tell them, for joining.
enum Told {
    static let id = String(repeating: "0123456789abcdef", count: 4)

    static func record(
        _ dataset: Dataset,
        _ action: Action = .containerCreate,
        at seconds: Double = 0,
        path: String? = nil,
        offset: Int? = nil,
        _ change: (inout ContainerDeployment) -> Void = { _ in }
    ) -> ContainerDeployment {
        let time = Timestamp(microseconds: 1_795_000_000_000_000 + Int64(seconds * 1_000_000))
        let isKubernetes = dataset.rawValue.hasPrefix("kubernetes")
        let place = offset ?? Int(seconds * 1_000)
        var record = ContainerDeployment(
            event: .init(timestamp: time, id: "\(time)#\(place)", action: action, dataset: dataset),
            route: isKubernetes ? .kubernetesAPI : .dockerAPI
        )
        record.log = .init(path: path ?? "/var/log/\(dataset.rawValue)", offset: place)
        change(&record)
        return record
    }

    /// dockerd's debug log: the body as it was asked for, and perhaps the id.
    static func daemon(
        _ name: String?,
        id: String? = nil,
        at seconds: Double = 0,
        image: String = "alpine",
        _ change: (inout ContainerDeployment) -> Void = { _ in }
    ) -> ContainerDeployment {
        record(.dockerDaemon, at: seconds) { record in
            record.container.name = name
            record.container.id = id
            setImage(image, in: &record)
            record.process.args = ["sh", "-c", "id"]
            record.http = request("/v1.41/containers/create", name, status: nil)
            change(&record)
        }
    }

    /// Docker's events: id, name and image.
    static func event(
        _ name: String,
        id: String = id,
        at seconds: Double = 0,
        image: String = "alpine",
        _ change: (inout ContainerDeployment) -> Void = { _ in }
    ) -> ContainerDeployment {
        record(.dockerEvents, at: seconds) { record in
            record.container.id = id
            record.container.name = name
            setImage(image, in: &record)
            record.event.outcome = .success
            record.visibility = .eventsStream
            change(&record)
        }
    }

    /// A captured request, or a guard's decision.
    static func asked(
        _ name: String?,
        at seconds: Double = 0,
        image: String = "alpine",
        _ change: (inout ContainerDeployment) -> Void = { _ in }
    ) -> ContainerDeployment {
        record(.dockerAPI, at: seconds) { record in
            record.container.name = name
            setImage(image, in: &record)
            record.process.args = ["sh", "-c", "id"]
            record.http = request("/v1.43/containers/create", name, status: 201)
            record.event.outcome = .success
            change(&record)
        }
    }

    /// An audit event of a pod.
    static func audit(
        _ name: String,
        _ action: Action = .podCreate,
        container: String = "c",
        at seconds: Double = 0,
        user: String = "alice",
        image: String = "nginx",
        _ change: (inout ContainerDeployment) -> Void = { _ in }
    ) -> ContainerDeployment {
        object(.kubernetesAudit, name, action, container, at: seconds, user, image) { record in
            record.event.outcome = .success
            record.http = request("/api/v1/namespaces/shop/pods", nil, status: 201)
            record.http?.method = nil
            change(&record)
        }
    }

    /// A decision of the admission webhook.
    static func admission(
        _ name: String?,
        _ action: Action = .podCreate,
        container: String = "c",
        at seconds: Double = 0,
        user: String = "alice",
        image: String = "nginx",
        _ change: (inout ContainerDeployment) -> Void = { _ in }
    ) -> ContainerDeployment {
        object(.kubernetesAdmission, name, action, container, at: seconds, user, image, change)
    }

    static func object(
        _ dataset: Dataset,
        _ name: String?,
        _ action: Action,
        _ container: String,
        at seconds: Double,
        _ user: String?,
        _ image: String,
        _ change: (inout ContainerDeployment) -> Void
    ) -> ContainerDeployment {
        record(dataset, action, at: seconds) { record in
            record.placement.orchestratorType = "kubernetes"
            record.placement.namespace = "shop"
            record.placement.resourceType = "pod"
            record.placement.resourceName = name
            record.container.name = container
            record.container.role = .app
            record.actor.userName = user
            setImage(image, in: &record)
            change(&record)
        }
    }

    static func request(_ path: String, _ name: String?, status: Int?) -> ContainerDeployment.HTTPRequest {
        var request = ContainerDeployment.HTTPRequest()
        request.method = "POST"
        request.path = path
        request.query = name.map { "name=\($0)" }
        request.statusCode = status
        return request
    }

    static func setImage(_ image: String, in record: inout ContainerDeployment) {
        record.container.imageText = image
        record.container.image = try? ImageReference(parsing: image)
    }

    /// Which deployments records become, each by the places of its records among those given; in order.
    static func groups(_ records: [ContainerDeployment], _ joiner: Joiner = Joiner()) -> [[Int]] {
        var joiner = joiner
        return groups(records, &joiner)
    }

    static func groups(_ records: [ContainerDeployment], _ joiner: inout Joiner) -> [[Int]] {
        var groups: [String: [Int]] = [:]
        for (place, record) in records.enumerated() {
            let joined = joiner.take(record)
            for id in joined.absorbed { groups[joined.id, default: []] += groups.removeValue(forKey: id) ?? [] }
            groups[joined.id, default: []].append(place)
        }
        return groups.values.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    }

    /// What is known in the end of records that become one deployment.
    static func merged(_ records: [ContainerDeployment]) -> ContainerDeployment? {
        var joiner = Joiner()
        return records.map { joiner.take($0).deployment }.last
    }
}
