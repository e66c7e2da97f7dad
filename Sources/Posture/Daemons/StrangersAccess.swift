/// What others than some users may do with a file, and who they are as far as a host tells.
struct StrangersAccess {
    /// What it is asked about, by bits of a mode for a group and for everybody, and by letters of a list.
    struct Rights {
        var bits: UInt16
        var letters: String

        static let reading = Rights(bits: 0o066, letters: "rw")
        static let writing = Rights(bits: 0o022, letters: "w")
        static let entering = Rights(bits: 0o011, letters: "x")
        static let any = Rights(bits: 0o077, letters: "rwx")
    }

    /// What lets somebody in, in words.
    var open: [String] = []
    /// What would, but for something that may change.
    var doubtful: [String] = []
    /// Whether it is the mode, and neither owner nor list.
    private(set) var isByModeAlone = true

    /// `fail`, or `warn`; nil where nobody is let in.
    var outcome: CheckResult.Outcome? { open.isEmpty ? doubtful.isEmpty ? nil : .warn : .fail }

    /// - Parameter owners: whose it may be.
    init(_ file: HostFile, _ rights: Rights, owners: Set<UInt32>, on host: HostEvidence) {
        if !owners.contains(file.owner) {
            open.append("it belongs to user \(host.userWords(file.owner))")
            isByModeAlone = false
        }
        let entries = FileAccess(file: file).entries(allowing: rights.letters)
        if !entries.isEmpty {
            open.append("its access control list lets others in: \(entries.joined(separator: ", "))")
            isByModeAlone = false
        }
        let isReading = rights.bits & 0o044 != 0
        if file.mode & rights.bits & 0o007 != 0 {
            open.append("everybody may \(isReading && file.mode & 0o004 != 0 ? "read" : "write or enter") it")
        }
        guard file.mode & rights.bits & 0o070 != 0, entries.isEmpty else { return }
        let group = "its group \(host.groupWords(file.group))"
        switch host.members(of: file.group, besides: owners) {
        case nil: open.append("\(group) may \(isReading ? "read" : "write") it")
        case .some(let members) where !members.isEmpty:
            let shown = members.prefix(3).joined(separator: ", ")
            open.append(
                "\(group) may \(isReading ? "read" : "write") it, \(shown)\(members.count > 3 ? " and more" : "")"
            )
        // Root's own has nobody else in it, and nobody puts anybody there.
        case .some: if file.group != 0 { doubtful.append("\(group) may, though nobody is in it now") }
        }
    }
}

extension HostEvidence {
    /// The names of who is in a group besides some users; nil where it is not known.
    ///
    /// Accounts of the system's own have root's group on some distributions, and no login.
    fileprivate func members(of group: UInt32, besides owners: Set<UInt32>) -> [String]? {
        guard case .known(let users) = users, case .known(let groups) = groups else { return nil }
        let trusted = Set(users.filter { owners.contains($0.id) }.map(\.name) + (owners.contains(0) ? ["root"] : []))
        let listed = groups.filter { $0.id == group }.flatMap(\.members)
        let primary = users.filter { $0.primaryGroup == group && (group != 0 || $0.id >= 1000) }.map(\.name)
        return Set(listed + primary).subtracting(trusted).sorted()
    }
}
