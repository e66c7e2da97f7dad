internal import Deployments
internal import JSON

/// What an audited request does, as far as it deploys.
enum AuditVerdict {
    /// Not a deployment.
    case none
    /// An object is created, changed in whole, or patched.
    case object(isPatch: Bool)
    /// A command is run in a pod, or its terminal joined.
    case exec(Action)
    /// A pod is bound to a node by hand.
    case bind
    /// A request to a node's kubelet through the API server.
    case kubelet
    /// A request to a service or pod through the API server: a dashboard may stand there.
    case proxy
}

/// The verbs that may deploy, told apart without a copy.
enum AuditVerb {
    case create, update, patch, get, other

    init(_ text: JSONText) {
        switch text.count {
        case 3 where text == "get": self = .get
        case 5 where text == "patch": self = .patch
        case 6 where text == "create": self = .create
        case 6 where text == "update": self = .update
        default: self = .other
        }
    }

    /// What proxies forward under it may change something.
    fileprivate var mayWrite: Bool { self == .create || self == .update || self == .patch }
}

/// Where a request goes: the parts of `objectRef`, found in one pass.
struct ObjectReference {
    var resource: JSONText?
    var subresource: JSONText?
    var namespace: JSONText?
    var name: JSONText?
    var group: JSONText?

    /// The place that an admission review names.
    init(resource: JSONText, subresource: JSONText?, namespace: JSONText?, name: JSONText?, group: JSONText?) {
        self.resource = resource
        self.subresource = subresource.flatMap { $0.isEmpty ? nil : $0 }
        self.namespace = namespace.flatMap { $0.isEmpty ? nil : $0 }
        self.name = name.flatMap { $0.isEmpty ? nil : $0 }
        self.group = group.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether it is a pod's, and not that of another group with the same plural name.
    var isPod: Bool { resource.map { $0 == "pods" } ?? false && group == nil }

    init(_ reference: JSONValue) {
        for (key, value) in reference.members {
            switch key.count {
            case 4 where key == "name": name = value.text
            case 8 where key == "resource": resource = value.text
            case 8 where key == "apiGroup": group = value.text
            case 9 where key == "namespace": namespace = value.text
            case 11 where key == "subresource": subresource = value.text
            default: break
            }
        }
    }

    /// What a request with that verb to this place does.
    func verdict(_ verb: AuditVerb) -> AuditVerdict {
        guard let resource else { return .none }
        if let subresource { return verdict(verb, resource: resource, subresource: subresource) }
        guard verb.mayWrite, !isNeverWorkload(resource) else { return .none }
        if verb == .create, resource == "bindings" { return .bind }
        return .object(isPatch: verb == .patch)
    }

    private func verdict(_ verb: AuditVerb, resource: JSONText, subresource: JSONText) -> AuditVerdict {
        switch subresource.count {
        // Newer clients exec by GET over a websocket.
        case 4 where subresource == "exec": isPods(resource) && isConnect(verb) ? .exec(.podExec) : .none
        case 5 where subresource == "proxy":
            if resource == "nodes" {
                verb == .other ? .none : .kubelet
            } else {
                verb.mayWrite && (isPods(resource) || resource == "services") ? .proxy : .none
            }
        case 6 where subresource == "attach": isPods(resource) && isConnect(verb) ? .exec(.podAttach) : .none
        case 7 where subresource == "binding": isPods(resource) && verb == .create ? .bind : .none
        case 19 where subresource == "ephemeralcontainers":
            isPods(resource) && (verb == .patch || verb == .update) ? .object(isPatch: verb == .patch) : .none
        default: .none
        }
    }

    private func isPods(_ resource: JSONText) -> Bool { resource == "pods" }

    private func isConnect(_ verb: AuditVerb) -> Bool { verb == .create || verb == .get }

    /// Resources that no one deploys by and that fill every log.
    private func isNeverWorkload(_ resource: JSONText) -> Bool {
        // Plural names collide across groups; only Kubernetes' own are known to deploy nothing.
        if let group, !group.isEmpty, !group.hasSuffix(".k8s.io") { return false }
        return switch resource.count {
        case 5: resource == "nodes" || resource == "roles"
        case 6: resource == "leases" || resource == "events"
        case 7: resource == "secrets"
        case 9: resource == "endpoints"
        case 10: resource == "configmaps" || resource == "namespaces"
        case 12: resource == "tokenreviews" || resource == "rolebindings" || resource == "clusterroles"
        case 14: resource == "endpointslices"
        case 15: resource == "serviceaccounts"
        case 19: resource == "controllerrevisions" || resource == "clusterrolebindings"
        case 20: resource == "subjectaccessreviews"
        case 24: resource == "selfsubjectaccessreviews"
        default: false
        }
    }
}
