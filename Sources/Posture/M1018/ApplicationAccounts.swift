/// The service account of a management application's pods, and what it may do.
struct ApplicationAccount {
    let application: ManagementApplication
    let subject: Subject
}

extension ClusterEvidence {
    /// The service accounts of all management applications that run; each once, with the first that has it.
    var applicationAccounts: [ApplicationAccount] {
        var seen: Set<Subject> = []
        return managementWorkloads.compactMap { workload in
            let subject = Subject(.serviceAccount, workload.serviceAccount, namespace: workload.namespace)
            guard seen.insert(subject).inserted else { return nil }
            return ApplicationAccount(application: workload.application, subject: subject)
        }
    }

    /// Namespaces in which the Kubernetes Dashboard, or an application like it, runs or has its account.
    var dashboardNamespaces: Set<String> {
        let running = managementWorkloads.filter(\.application.isDashboard).map(\.namespace)
        // By its own name, too: its account outlives it.
        let named = (objects("Namespace").value ?? []).map(\.name).filter { $0 == "kubernetes-dashboard" }
        // What else is there is the cluster's own.
        return Set(running + named).filter { !ClusterParts.includes(namespace: $0) }
    }

    /// What a check finds where both applications and rights are known.
    func results(
        _ judge: (ClusterAccess) -> [CheckResult]
    ) -> [CheckResult] {
        if let reason = workloadsUnread, managementWorkloads.isEmpty {
            return [CheckResult(.unknown, subject: "", "workloads could not be read: \(reason)")]
        }
        return access.results(of: "roles and bindings", judge)
    }
}

extension ManagementApplication {
    /// Whether it shows a cluster to people, who each have rights of their own, and needs none itself.
    var isDashboard: Bool {
        switch name {
        case .kubernetesDashboard, .headlamp, .skooner, .octant, .kuboard, .helmDashboard: true
        default: false
        }
    }

    /// Whether it makes pods by workflows, pipelines or what a repository holds.
    var isForWorkflows: Bool {
        switch name {
        case .argoWorkflows, .argoCD, .kubeflowPipelines, .kubeflowPipelinesInterface, .tektonDashboard, .jupyterHub,
            .kubeflowNotebooks, .ray:
            true
        default: false
        }
    }
}

extension HeldRights {
    /// Whether it is by a role that allows everything, told by what nobody lists.
    var isOfEverything: Bool {
        let roles: Set = ["cluster-admin", "admin"]
        return binding.role.kind == .clusterRole && roles.contains(binding.role.name)
    }

    /// As findings quote it: `ClusterRole "edit": create pods and 12 more`.
    var words: String {
        let more = rights.count > 3 ? " and \(rights.count - 3) more" : ""
        return
            "\(binding.role.kind.rawValue) \"\(binding.role.name)\": \(rights.prefix(3).joined(separator: ", "))\(more)"
    }
}
