internal import JSON

/// The kinds in which Kubernetes itself keeps a pod or a template of one, and where.
///
/// Those are the kinds that the API server's own pod security looks into; whatever else holds templates is read by
/// shape. Source: pod-security-admission, admission/admission.go (`DefaultPodSpecExtractor`).
enum NativeWorkload {
    /// The names that lead to the object with the pod's `metadata` and `spec`; empty for a pod; nil for other kinds.
    static func template(of object: JSONValue) -> [StaticString]? {
        guard let kind = object["kind"]?.text, let version = object["apiVersion"]?.string else { return nil }
        return template(ofVersion: version) { kind == $0 }
    }

    /// The same for a kind of an API version: `apps/v1`.
    static func template(ofVersion version: String, isKind: (StaticString) -> Bool) -> [StaticString]? {
        switch group(of: version) {
        case "":
            if isKind("Pod") { return [] }
            if isKind("PodTemplate") { return ["template"] }
            if isKind("ReplicationController") { return ["spec", "template"] }
        case "apps", "extensions":
            if isKind("Deployment") || isKind("ReplicaSet") || isKind("StatefulSet") || isKind("DaemonSet") {
                return ["spec", "template"]
            }
        case "batch":
            if isKind("Job") { return ["spec", "template"] }
            if isKind("CronJob") { return ["spec", "jobTemplate", "spec", "template"] }
        default: break
        }
        return nil
    }

    /// The pod in an object of such a kind, at its place.
    static func pod(in object: JSONValue, at names: [StaticString]) throws(PodReadingError) -> Pod? {
        var template: JSONValue? = object
        var path = ""
        for name in names {
            guard let value = template else { break }
            _ = try StrictJSON.members(value, path)
            path = StrictJSON.join(path, "\(name)")
            template = value[name]
        }
        // A replication controller may have no template, and no pods then; without one, others deploy nothing either.
        guard let template, !template.isNull else { return nil }
        var pod = try PodReader.pod(template, at: names.map { "\($0)" }.joined(separator: "."))
        if names.isEmpty { pod.fillInAsServer() }
        return pod
    }

    private static func group(of version: String) -> String? {
        let parts = version.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 1 ? "" : parts.count == 2 ? String(parts[0]) : nil
    }
}
