internal import JSON

/// One of the cluster's own controllers that make objects of other objects, by the account that it asks under.
struct WorkloadController {
    /// Keys of the workloads that what it makes may come from, where the log does not show the owner.
    ///
    /// A name tells the owner's (`web-5d4f8` comes from `web`); without one, any workload of that kind in the namespace
    /// may be it.
    let possibleOwners: [UInt64]

    /// Nil when the request comes from anybody else.
    init?(_ request: AuditRequest) {
        guard let name = request.event.user?["username"]?.text else { return nil }
        if name == "system:kube-controller-manager" {
            possibleOwners = [request.key(kind: nil as String?, name: nil)]
            return
        }
        guard let kind = Self.kind(name) else { return nil }
        guard let object = request.nameOfObject else {
            possibleOwners = [request.key(kind: kind, name: nil)]
            return
        }
        let text = String(object)
        let owner = text.lastIndex(of: "-").map { String(text[..<$0]) } ?? text
        // Daemon sets and replica sets have their pods named by the server.
        possibleOwners = [request.key(kind: kind, name: owner), request.key(kind: kind, name: text)]
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
