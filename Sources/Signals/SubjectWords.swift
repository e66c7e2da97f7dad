internal import Deployments
internal import Judge

/// Who, where and what a deployment is, in words for people.
enum SubjectWords {
    /// `alice@10.0.0.7 as system:masters`; nil where nobody is known.
    static func who(_ actor: ContainerDeployment.Actor) -> String? {
        let name = actor.userName ?? actor.tlsClientSubject
        let someone: String? =
            switch (name, actor.sourceIP) {
            case (let name?, let address?): "\(name)@\(address)"
            default: name ?? actor.sourceIP
            }
        guard let other = actor.effectiveName else { return someone }
        return "\(someone ?? "somebody") as \(other)"
    }

    /// `daemonset/web in prod, container app`, `container web on docker01`; nil where no place is known.
    static func place(_ deployment: ContainerDeployment) -> String? {
        let placement = deployment.placement
        let object = [placement.resourceType, placement.resourceName].compactMap { $0 }.joined(separator: "/")
        let role = deployment.container.role.flatMap { $0 == .app ? nil : "\($0.rawValue) " } ?? ""
        let name = deployment.container.name ?? deployment.container.id.map { String($0.prefix(12)) }
        let container = name.map { "\(role)container \($0)" }
        let inside = placement.namespace.map { " in \($0)" } ?? ""
        let host = placement.hostName.map { " on \($0)" } ?? ""
        let place =
            object.isEmpty
            ? (container ?? "") + inside + host
            : object + inside + host + (container.map { ", \($0)" } ?? "")
        return place.isEmpty ? nil : String(place.drop { $0 == " " })
    }

    /// `2026-11-24 15:47:23`, UTC; nil where the source does not say.
    static func time(_ timestamp: Timestamp?) -> String? {
        timestamp.map { String($0.description.prefix(19)).replacing("T", with: " ") }
    }

    /// What was done, by which route, and how it went.
    static func action(_ deployment: ContainerDeployment) -> String {
        let text = "\(deployment.event.action.rawValue) by \(deployment.route.rawValue)"
        guard deployment.event.outcome == .failure else { return text }
        let status = deployment.http?.statusCode
        return "\(text), \(status == 401 || status == 403 ? "refused" : "failed")"
    }

    /// `12 events within 1h`.
    static func events(_ summary: CorrelationSummary) -> String {
        let span = summary.timespan.components.seconds
        let (unit, length): (String, Int64) =
            span % 86_400 == 0
            ? ("d", 86_400) : span % 3_600 == 0 ? ("h", 3_600) : span % 60 == 0 ? ("m", 60) : ("s", 1)
        return "\(summary.eventCount) event\(summary.eventCount == 1 ? "" : "s") within \(span / length)\(unit)"
    }

    static func position(_ log: ContainerDeployment.LogPosition) -> String { "\(log.path):\(log.offset)" }

    /// `alice@10.0.0.7`; nil where nobody is known.
    static func who(_ record: RawRecordSummary) -> String? {
        switch (record.userName, record.sourceAddress) {
        case (let name?, let address?): "\(name)@\(address)"
        default: record.userName ?? record.sourceAddress
        }
    }

    /// `pods/exec web in prod`; nil where no place is known.
    static func place(_ record: RawRecordSummary) -> String? {
        let object = [record.resource, record.name].compactMap { $0 }.joined(separator: " ")
        let place = object + (record.namespace.map { " in \($0)" } ?? "")
        return place.isEmpty ? nil : String(place.drop { $0 == " " })
    }
}
