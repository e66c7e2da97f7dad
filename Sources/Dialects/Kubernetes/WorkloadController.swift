internal import JSON

/// One of the cluster's own controllers that make objects of other objects, by the account that it asks under.
struct WorkloadController {
    /// The kind of workload that it makes objects of; nil for the account that all of them may share.
    private let ownerKind: String?

    /// Nil when the request comes from anybody else.
    init?(_ request: AuditRequest) {
        guard let name = request.event.user?["username"]?.text else { return nil }
        if name == "system:kube-controller-manager" {
            ownerKind = nil
        } else {
            guard let kind = Self.kind(name) else { return nil }
            ownerKind = kind
        }
    }

    /// Keys of the workloads that the object may come from, where the log does not show its owner.
    ///
    /// A name tells the owner's (`web-5d4f8` comes from `web`); without one, any workload of that kind in the namespace
    /// may be it.
    func possibleOwners(of request: AuditRequest) -> [UInt64] {
        guard ownerKind != nil, let object = request.nameOfObject else {
            return [request.key(kind: ownerKind, name: nil)]
        }
        let name = String(object)
        let owner = name.lastIndex(of: "-").map { String(name[..<$0]) } ?? name
        return [request.key(kind: ownerKind, name: owner), request.key(kind: ownerKind, name: name)]
    }

    private static func kind(_ name: JSONText) -> String? {
        guard name.hasPrefix("system:serviceaccount:kube-system:") else { return nil }
        switch name.count - 34 {
        case 14 where name.hasSuffix(":job-controller"): return "job"
        case 18 where name.hasSuffix(":cronjob-controller"): return "cronjob"
        case 21 where name.hasSuffix(":replicaset-controller"): return "replicaset"
        case 21 where name.hasSuffix(":deployment-controller"): return "deployment"
        case 21 where name.hasSuffix(":daemon-set-controller"): return "daemonset"
        case 22 where name.hasSuffix(":statefulset-controller"): return "statefulset"
        case 22 where name.hasSuffix(":replication-controller"): return "replicationcontroller"
        default: return nil
        }
    }
}

extension AuditRequest {
    /// A workload's key by kind, namespace and name.
    func key(kind: JSONText?, name: JSONText?) -> UInt64 {
        var hash = TextHash()
        hash.combine(lowercased: kind)
        hash.combine(reference.namespace)
        hash.combine(name)
        return hash.value
    }

    func key(kind: String?, name: String?) -> UInt64 {
        var hash = TextHash()
        hash.combine(kind)
        hash.combine(reference.namespace)
        hash.combine(name)
        return hash.value
    }

    /// The keys that the request's object is known by as an owner: its own, that of any of its kind, that of any.
    var ownerKeys: [UInt64] {
        guard !isPod, let resource = reference.resource else { return [] }
        let kind = ResourceKind.singular(of: String(resource))
        return [
            key(kind: kind, name: nameOfObject.map { String($0) }), key(kind: kind, name: nil),
            key(kind: nil as String?, name: nil),
        ]
    }
}
