internal import Sigma

extension Check {
    /// Who else can read the credentials for a cluster.
    static let readableKubeconfigs = Check(
        id: "TW-M1018-022",
        title: "kubeconfig Files Readable By Others",
        mitigation: .accounts,
        level: .high,
        reads:
            "owner, permission bits and access control list of kubeadm's files in /etc/kubernetes, of k3s' and RKE2's, and of "
            + "~/.kube/config of every user",
        passes: "nobody but the owner may read them, who is root, or the user whose home it is",
        remedy: "chmod 0600 the file, and give it to its user; name each administrator instead of copying admin.conf",
        references: [
            "CIS Kubernetes 1.1.13", "CIS Kubernetes 1.1.14", "CIS Kubernetes 1.1.15", "CIS Kubernetes 1.1.16",
            "CIS Kubernetes 1.1.17", "CIS Kubernetes 1.1.18", "kubescape C-0104", "kubescape C-0105",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                let files = host.kubeconfigs
                let found = files.map { host.judge($0) }
                let unread = (Kubeconfig.system + host.homeKubeconfigs.map(\.path)).filter {
                    if case .unreadable = host.file($0) { true } else { false }
                }
                var results = found
                if case .unreadable(let reason) = host.users {
                    results.append(CheckResult(.unknown, subject: "", "users could not be read: \(reason)"))
                }
                if !unread.isEmpty {
                    let reason = "not all could be looked at: \(unread.joined(separator: ", "))"
                    results.append(CheckResult(.unknown, subject: "", reason))
                }
                return results.isEmpty
                    ? [CheckResult(.notApplicable, subject: "", "there is no kubeconfig file")] : results
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value else { return [] }
            let meant = host.kubeconfigs.filter { host.judge($0).outcome != .pass }
            let changes = meant.filter { !host.isAlone($0) }.map { config in
                Fix.Change.permissions(
                    path: config.file.path,
                    mode: 0o600,
                    owner: config.user?.id ?? 0,
                    group: config.user?.primaryGroup ?? 0
                )
            }
            let copies = meant.filter { host.isAlone($0) }.map { config in
                "give '\(config.user?.name ?? "its user")' a certificate or a login of its own, and delete \(config.file.path)"
            }
            return [
                Fix(
                    "Let only its user read a kubeconfig",
                    changes + (copies.isEmpty ? [] : [.steps(copies)]),
                    caution: "services that read another's file need one of their own"
                )
            ]
        }
    )
}

/// A file with credentials for a cluster.
struct Kubeconfig {
    var file: HostFile
    /// Whose home it is in; nil of the host's own.
    var user: HostUser?

    static let system =
        ["admin", "super-admin", "kubelet", "bootstrap-kubelet", "controller-manager", "scheduler"].map {
            "/etc/kubernetes/\($0).conf"
        } + ["/etc/rancher/k3s/k3s.yaml", "/etc/rancher/rke2/rke2.yaml"]

    /// What whoever collects has to look for.
    static let requests =
        system.map { FileRequest($0, .text) } + [FileRequest("~/.kube/config", .text), FileRequest("~/.kube")]
}

extension HostEvidence {
    fileprivate var homeKubeconfigs: [(path: String, user: HostUser)] {
        (users.value ?? []).filter { $0.home.hasPrefix("/") && $0.home != "/" && $0.home != "/nonexistent" }.map {
            user in
            ("\(user.home)/.kube/config", user)
        }
    }

    fileprivate var kubeconfigs: [Kubeconfig] {
        let own = Kubeconfig.system.compactMap { file($0).value }.map { Kubeconfig(file: $0, user: nil) }
        var seen: Set<String> = []
        let homes = homeKubeconfigs.filter { seen.insert($0.path).inserted }.compactMap { path, user in
            file(path).value.map { Kubeconfig(file: $0, user: user) }
        }
        return (own + homes).filter { $0.file.kind == .regular }
    }

    /// Whether only its user, or root, can read it.
    fileprivate func isAlone(_ config: Kubeconfig) -> Bool {
        let file = config.file
        return file.mode & 0o077 == 0 && (file.owner == 0 || file.owner == config.user?.id)
            && FileAccess(file: file).entries(allowing: "rw").isEmpty
    }

    fileprivate func judge(_ config: Kubeconfig) -> CheckResult {
        let file = config.file
        func result(_ outcome: CheckResult.Outcome, _ reason: String) -> CheckResult {
            CheckResult(outcome, subject: file.path, reason, evidence: [file.words])
        }
        let entries = FileAccess(file: file).entries(allowing: "rw")
        if !entries.isEmpty {
            return result(.fail, "its access control list lets others in: \(entries.joined(separator: ", "))")
        }
        if file.owner != 0, file.owner != config.user?.id {
            return result(.fail, "it belongs to user \(userWords(file.owner)), who can act with it")
        }
        if file.mode & 0o077 != 0 {
            guard isClosedToOthers(file.path) else {
                return result(.fail, "others than its owner have permissions: who reads it acts with it")
            }
            return result(.warn, "others may read it, and only the folder that it is in keeps them out")
        }
        // kubeadm's administrator cannot be taken back one by one: it is the certificate of a group with all rights.
        if let user = config.user, user.id != 0, let text = file.text,
            text.contains("kubernetes-admin") || text.contains("kubernetes-super-admin")
        {
            return result(.warn, "it is a copy of kubeadm's administrator, in the hands of '\(user.name)'")
        }
        return result(.pass, "only its owner may read it")
    }
}
