internal import JSON

/// The kinds in which Kubernetes itself keeps a pod or a template of one, and where.
///
/// Those are the kinds that the API server's own pod security looks into; whatever else holds templates is read by
/// shape. Source: pod-security-admission, admission/admission.go (`DefaultPodSpecExtractor`).
enum NativeWorkload {
    /// The names that lead to the object with the pod's `metadata` and `spec`; empty for a pod; nil for other kinds.
    static func template(of object: JSONValue) -> [StaticString]? {
        guard let kind = object["kind"]?.text else { return nil }
        switch group(of: object) {
        case "":
            if kind == "Pod" { return [] }
            if kind == "PodTemplate" { return ["template"] }
            if kind == "ReplicationController" { return ["spec", "template"] }
        case "apps", "extensions":
            if kind == "Deployment" || kind == "ReplicaSet" || kind == "StatefulSet" || kind == "DaemonSet" {
                return ["spec", "template"]
            }
        case "batch":
            if kind == "Job" { return ["spec", "template"] }
            if kind == "CronJob" { return ["spec", "jobTemplate", "spec", "template"] }
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

    private static func group(of object: JSONValue) -> String? {
        guard let version = object["apiVersion"]?.string else { return nil }
        let parts = version.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 1 ? "" : parts.count == 2 ? String(parts[0]) : nil
    }
}
