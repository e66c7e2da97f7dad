/// A file that was looked for, and what may be known of it.
package struct HostFile: Sendable, Codable, Equatable {
    package enum Kind: String, Sendable, Codable { case missing, regular, directory, socket, symbolicLink, other }

    package var path: String
    package var kind: Kind
    /// The twelve permission bits: `0o660`.
    package var mode: UInt16 = 0
    package var owner: UInt32 = 0
    package var group: UInt32 = 0
    /// Entries of its access control list beyond mode, owner and group, as `getfacl` writes them: `user:nobody:rw-`.
    package var accessEntries: [String] = []
    /// The text, of configuration files alone, secrets masked.
    package var text: String?
    /// When it was last written, in seconds since 1970.
    package var modified: Double = 0
    /// Of a certificate's file: what the certificates in it say; keys are never read.
    package var certificates: [CertificateFacts]?
    /// Why it could not be looked at.
    package var problem: String?

    package init(_ path: String, _ kind: Kind, mode: UInt16 = 0, owner: UInt32 = 0, group: UInt32 = 0) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.owner = owner
        self.group = group
    }

    /// `0660 0:113`.
    package var permissions: String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + " \(owner):\(group)"
    }
}

/// What a certificate says of itself.
package struct CertificateFacts: Sendable, Codable, Equatable {
    package var subject: String
    package var issuer: String
    /// Seconds since 1970.
    package var notAfter: Double
    package var isAuthority: Bool
    /// `RSA 2048`, `P-256`, `Ed25519`.
    package var key: String
    package var names: [String] = []

    package init(subject: String, issuer: String, notAfter: Double, isAuthority: Bool, key: String) {
        self.subject = subject
        self.issuer = issuer
        self.notAfter = notAfter
        self.isAuthority = isAuthority
        self.key = key
    }
}

/// A line of `/etc/passwd`.
package struct HostUser: Sendable, Codable, Equatable {
    package var name: String
    package var id: UInt32
    package var primaryGroup: UInt32
    package var home: String

    package init(_ name: String, id: UInt32, primaryGroup: UInt32, home: String = "") {
        self.name = name
        self.id = id
        self.primaryGroup = primaryGroup
        self.home = home
    }
}

/// A line of `/etc/group`.
package struct HostGroup: Sendable, Codable, Equatable {
    package var name: String
    package var id: UInt32
    package var members: [String]

    package init(_ name: String, id: UInt32, members: [String] = []) {
        self.name = name
        self.id = id
        self.members = members
    }
}

/// A network interface.
package struct HostInterface: Sendable, Codable, Equatable {
    package var name: String
    /// With the length of their network: `10.0.0.5/24`, `2001:db8::5/64`.
    package var addresses: [String]
    /// Whether a default route of either family leaves by it: `/proc/net/route`, `/proc/net/ipv6_route`.
    package var hasDefaultRoute: Bool

    package init(_ name: String, addresses: [String], hasDefaultRoute: Bool = false) {
        self.name = name
        self.addresses = addresses
        self.hasDefaultRoute = hasDefaultRoute
    }
}

/// The packet filter's rules, as its own programs print them.
///
/// Absent means that there are none of the kind, or no program for them and no such rules in the kernel; what may not be asked
/// is unreadable.
package struct FirewallEvidence: Sendable, Codable {
    /// `nft -j list ruleset`.
    package var nft: Reading<String> = .absent
    /// `iptables-save`; where `/proc/net/ip_tables_names` names tables, what `iptables-legacy-save` prints after it.
    package var iptables: Reading<String> = .absent
    /// `ip6tables-save`; where `/proc/net/ip6_tables_names` names tables, what `ip6tables-legacy-save` prints after it.
    package var ip6tables: Reading<String> = .absent
    /// `ipset save`, for the sets that rules of iptables look addresses up in.
    package var ipsets: Reading<String> = .absent

    package init() {}
}

/// What a Docker engine says of itself and of what it runs.
package struct DockerEvidence: Sendable, Codable {
    /// `GET /info`.
    package var info: Document
    /// `GET /containers/ID/json` of each running container.
    package var containers: Reading<[Document]> = .absent
    /// `Volumes` of `GET /volumes`: one of the local driver may bind a path of the host.
    package var volumes: Reading<[Document]> = .absent
    /// `GET /networks`.
    package var networks: Reading<[Document]> = .absent
    /// `GET /swarm`, where the engine manages one.
    package var swarm: Reading<Document> = .absent

    package init(info: Document) { self.info = info }
}
