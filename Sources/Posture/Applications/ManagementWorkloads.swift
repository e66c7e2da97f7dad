/// A workload of a cluster that runs a management application.
package struct ManagementWorkload: Sendable {
    package var application: ManagementApplication
    /// The Deployment or the like; the Pod itself where nothing that was collected made it.
    package var object: ClusterObject
    package var namespace: String
    package var podLabels: [String: String]
    /// `default` where the template names none.
    package var serviceAccount: String
    /// The pods' template, `metadata` and `spec`.
    package var template: Document
    /// That of the template's containers which is the application.
    package var container: Document

    /// Command and arguments of the application's container.
    package var words: [String] { (container["command"]?.texts ?? []) + (container["args"]?.texts ?? []) }

    /// The variables that the template gives the application's container by value.
    package var environment: [String: String] {
        let pairs = (container["env"]?.elements ?? []).compactMap { one -> (String, String)? in
            guard let name = one["name"]?.text, let value = one["value"]?.scalar else { return nil }
            return (name, value)
        }
        return Dictionary(pairs) { _, last in last }
    }
}

extension ClusterEvidence {
    /// Where kinds of workloads keep their pods' template.
    static let templates: [(kind: String, path: [String])] = [
        ("Deployment", ["spec", "template"]), ("StatefulSet", ["spec", "template"]),
        ("DaemonSet", ["spec", "template"]), ("Job", ["spec", "template"]),
        ("CronJob", ["spec", "jobTemplate", "spec", "template"]), ("Pod", []),
    ]

    /// The workloads that run management applications, among those that were collected.
    ///
    /// A Pod counts where what made it was not collected; where ``workloadsUnread`` says something there may be more.
    package var managementWorkloads: [ManagementWorkload] {
        Self.templates.flatMap { kind, path in
            (objects(kind).value ?? []).compactMap { object -> ManagementWorkload? in
                guard kind != "Pod" || !isMade(object), let template = object.document.at(path),
                    let found = ManagementApplication.container(of: template)
                else { return nil }
                let account = ContainerLook(found.container, in: template).serviceAccount
                return ManagementWorkload(
                    application: found.application,
                    object: object,
                    namespace: object.namespace ?? "default",
                    podLabels: template.at("metadata", "labels")?.textsByName ?? [:],
                    serviceAccount: account ?? "default",
                    template: template,
                    container: found.container
                )
            }
        }
    }

    /// Why ``managementWorkloads`` may lack some; nil where it cannot: all Pods were collected, or all that makes them.
    package var workloadsUnread: String? {
        guard case .unreadable(let reason) = objects("Pod") else { return nil }
        for kind in ["Deployment", "StatefulSet", "DaemonSet"] {
            if case .unreadable = objects(kind) { return reason }
        }
        return nil
    }

    /// Whether a Pod was made by a workload that was collected as well.
    private func isMade(_ pod: ClusterObject) -> Bool {
        let owners = pod.document.at("metadata", "ownerReferences")?.elements ?? []
        guard let owner = owners.first(where: { $0["controller"]?.bool == true }) ?? owners.first,
            let kind = owner["kind"]?.text, let name = owner["name"]?.text
        else { return false }
        // A ReplicaSet is called like its Deployment, with a hash behind.
        let maker =
            kind == "ReplicaSet"
            ? ("Deployment", String(name[..<(name.lastIndex(of: "-") ?? name.endIndex)])) : (kind, name)
        return (objects(maker.0).value ?? []).contains { $0.name == maker.1 && $0.namespace == pod.namespace }
    }
}

extension ManagementWorkload {
    /// Whether a Service leads to its pods, by labels.
    package func isBehind(_ service: ClusterObject) -> Bool {
        let selector = service.document.at("spec", "selector")?.textsByName ?? [:]
        guard service.namespace == namespace, !selector.isEmpty else { return false }
        return selector.allSatisfy { podLabels[$0.key] == $0.value }
    }

    /// The answers of its own that were had through the cluster's Services.
    func answers(in cluster: ClusterEvidence) -> [Probe] {
        let services = (cluster.objects("Service").value ?? []).filter(isBehind)
        return cluster.serviceProbes.filter { one in
            one.namespace == namespace && services.contains { $0.name == one.service }
        }
        .map(\.probe)
    }
}
