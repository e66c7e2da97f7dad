internal import Deployments
internal import JSON

/// The parts of a Kubernetes audit event, found in one pass and left where they stand.
///
/// Source: audit.k8s.io/v1, https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/.
struct AuditEvent {
    var auditID: JSONText?
    var level: JSONText?
    var stage: JSONText?
    var verb: JSONText?
    var requestURI: JSONText?
    var userAgent: JSONText?
    var received: JSONText?
    var stamped: JSONText?
    var user: JSONValue?
    var impersonated: JSONValue?
    var sourceIPs: JSONValue?
    var objectRef: JSONValue?
    var responseStatus: JSONValue?
    var requestObject: JSONValue?
    var responseObject: JSONValue?
    var annotations: JSONValue?
    /// Whether a member stands twice; the API server writes none twice.
    var hasDuplicates = false

    init(_ event: JSONValue) {
        for (key, value) in event.members {
            switch key.count {
            case 4 where key == "verb": Self.set(&verb, value.text, &hasDuplicates)
            case 4 where key == "user": Self.set(&user, value, &hasDuplicates)
            case 5 where key == "level": Self.set(&level, value.text, &hasDuplicates)
            case 5 where key == "stage": Self.set(&stage, value.text, &hasDuplicates)
            case 7 where key == "auditID": Self.set(&auditID, value.text, &hasDuplicates)
            case 9 where key == "userAgent": Self.set(&userAgent, value.text, &hasDuplicates)
            case 9 where key == "objectRef": Self.set(&objectRef, value, &hasDuplicates)
            case 9 where key == "sourceIPs": Self.set(&sourceIPs, value, &hasDuplicates)
            case 10 where key == "requestURI": Self.set(&requestURI, value.text, &hasDuplicates)
            case 11 where key == "annotations": Self.set(&annotations, value, &hasDuplicates)
            case 13 where key == "requestObject": Self.set(&requestObject, value, &hasDuplicates)
            case 14 where key == "responseObject": Self.set(&responseObject, value, &hasDuplicates)
            case 14 where key == "responseStatus": Self.set(&responseStatus, value, &hasDuplicates)
            case 14 where key == "stageTimestamp": Self.set(&stamped, value.text, &hasDuplicates)
            case 16 where key == "impersonatedUser": Self.set(&impersonated, value, &hasDuplicates)
            case 24 where key == "requestReceivedTimestamp": Self.set(&received, value.text, &hasDuplicates)
            default: break
            }
        }
    }

    private static func set<Value>(_ member: inout Value?, _ value: Value?, _ isTwice: inout Bool) {
        if member != nil { isTwice = true }
        member = value
    }
}

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
}

/// Where a request goes: the parts of `objectRef`, found in one pass.
struct ObjectReference {
    var resource: JSONText?
    var subresource: JSONText?
    var namespace: JSONText?
    var name: JSONText?
    var group: JSONText?

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
    func verdict(verb: JSONText) -> AuditVerdict {
        guard let resource else { return .none }
        if let subresource { return verdict(verb: verb, resource: resource, subresource: subresource) }
        let isPatch = verb == "patch"
        guard isPatch || verb == "create" || verb == "update", !isNeverWorkload(resource) else { return .none }
        return .object(isPatch: isPatch)
    }

    private func verdict(verb: JSONText, resource: JSONText, subresource: JSONText) -> AuditVerdict {
        guard resource == "pods" else {
            let isProxy = resource == "nodes" && subresource == "proxy"
            return isProxy ? .kubelet : .none
        }
        switch subresource.count {
        // Newer clients exec by GET over a websocket.
        case 4 where subresource == "exec": return verb == "create" || verb == "get" ? .exec(.podExec) : .none
        case 6 where subresource == "attach": return verb == "create" || verb == "get" ? .exec(.podAttach) : .none
        case 6 where subresource == "resize": return .none
        case 7 where subresource == "binding": return verb == "create" ? .bind : .none
        case 19 where subresource == "ephemeralcontainers":
            return verb == "patch" ? .object(isPatch: true) : verb == "update" ? .object(isPatch: false) : .none
        default: return .none
        }
    }

    /// Resources that no one deploys by and that fill every log.
    private func isNeverWorkload(_ resource: JSONText) -> Bool {
        switch resource.count {
        case 5: resource == "nodes" || resource == "roles"
        case 6: resource == "leases" || resource == "events"
        case 7: resource == "secrets"
        case 9: resource == "endpoints"
        case 10: resource == "configmaps" || resource == "namespaces"
        case 12: resource == "tokenreviews" || resource == "rolebindings" || resource == "clusterroles"
        case 14: resource == "endpointslices"
        case 15: resource == "serviceaccounts"
        default: false
        }
    }
}
