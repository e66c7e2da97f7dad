/// A table of nft's that lets management networks alone reach some ports, beside whatever other rules there are.
///
/// A packet that one table drops is dropped, whatever others say: so nothing that is there has to be changed.
enum TidewaiterTable {
    static func text(_ ports: ClosedPorts, networks: [IPNetwork]) -> String {
        var lines = ["table inet tidewaiter", "delete table inet tidewaiter", "table inet tidewaiter {"]
        for (family, name, type) in families {
            // nft takes no elements that overlap.
            let own = NumberSet(networks.filter { $0.family == family }.map(\.range)).words(family, limit: .max)
            guard !own.isEmpty else { continue }
            lines += [
                "  set \(name) {", "    type \(type)", "    flags interval",
                "    elements = { \(own.joined(separator: ", ")) }", "  }",
            ]
        }
        if !ports.own.isEmpty || !ports.udp.isEmpty {
            lines += ["  chain input {", "    type filter hook input priority -10; policy accept;"]
            lines += passing
            lines += closing("tcp dport", ports.own, networks) + closing("udp dport", ports.udp, networks) + ["  }"]
        }
        if !ports.published.isEmpty {
            // Before the engine's own rules turn the connection to a container, whose port may be another.
            lines += ["  chain published {", "    type filter hook prerouting priority -110; policy accept;"]
            lines += passing
            lines += closing("fib daddr type local tcp dport", ports.published, networks) + ["  }"]
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    private static let families: [(IPAddress.Family, String, String)] = [
        (.ip4, "management4", "ipv4_addr"), (.ip6, "management6", "ipv6_addr"),
    ]

    private static let passing = ["    iifname \"lo\" accept", "    ct state established,related accept"]

    private static func closing(_ match: String, _ ports: Set<Int>, _ networks: [IPNetwork]) -> [String] {
        guard !ports.isEmpty else { return [] }
        let list = "\(match) { \(ports.sorted().map(String.init).joined(separator: ", ")) }"
        let allowed = [(IPAddress.Family.ip4, "ip saddr @management4"), (.ip6, "ip6 saddr @management6")]
            .filter { family, _ in networks.contains { $0.family == family } }
        return allowed.map { "    \(list) \($0.1) accept" } + ["    \(list) counter drop"]
    }
}

extension Fix {
    private static let place = "/etc/nftables.d/tidewaiter.nft"

    /// Closes ports to all but the management networks.
    static func closing(_ ports: ClosedPorts, for expectations: Expectations, who: String) -> Fix {
        let networks = expectations.managementNetworks.compactMap { IPNetwork($0) }
        let text = TidewaiterTable.text(ports, networks: networks)
        let allowed = networks.isEmpty ? "this host alone" : networks.map(\.description).joined(separator: ", ")
        return Fix(
            "Let \(allowed) reach \(ports.numbers.map(String.init).joined(separator: ", "))",
            [.nftables(text)],
            commands: [
                "install -D -m 0600 tidewaiter.nft \(place)", "nft -c -f \(place)", "nft -f \(place)",
                "grep -qsF '\(place)' /etc/nftables.conf || echo 'include \"\(place)\"' >> /etc/nftables.conf",
            ],
            caution: "\(who) have to be among the management networks, or lose their way in"
        )
    }

    /// Closes published ports in the chain that Docker leaves to people, for hosts without nft.
    static func closingInDockerUser(_ ports: Set<Int>, for expectations: Expectations) -> Fix {
        let networks = expectations.managementNetworks.compactMap { IPNetwork($0) }
        func rules(_ family: IPAddress.Family) -> String {
            let own = networks.filter { $0.family == family }
            // Inserted one before the other: what stands last here is met first.
            let lines = ports.sorted().flatMap { port -> [String] in
                let match = "-p tcp -m conntrack --ctorigdstport \(port) --ctdir ORIGINAL"
                return ["-I DOCKER-USER 1 \(match) -j DROP"]
                    + own.map { "-I DOCKER-USER 1 -s \($0) \(match) -j RETURN" }
            }
            // To declare the chain would empty it.
            return "*filter\n" + lines.joined(separator: "\n") + "\nCOMMIT\n"
        }
        let (four, six) = ("/etc/tidewaiter/docker-user.v4.rules", "/etc/tidewaiter/docker-user.v6.rules")
        return Fix(
            "Close published ports in DOCKER-USER, by the port that is called, where nft is not at hand",
            [.file(path: four, text: rules(.ip4)), .file(path: six, text: rules(.ip6))],
            commands: [
                "iptables-restore --noflush \(four)",
                "ip6tables -n -L DOCKER-USER > /dev/null 2>&1 && ip6tables-restore --noflush \(six)",
            ],
            caution: "dockerd keeps DOCKER-USER over its own restarts, but not over the host's: load them again at boot"
        )
    }
}
