/// Who may do what with a file, beyond its owner: by bit, never by comparing numbers, and with its access control list.
///
/// Source: path_resolution(7) and acl(5).
struct FileAccess: Sendable {
    let file: HostFile

    /// Whether everybody may write: to connect to a socket is to write to it.
    var isWritableByOthers: Bool { file.mode & 0o002 != 0 }
    var isWritableByGroup: Bool { file.mode & 0o020 != 0 }
    /// Whether what everybody does with it is held by the sticky bit, as in `/tmp`.
    var isSticky: Bool { file.mode & 0o1000 != 0 }

    /// Entries of the list that name somebody beyond owner and group, and let them do anything of some letters.
    ///
    /// Where there is a list, the group's bits of the mode are what it allows at most.
    func entries(allowing letters: String) -> [String] {
        file.accessEntries.filter { entry in
            let fields = entry.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 3, fields[0] == "user" || fields[0] == "group", !fields[1].isEmpty else {
                return false
            }
            let most: [(Character, UInt16)] = [("r", 0o040), ("w", 0o020), ("x", 0o010)]
            return most.contains { letter, bit in
                letters.contains(letter) && fields[2].contains(letter) && file.mode & bit != 0
            }
        }
    }
}

extension HostEvidence {
    /// Whether a folder on the way keeps everybody out who is neither its owner nor in its group; false where it is not known.
    func isClosedToOthers(_ path: String) -> Bool {
        var folder = path
        while folder != "/" {
            folder = HostFile.folder(of: folder)
            guard let file = files[folder], file.kind == .directory else { continue }
            if file.mode & 0o001 == 0, FileAccess(file: file).entries(allowing: "x").isEmpty { return true }
        }
        return false
    }

    /// `"eve" (1001)`, or the number alone.
    func userWords(_ id: UInt32) -> String {
        users.value?.first { $0.id == id }.map { "\"\($0.name)\" (\(id))" } ?? "\(id)"
    }

    func groupWords(_ id: UInt32) -> String {
        groups.value?.first { $0.id == id }.map { "\"\($0.name)\" (\(id))" } ?? "\(id)"
    }

    /// What lets others than root change a file, in words; nothing where only root may.
    func writers(of file: HostFile) -> [String] {
        let access = FileAccess(file: file)
        var found: [String] = []
        if file.owner != 0 { found.append("it belongs to user \(userWords(file.owner))") }
        if access.isWritableByOthers, !access.isSticky { found.append("everybody may write it") }
        if access.isWritableByGroup, file.accessEntries.isEmpty {
            found.append("its group \(groupWords(file.group)) may write it")
        }
        let entries = access.entries(allowing: "w")
        if !entries.isEmpty {
            found.append("its access control list lets others write it: \(entries.joined(separator: ", "))")
        }
        return found
    }
}

extension HostFile {
    /// `0644 0:0 /etc/docker/daemon.json`, with what its list adds.
    var words: String {
        "\(permissions) \(path)" + (accessEntries.isEmpty ? "" : " (\(accessEntries.joined(separator: ", ")))")
    }
}
