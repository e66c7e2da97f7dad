internal import Relay

/// Tells in which container a client's process runs.
struct PeerContainers: Sendable {
    let daemon: Daemon
    let files: any HostFiles

    /// The container of the process at the other end of a Unix socket; absent for one that runs in none.
    ///
    /// - Throws: where it cannot be told.
    func container(of client: Client) async throws(Unresolvable) -> Answer {
        guard let peer = client.peer else { return Answer(value: nil) }
        guard let id = Self.containerID(in: try files.controlGroups(ofProcess: peer.processID)) else {
            return Answer(value: nil)
        }
        guard let ask = try await daemon.container(id).value else {
            throw Unresolvable("the daemon has no container \(id.prefix(12))")
        }
        return Answer(value: (ask.name ?? id, id))
    }

    struct Answer {
        var value: (name: String, id: String)?
    }

    /// The last run of 64 hexadecimal digits in a process's control groups, as Docker and Podman name them.
    static func containerID(in controlGroups: String) -> String? {
        var found: String?
        var run = ""
        for character in controlGroups + "\n" {
            if character.isHexDigit, character.isASCII {
                run.append(character)
            } else {
                if run.count == 64 { found = run }
                run = ""
            }
        }
        return found
    }
}
