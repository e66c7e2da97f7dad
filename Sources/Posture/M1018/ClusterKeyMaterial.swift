internal import Sigma

extension Check {
    /// Who else can be the cluster, or read all that it is told.
    static let clusterKeyMaterial = Check(
        id: "TW-M1018-028",
        title: "Cluster's Keys And Data Open To Others",
        mitigation: .accounts,
        level: .high,
        reads:
            "owner, group, permission bits and access control list of the private keys, authorities and etcd's folders that the "
            + "control plane's and the kubelet's arguments and configurations name, of those that kubeadm, k3s, RKE2, MicroK8s "
            + "and k0s have, and of the folders above; of no key what is in it",
        passes:
            "they belong to root or to whom their program runs as, nobody else may read keys and data, and nobody else may write "
            + "authorities and folders",
        remedy: "chmod 0600 the keys, 0700 etcd's folder, and go-w the certificates and folders; chown them",
        references: [
            "CIS Kubernetes 1.1.11", "CIS Kubernetes 1.1.12", "CIS Kubernetes 1.1.19", "CIS Kubernetes 1.1.20",
            "CIS Kubernetes 1.1.21", "CIS Kubernetes 4.1.7", "CIS Kubernetes 4.1.8",
            "https://kubernetes.io/docs/setup/best-practices/certificates/",
        ],
        judge: { evidence in
            evidence.host.results(of: "hosts") { host in
                let material = ClusterMaterial(host)
                let found = material.judged.map(\.result)
                let unknown = material.unknown
                if !found.isEmpty || !unknown.isEmpty { return found + unknown }
                guard material.count > 0 else {
                    return [CheckResult(.notApplicable, subject: "", "nothing of a cluster's is here")]
                }
                let reason = "root, or their program, alone has all \(material.count) keys, authorities and folders"
                return [CheckResult(.pass, subject: "", reason)]
            }
        },
        fix: { evidence in
            guard let host = evidence.host.value else { return [] }
            let changes = ClusterMaterial(host).judged.map(\.change)
            return [
                Fix(
                    "Keep the cluster's keys and data to root and to their programs",
                    changes,
                    caution:
                        "what reads them as another user, by their group or by the list, is refused from then on: a backup, an "
                        + "agent of monitoring"
                )
            ]
        }
    )
}

/// What there is of a cluster's files on a host, each judged.
private struct ClusterMaterial {
    /// Something that is open to others, and what closes it.
    struct Judged {
        var result: CheckResult
        var change: Fix.Change
    }

    private let host: HostEvidence
    private let files: ClusterFiles
    /// What is not as it should be, each path once.
    private(set) var judged: [Judged] = []
    /// What could not be looked at.
    private(set) var unknown: [CheckResult] = []
    /// How many files and folders were looked at, without those above them.
    private(set) var count = 0

    init(_ host: HostEvidence) {
        self.host = host
        files = ClusterFiles(on: host)
        unknown = files.problems
        var folders: [(path: String, user: UInt32)] = []
        var unread: [String] = []
        for one in files.files {
            switch host.file(one.path) {
            case .known(let file) where file.kind != (one.kind == .data ? .directory : .regular):
                unread.append(one.path)
            case .known(let file):
                count += 1
                judge(one, file)
                folders += HostFile.folders(above: one.path).map { ($0, one.user) }
            case .unreadable: unread.append(one.path)
            case .absent where one.isNamed:
                let reason = "\(one.path) is named, and not there: in a container that could not be looked into?"
                unknown.append(CheckResult(.unknown, subject: one.program ?? "", reason))
            case .absent: break
            }
        }
        for root in ClusterFiles.roots(on: host) {
            switch host.file(root) {
            case .unreadable: unread.append(root)
            // Who may not list a folder finds nothing in it.
            case .known(let folder) where folder.mode & 0o004 == 0 && host.files(below: root).isEmpty:
                unread.append(root)
            case .known, .absent: break
            }
        }
        var seen: Set<String> = Set(judged.map(\.result.subject))
        let users = Dictionary(grouping: folders, by: \.path).mapValues { Set($0.map(\.user)) }
        for (folder, _) in folders where seen.insert(folder).inserted {
            switch host.file(folder) {
            case .known(let file): judge(above: file, owners: files.users.union(users[folder] ?? []))
            case .unreadable: unread.append(folder)
            case .absent: break
            }
        }
        var once: Set<String> = []
        unread = unread.filter { once.insert($0).inserted }
        guard !unread.isEmpty else { return }
        let more = unread.count > 4 ? " and \(unread.count - 4) more" : ""
        let reason = "not all could be looked at: \(unread.prefix(4).joined(separator: ", "))\(more)"
        unknown.append(CheckResult(.unknown, subject: "", reason))
    }

    // MARK: Judging

    private mutating func judge(_ one: ClusterFile, _ file: HostFile) {
        let owners = files.users.union([one.user])
        var access = StrangersAccess(file, one.kind.rights, owners: owners, on: host)
        if one.kind != .trust, access.isByModeAlone, !access.open.isEmpty, isShielded(one, file) {
            access.doubtful = access.open + access.doubtful + ["only a folder keeps others out"]
            access.open = []
        }
        // Whom its program runs as may have read it by what is closed now.
        let isOwned = owners.contains(file.owner) && (one.user == 0 || file.owner == one.user)
        let owner = isOwned ? file.owner : one.kind == .trust ? 0 : one.user
        let mode: UInt16 =
            switch one.kind {
            case .key: file.mode & 0o600 | 0o400
            case .trust: file.mode & ~0o022
            case .data: 0o700
            }
        add(file, access, one.power, mode: mode, owner: owner)
    }

    private mutating func judge(above folder: HostFile, owners: Set<UInt32>) {
        guard folder.kind == .directory else { return }
        var access = StrangersAccess(folder, .writing, owners: owners, on: host)
        if FileAccess(file: folder).isSticky, access.isByModeAlone { access.open = [] }
        let owner = owners.contains(folder.owner) ? folder.owner : 0
        let power = "who writes it puts other keys and authorities there"
        add(folder, access, power, mode: folder.mode & ~0o022, owner: owner)
    }

    private mutating func add(
        _ file: HostFile,
        _ access: StrangersAccess,
        _ power: String,
        mode: UInt16,
        owner: UInt32
    ) {
        guard let outcome = access.outcome else { return }
        let words = (access.open + access.doubtful).joined(separator: "; ")
        judged.append(
            Judged(
                result: CheckResult(outcome, subject: file.path, "\(words): \(power)", evidence: [file.words]),
                change: .permissions(
                    path: file.path,
                    mode: mode,
                    owner: owner,
                    group: owner == file.owner ? file.group : 0
                )
            )
        )
    }

    /// Whether a folder keeps everybody else from what the mode of a file lets them do: one above it, or, of etcd's, the one
    /// within that has all of it.
    private func isShielded(_ one: ClusterFile, _ file: HostFile) -> Bool {
        let above = HostFile.folders(above: one.path).compactMap { host.files[$0] }
        if above.contains(where: isClosed) { return true }
        guard one.kind == .data, file.mode & 0o022 == 0 else { return false }
        return host.files["\(one.path)/member"].map(isClosed) ?? false
    }

    private func isClosed(_ folder: HostFile) -> Bool {
        folder.kind == .directory && StrangersAccess(folder, .entering, owners: files.users, on: host).outcome == nil
    }
}

extension ClusterFile {
    /// What it is to have it, for people.
    fileprivate var power: String {
        switch kind {
        case .key where KeyNames.isAuthoritysKey(path): "who reads it makes certificates for whomever they like"
        case .key where path.fileName == "sa.key" || path.fileName == "service.key":
            "who reads it makes tokens of any service account"
        case .key: "who reads it can be that part of the cluster"
        case .trust: "who writes it decides whom the cluster believes"
        case .data: "who reads it has every Secret of the cluster"
        }
    }
}

extension ClusterFile.Kind {
    fileprivate var rights: StrangersAccess.Rights {
        switch self {
        case .key: .reading
        case .trust: .writing
        case .data: .any
        }
    }
}
