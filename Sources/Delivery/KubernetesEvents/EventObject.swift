/// The object of Kubernetes that an alert speaks of.
struct EventObject: Equatable {
    var apiVersion: String
    var kind: String
    /// Nil for what stands in no namespace.
    var namespace: String?
    var name: String

    /// The Event's own namespace: the object's, `default` for one that has none, as Kubernetes validates it.
    var eventNamespace: String { namespace ?? "default" }
    var key: String { "\(apiVersion)/\(kind)/\(namespace ?? "")/\(name)" }

    /// - Returns: nil for an alert on something else, and for what cannot be an object's name.
    init?(_ alert: Alert) {
        guard let type = alert.value(of: "orchestrator.resource.type"),
            let name = alert.value(of: "orchestrator.resource.name"), Self.isName(name)
        else { return nil }
        // Docker's services and volumes are no objects of Kubernetes.
        let isKubernetes =
            alert.value(of: "orchestrator.type").map { $0 == "kubernetes" }
            ?? (alert.value(of: "orchestrator.namespace") != nil)
        guard isKubernetes else { return nil }
        let namespace = alert.value(of: "orchestrator.namespace")
        guard namespace.map(Self.isName) ?? true else { return nil }
        let resource = String(type.prefix { $0 != "/" }).lowercased()
        let singular = Self.kinds[resource] == nil && resource.hasSuffix("s") ? String(resource.dropLast()) : resource
        self.namespace = namespace
        self.name = name
        if let (kind, version) = Self.kinds[singular] {
            (self.kind, apiVersion) = (kind, version)
        } else {
            // A kind that we do not know: its name is told as the record has it.
            guard !singular.isEmpty, singular.utf8.count <= 63, singular.utf8.allSatisfy(Self.isLetter) else {
                return nil
            }
            kind = singular.prefix(1).uppercased() + singular.dropFirst()
            apiVersion = alert.value(of: "deployment.resource.group").map { "\($0)/v1" } ?? "v1"
        }
    }

    private static let kinds: [String: (kind: String, version: String)] = [
        "pod": ("Pod", "v1"), "namespace": ("Namespace", "v1"), "node": ("Node", "v1"), "service": ("Service", "v1"),
        "secret": ("Secret", "v1"), "configmap": ("ConfigMap", "v1"), "serviceaccount": ("ServiceAccount", "v1"),
        "replicationcontroller": ("ReplicationController", "v1"), "podtemplate": ("PodTemplate", "v1"),
        "deployment": ("Deployment", "apps/v1"), "replicaset": ("ReplicaSet", "apps/v1"),
        "statefulset": ("StatefulSet", "apps/v1"), "daemonset": ("DaemonSet", "apps/v1"),
        "job": ("Job", "batch/v1"), "cronjob": ("CronJob", "batch/v1"),
        "notebook": ("Notebook", "kubeflow.org/v1"), "experiment": ("Experiment", "kubeflow.org/v1beta1"),
        "workflow": ("Workflow", "argoproj.io/v1alpha1"), "cronworkflow": ("CronWorkflow", "argoproj.io/v1alpha1"),
        "workflowtemplate": ("WorkflowTemplate", "argoproj.io/v1alpha1"),
        "rollout": ("Rollout", "argoproj.io/v1alpha1"),
    ]

    /// RFC 1123, as Kubernetes holds most names to it; nothing that would lead elsewhere in a path.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253 && !text.hasPrefix(".") && !text.hasPrefix("-")
            && text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}
