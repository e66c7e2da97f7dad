internal import Posture

/// The local users and groups (passwd(5), group(5)); those of a directory service are not asked for.
struct Accounts {
    var root = ""

    private static let maximumBytes = 4 << 20

    var users: Reading<[HostUser]> {
        lines("/etc/passwd").map { lines in
            lines.compactMap { fields in
                guard fields.count > 5, let id = UInt32(fields[2]), let group = UInt32(fields[3]) else { return nil }
                return HostUser(fields[0], id: id, primaryGroup: group, home: Self.withoutSlash(fields[5]))
            }
        }
    }

    var groups: Reading<[HostGroup]> {
        lines("/etc/group").map { lines in
            lines.compactMap { fields in
                guard fields.count > 3, let id = UInt32(fields[2]) else { return nil }
                return HostGroup(fields[0], id: id, members: fields[3].split(separator: ",").map(String.init))
            }
        }
    }

    /// Some homes are written with one at their end.
    private static func withoutSlash(_ folder: String) -> String {
        folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    private func lines(_ path: String) -> Reading<[[String]]> {
        do throws(SmallFile.Failure) {
            let text = String(decoding: try SmallFile.read(root + path, limit: Self.maximumBytes), as: UTF8.self)
            return .known(
                text.split(separator: "\n").map { line in
                    line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
                }
            )
        } catch {
            return .unreadable("\(path): \(error)")
        }
    }
}
