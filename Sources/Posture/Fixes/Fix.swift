/// What puts a mitigation in place where a check fails: written out for people to read and apply; nothing here changes a
/// system.
package struct Fix: Sendable, Equatable {
    /// In a sentence: "Have the Docker API answer at its socket alone".
    package var title: String
    package var changes: [Change]
    /// How to put it in place once the changes are made: `systemctl daemon-reload && systemctl restart docker`.
    package var commands: [String]
    /// What breaks with it, and for whom; nil where nothing can.
    package var caution: String?

    package init(_ title: String, _ changes: [Change], commands: [String] = [], caution: String? = nil) {
        self.title = title
        self.changes = changes
        self.commands = commands
        self.caution = caution
    }

    package enum Change: Sendable, Equatable {
        /// A file of the host as it is to be, whole; root owns it. Without `mode` it keeps its permission bits, or has 0644.
        case file(path: String, text: String, mode: UInt16? = nil)
        /// A file's owner and permission bits, and no entries of an access control list.
        case permissions(path: String, mode: UInt16, owner: UInt32, group: UInt32)
        /// A user who leaves a group.
        case leaving(user: String, group: String)
        /// A user whose primary group is another.
        case primaryGroup(user: String, group: String)
        /// Arguments of a program: those to set, and those to take away, each by its name (`--anonymous-auth`).
        case arguments(program: String, set: [String: String], removed: [String])
        /// Objects of the cluster as they are to be, whole.
        case manifest(Document)
        /// An object of the cluster that has to go.
        case deletion(kind: String, namespace: String?, name: String)
        /// A container of an engine, made again.
        case container(ContainerRecreation)
        /// Packet filter rules in nft's own language, loaded beside those there are.
        case nftables(String)
        /// A script of a shell's that makes what the changes behind it name, and is run before them.
        case script(name: String, text: String)
        /// A line of a shell's that makes the change by another program: what comes of it, that program alone says.
        case command(String)
        /// What people have to do themselves, as a list.
        case steps([String])
    }
}
