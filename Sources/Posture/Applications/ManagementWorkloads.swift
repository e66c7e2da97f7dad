/// A workload of a cluster that runs a management application.
package struct ManagementWorkload: Sendable {
    package var application: ManagementApplication
    let template: PodTemplate
    /// That of the template's containers which is the application.
    let container: TemplateContainer

    /// The Deployment or the like; the Pod itself where nothing that was collected made it.
    package var object: ClusterObject { template.object }
    package var namespace: String { template.namespace }
    package var podLabels: [String: String] { template.labels }
    /// `default` where the template names none.
    package var serviceAccount: String { template.serviceAccount }
    /// Command and arguments of the application's container.
    package var words: [String] { container.words }
    var isOnHostNetwork: Bool { template.isOnHostNetwork }
}

extension ClusterEvidence {
    /// The workloads that run management applications, among those that were collected.
    ///
    /// A Pod counts where what made it was not collected; where ``workloadsUnread`` says something there may be more.
    package var managementWorkloads: [ManagementWorkload] {
        templates.compactMap { template in
            guard let found = template.application, !isMade(template.object) else { return nil }
            return ManagementWorkload(application: found.application, template: template, container: found.container)
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

    /// Whether an object was made by a workload that was collected as well, which tells of it.
    func isMade(_ object: ClusterObject) -> Bool {
        let owners = object.document.at("metadata", "ownerReferences")?.elements ?? []
        guard let owner = owners.first(where: { $0["controller"]?.bool == true }) ?? owners.first,
            let kind = owner["kind"]?.text, let name = owner["name"]?.text
        else { return false }
        // A ReplicaSet is called like its Deployment, with a hash behind.
        let maker =
            kind == "ReplicaSet"
            ? ("Deployment", String(name[..<(name.lastIndex(of: "-") ?? name.endIndex)])) : (kind, name)
        return names(of: maker.0).contains("\(object.namespace ?? "")/\(maker.1)")
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
