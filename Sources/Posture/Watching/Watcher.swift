/// The local user that `tidewaiter watch` runs as, and what its service may read.
struct Watcher: Sendable {
    let user: HostUser
    /// Its groups, and those that its unit gives it.
    let groups: [HostGroup]
    /// Whether its unit gives it the capability to read whatever is shown to it.
    let readsEverything: Bool

    static let unit = "tidewaiter-watch.service"
    /// What whoever collects has to look for.
    static let requests = SystemdUnit.requests(unit)

    fileprivate static let dropIn = "/etc/systemd/system/tidewaiter-watch.service.d/node.conf"

    /// Whether a file's mode, owner and access list let it read.
    ///
    /// Source: acl(5).
    func mayRead(_ file: HostFile) -> Bool { may(file, 0o4) }

    /// Whether it may connect to a socket, for which it has to write.
    func mayConnect(to file: HostFile) -> Bool { may(file, 0o2) }

    private func may(_ file: HostFile, _ bit: UInt16) -> Bool {
        if user.id == 0 { return true }
        if file.owner == user.id { return file.mode & (bit << 6) != 0 }
        // With an access list the middle bits are what it may give at most.
        let letter: Character = bit == 0o4 ? "r" : "w"
        let isMasked = file.mode & (bit << 3) == 0
        if let entry = file.accessEntries.first(where: { $0.hasPrefix("user:\(user.name):") }) {
            return entry.permits(letter) && !isMasked
        }
        let named = file.accessEntries.filter { entry in groups.contains { entry.hasPrefix("group:\($0.name):") } }
        if groups.contains(where: { $0.id == file.group }) || !named.isEmpty {
            let isGroup = groups.contains { $0.id == file.group } && (file.accessEntries.isEmpty || !isMasked)
            return (isGroup && !isMasked) || (named.contains { $0.permits(letter) } && !isMasked)
        }
        return file.mode & bit != 0
    }

    /// What has the service read files that are root's alone, of what it is shown.
    static func readingEverything(shown folders: [String]) -> Fix {
        let paths =
            (["/etc/kubernetes/manifests", "/var/log/pods", "/var/log/containers", "/var/lib/docker/containers"]
            + folders.filter { $0 != "/" })
            .map { "-\($0)" }.joined(separator: " ")
        let text = """
            [Service]
            CapabilityBoundingSet=CAP_DAC_READ_SEARCH
            AmbientCapabilities=CAP_DAC_READ_SEARCH
            # Over the host's files a capability counts only without a name space of users.
            PrivateUsers=no
            TemporaryFileSystem=/etc /var /root /srv /opt /boot
            BindReadOnlyPaths=-/etc/tidewaiter -/etc/ssl -/etc/ca-certificates -/etc/pki -/etc/resolv.conf -/etc/hosts
            BindReadOnlyPaths=-/etc/nsswitch.conf -/etc/localtime -/etc/passwd -/etc/group -/etc/machine-id -/var/log/journal
            BindReadOnlyPaths=\(paths)
            BindPaths=/var/lib/tidewaiter /var/log/tidewaiter

            """
        return Fix(
            "Let the watching service read what is root's alone, and see nothing else",
            [.file(path: dropIn, text: text)],
            commands: ["systemctl daemon-reload", "systemctl restart tidewaiter-watch"]
        )
    }
}

extension HostEvidence {
    /// The user that watches; absent where there is none.
    func watcher(_ name: String) -> Reading<Watcher> {
        users.flatMap { users in
            guard let user = users.first(where: { $0.name == name }) else { return .absent }
            let unit: Reading<SystemdUnit?> =
                switch SystemdUnit.read(Watcher.unit, on: self) {
                case .absent: .known(nil)
                case .known(let unit): .known(unit)
                case .unreadable(let reason): .unreadable(reason)
                }
            return unit.flatMap { unit in
                groups.map { groups in
                    let added = Set(unit?.words("SupplementaryGroups") ?? [])
                    return Watcher(
                        user: user,
                        groups: groups.filter { group in
                            group.id == user.primaryGroup || group.members.contains(name) || added.contains(group.name)
                        },
                        readsEverything: unit?.words("AmbientCapabilities").contains("CAP_DAC_READ_SEARCH") ?? false
                    )
                }
            }
        }
    }
}

extension SystemdUnit {
    fileprivate func words(_ name: String) -> [String] {
        list("Service", name).flatMap { $0.value.split(separator: " ").map(String.init) }
    }
}

extension String {
    /// Whether an entry of an access list has a letter among its permissions: `user:bob:r--`.
    fileprivate func permits(_ letter: Character) -> Bool {
        split(separator: ":", omittingEmptySubsequences: false).last?.contains(letter) ?? false
    }
}
