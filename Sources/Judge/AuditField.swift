internal import Deployments
internal import JSON
internal import Sigma

/// Fields that rules on Kubernetes audit logs name and that no audit event has: where they stand, or what they mean.
///
/// SigmaHQ's rules were written for a mapping that was never published with them; `hostPath`, `capabilities` and
/// `apiGroup` are theirs, the others are named alike. A member of the event's own of that name goes first.
/// Events: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/.
enum AuditField: Sendable {
    /// Short for a field that the event has.
    case short(JSONPath)
    /// The verb, and what it comes down to: `delete` for a `deletecollection`, `create` for an exec by websocket.
    case verb
    /// `responseStatus.code`, and `allow` or `forbid`, as the API server decided.
    case responseCode
    /// A field of a pod, wherever in the request its template stands.
    case pod(PodField)

    init?(_ name: String) {
        if let field = PodField(rawValue: name) {
            self = .pod(field)
        } else if let path = Self.shortNames[name] {
            self = .short(JSONPath(path))
        } else {
            switch name {
            case "verb": self = .verb
            case "responseStatus.code": self = .responseCode
            default: return nil
            }
        }
    }

    private static let shortNames = [
        "apiGroup": "objectRef.apiGroup", "resource": "objectRef.resource", "subresource": "objectRef.subresource",
        "namespace": "objectRef.namespace", "name": "objectRef.name", "username": "user.username",
        "groups": "user.groups",
    ]

    /// Whether the values add to those of the event's own member of that name.
    var isAddition: Bool {
        switch self {
        case .verb, .responseCode: true
        case .short, .pod: false
        }
    }

    /// Visits what the field means beyond the event's own member.
    func visit(_ event: JSONValue, _ own: JSONValue?, _ pods: PodFields, _ visit: (Sigma.FieldValue) -> Void) {
        switch self {
        case .short(let path): path.visit(event) { $0.visitScalars(visit) }
        case .pod(let field): pods.visit(field, of: event, visit)
        case .verb: Self.impliedVerb(own?.text, event).map { visit(.text($0)) }
        case .responseCode: Self.decision(event).map { visit(.text($0)) }
        }
    }

    private static func impliedVerb(_ verb: JSONText?, _ event: JSONValue) -> String? {
        guard let verb else { return nil }
        if verb == "deletecollection" { return "delete" }
        // Clients exec by GET over a websocket; the API server asks for the right to create all the same
        // (KEP-4006, AuthorizePodWebsocketUpgradeCreatePermission).
        guard verb == "get", let object = event["objectRef"], let resource = object["resource"]?.text,
            let subresource = object["subresource"]?.text, resource == "pods"
        else { return nil }
        let connects = subresource == "exec" || subresource == "attach" || subresource == "portforward"
        return connects ? "create" : nil
    }

    private static func decision(_ event: JSONValue) -> String? {
        if let decision = event["annotations"]?["authorization.k8s.io/decision"]?.string { return decision }
        // Without the annotation: whoever was answered with success was let in. A refusal says nothing of the kind,
        // since admission refuses too.
        guard let code = event["responseStatus"]?["code"]?.integer, code < 400 else { return nil }
        return "allow"
    }
}

/// Fields of pods and their containers by the names that Kubernetes gives them.
enum PodField: String, Sendable, CaseIterable {
    /// The path on the node of each such volume.
    case hostPath
    case hostNetwork, hostPID, hostIPC, hostPort
    case serviceAccountName
    case privileged, allowPrivilegeEscalation, runAsUser, runAsNonRoot, readOnlyRootFilesystem, procMount
    /// Capabilities beyond those that every container has; `ALL` for a privileged one.
    case capabilities
    /// The names of the containers.
    case containers
    case image, command, args
}
