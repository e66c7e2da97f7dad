extension Evidence {
    /// The management applications of some names that run, wherever.
    func running(_ names: Set<ManagementApplication.Name>) -> [RunningApplication] {
        let inCluster = cluster.value.map { cluster in
            cluster.managementWorkloads.map { RunningApplication($0, in: cluster) }
        }
        let own = (inCluster ?? []).filter { names.contains($0.application.name) }
        guard let host = host.value else { return own }
        // A pod's containers and processes are seen on its node as well.
        let containers = (host.engineContainers.value ?? []).filter { container in
            inCluster == nil || container.labels["io.kubernetes.pod.name"] == nil
        }
        .compactMap { RunningApplication(container: $0, on: host) }.filter { names.contains($0.application.name) }
        let told = Set((own + containers).map(\.application.name))
        let processes = (host.processes.value ?? []).compactMap { RunningApplication(process: $0, on: host) }
            .filter { names.contains($0.application.name) && !told.contains($0.application.name) }
        return own + containers + processes
    }

    /// Why there may be applications that ``running(_:)`` does not tell.
    ///
    /// - Parameter onHosts: whether they run outside of clusters as well.
    func applicationsUnread(onHosts: Bool) -> String? {
        switch cluster {
        case .unreadable(let reason): return "the cluster could not be read: \(reason)"
        case .known(let cluster): if let reason = cluster.workloadsUnread { return reason }
        case .absent: break
        }
        guard onHosts else { return nil }
        switch host {
        case .unreadable(let reason): return "the host could not be read: \(reason)"
        case .absent: return nil
        case .known(let host):
            if case .unreadable(let reason) = host.engineContainers {
                return "the engine's containers could not be read: \(reason)"
            }
            if case .unreadable(let reason) = host.processes { return "processes could not be read: \(reason)" }
            return nil
        }
    }

    /// What a check finds in the applications of some names.
    ///
    /// - Parameter kind: what they are, for people: "Argo CD".
    func applications(
        _ names: Set<ManagementApplication.Name>,
        _ kind: String,
        onHosts: Bool = true,
        _ judge: (RunningApplication) -> [CheckResult]
    ) -> [CheckResult] {
        let found = running(names).flatMap(judge)
        let unread = applicationsUnread(onHosts: onHosts)
        if let unread, !found.contains(where: { $0.outcome == .fail }) {
            let reason = found.isEmpty ? unread : "there may be more: \(unread)"
            return found + [CheckResult(.unknown, subject: "", reason)]
        }
        return found.isEmpty ? [CheckResult(.notApplicable, subject: "", "no \(kind) runs here")] : found
    }
}

extension [String] {
    /// Each once, in order.
    var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
