@testable import Posture
import Testing

/// What rules mean for whoever calls from outside.
@Suite struct FirewallTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var port: Int
        var extent: Reach.Extent
        var nft: String?
        var iptables: String?
        var ip6tables: String?
        var ipsets: String?
        var address = "0.0.0.0"
        var interfaces: [HostInterface] = []
        var networks: [String] = []

        var testDescription: String { "\(name), port \(port): \(extent)" }

        init(
            _ name: String,
            _ port: Int,
            _ extent: Reach.Extent,
            nft: String? = nil,
            iptables: String? = nil,
            ip6tables: String? = nil,
            ipsets: String? = nil
        ) {
            self.name = name
            self.port = port
            self.extent = extent
            self.nft = nft
            self.iptables = iptables
            self.ip6tables = ip6tables
            self.ipsets = ipsets
        }

        func at(_ address: String, _ interfaces: [HostInterface] = [], _ networks: [String] = []) -> Case {
            var other = self
            other.address = address
            other.interfaces = interfaces
            other.networks = networks
            return other
        }

        var reaches: Reading<[Reach]> {
            var host = HostEvidence(name: "h", collectedAt: 0)
            host.interfaces = interfaces
            host.addresses = ["10.99.0.1"]
            host.firewall.nft = nft.map { .known($0) } ?? .absent
            host.firewall.iptables = iptables.map { .known($0) } ?? .absent
            host.firewall.ip6tables = ip6tables.map { .known($0) } ?? .absent
            host.firewall.ipsets = ipsets.map { .known($0) } ?? .absent
            var expectations = Expectations()
            expectations.managementNetworks = networks
            return Firewall.reading(host, expectations).map { $0.reaches(address, port: port) }
        }
    }

    private static func input(_ rules: String, policy: String = "ACCEPT") -> String {
        "*filter\n:INPUT \(policy) [0:0]\n:c - [0:0]\n\(rules)\nCOMMIT\n"
    }

    @Test(arguments: [
        Case("no rules at all", 2375, .everybody),
        Case("Docker, published", 9000, .everybody, iptables: TypicalRules.docker()),
        Case(
            "Docker, INPUT dropped",
            9000,
            .everybody,
            iptables: TypicalRules.docker().replacing(":INPUT ACCEPT", with: ":INPUT DROP")
        ),
        Case(
            "DOCKER-USER by the port that is called",
            9000,
            .some,
            iptables: TypicalRules.docker(
                user:
                    "-A DOCKER-USER ! -s 10.99.0.0/24 -p tcp -m conntrack --ctorigdstport 9000 --ctdir ORIGINAL -j DROP"
            )
        ),
        // There --dport is the container's port, which is another.
        Case(
            "DOCKER-USER by the wrong port",
            9000,
            .everybody,
            iptables: TypicalRules.docker(user: "-A DOCKER-USER -p tcp -m tcp --dport 9000 -j DROP")
        ),
        Case(
            "DOCKER-USER by the container's port",
            9000,
            .nobody,
            iptables: TypicalRules.docker(user: "-A DOCKER-USER -p tcp -m tcp --dport 80 -j DROP")
        ),
        Case("ufw", 2375, .nobody, iptables: TypicalRules.ufw("")),
        Case(
            "ufw allow 2375",
            2375,
            .everybody,
            iptables: TypicalRules.ufw("-A ufw-user-input -p tcp -m tcp --dport 2375 -j ACCEPT")
        ),
        Case(
            "ufw allow from 192.0.2.0/28",
            2375,
            .some,
            iptables: TypicalRules.ufw("-A ufw-user-input -s 192.0.2.0/28 -p tcp -m tcp --dport 2375 -j ACCEPT")
        ),
        Case(
            "ufw limit 2375",
            2375,
            .everybody,
            iptables: TypicalRules.ufw(
                """
                -A ufw-user-input -p tcp -m tcp --dport 2375 -m conntrack --ctstate NEW -m recent --set --name DEFAULT --mask 255.255.255.255 --rsource
                -A ufw-user-input -p tcp -m tcp --dport 2375 -m conntrack --ctstate NEW -m recent --update --seconds 30 --hitcount 6 --name DEFAULT --mask 255.255.255.255 --rsource -j ufw-user-limit
                -A ufw-user-input -p tcp -m tcp --dport 2375 -j ufw-user-limit-accept
                """
            )
        ),
        Case("Calico and kube-proxy", 10250, .everybody, iptables: TypicalRules.calicoNode),
        Case("Calico and kube-proxy, a NodePort", 30443, .everybody, iptables: TypicalRules.calicoNode),
        Case("Cilium", 10250, .everybody, iptables: TypicalRules.ciliumNode),
        Case("firewalld, ssh alone", 2375, .some, nft: TypicalRules.firewalld("22")),
        Case(
            "firewalld, opened",
            2375,
            .everybody,
            nft: TypicalRules.firewalld(#"{"set": [22, {"range": [2375, 2376]}]}"#)
        ),
        Case("kube-proxy in nft, a NodePort", 30443, .everybody, nft: TypicalRules.kubeProxy),
        Case("kube-proxy in nft, no endpoint", 30999, .nobody, nft: TypicalRules.kubeProxy),
        Case("kube-proxy in nft, the kubelet", 10250, .everybody, nft: TypicalRules.kubeProxy),
        Case(
            "both halves of the world",
            2375,
            .everybody,
            iptables: input("-A INPUT -s 0.0.0.0/1 -j ACCEPT\n-A INPUT -s 128.0.0.0/1 -j ACCEPT", policy: "DROP")
        ),
        Case(
            "a country's worth of networks",
            2375,
            .everybody,
            iptables: input("-A INPUT -s 81.0.0.0/7 -j ACCEPT", policy: "DROP")
        ),
        Case("private networks", 2375, .some, iptables: input("-A INPUT -s 10.0.0.0/8 -j ACCEPT", policy: "DROP")),
        Case("a tunnel's interface", 2375, .nobody, iptables: input("-A INPUT -i wg0 -j ACCEPT", policy: "DROP")),
        Case(
            "an interface nobody knows",
            2375,
            .undecided,
            iptables: input("-A INPUT -i eth1 -j ACCEPT", policy: "DROP")
        ),
        Case("the outer interface", 2375, .everybody, iptables: input("-A INPUT -i eth1 -j ACCEPT", policy: "DROP"))
            .at("0.0.0.0", [HostInterface("eth1", addresses: ["10.99.0.1/24"], hasDefaultRoute: true)]),
        Case("an inner interface", 2375, .nobody, iptables: input("-A INPUT -i docker0 -j ACCEPT", policy: "DROP"))
            .at("0.0.0.0", [HostInterface("eth1", addresses: ["10.99.0.1/24"], hasDefaultRoute: true)]),
        Case("one address is closed", 2375, .nobody, iptables: input("-A INPUT -d 10.99.0.1/32 -j DROP")).at(
            "10.99.0.1"
        ),
        Case("another address is closed", 2375, .everybody, iptables: input("-A INPUT -d 10.99.0.9/32 -j DROP")),
        Case(
            "a set that was not collected",
            2375,
            .undecided,
            iptables: input("-A INPUT -m set --match-set block src -j DROP")
        ),
        Case(
            "a set of bad addresses",
            2375,
            .everybody,
            iptables: input("-A INPUT -m set --match-set block src -j DROP"),
            ipsets: "create block hash:net family inet hashsize 1024 maxelem 65536\nadd block 198.51.100.0/24\n"
        ),
        Case(
            "a set of good addresses",
            2375,
            .some,
            iptables: input("-A INPUT -m set --match-set good src,dst -j ACCEPT", policy: "DROP"),
            ipsets:
                "create good hash:ip,port family inet\nadd good 198.51.100.3,tcp:2375\nadd good 198.51.100.3,udp:53\n"
        ),
        Case(
            "a match nobody knows drops",
            2375,
            .undecided,
            iptables: input("-A INPUT -m u32 --u32 \"0x0>>0x1c=0x4\" -j DROP")
        ),
        Case(
            "a match nobody knows accepts",
            2375,
            .undecided,
            iptables: input("-A INPUT -m bpf --bytecode \"1,6 0 0 1\" -j ACCEPT", policy: "DROP")
        ),
        Case("a target nobody knows", 2375, .undecided, iptables: input("-A INPUT -j XTARGET", policy: "DROP")),
        Case("a queue to a program", 2375, .undecided, iptables: input("-A INPUT -j NFQUEUE --queue-num 0")),
        Case("a loop", 2375, .undecided, iptables: input("-A INPUT -j c\n-A c -j c", policy: "DROP")),
        Case(
            "dropped above a rate alone",
            2375,
            .everybody,
            iptables: input(
                "-A INPUT -m hashlimit --hashlimit-above 10/sec --hashlimit-mode srcip --hashlimit-name x -j DROP"
            )
        ),
        Case(
            "accepted up to a rate",
            2375,
            .everybody,
            iptables: input("-A INPUT -m limit --limit 1/min -j ACCEPT", policy: "DROP")
        ),
        Case("dropped up to a rate", 2375, .undecided, iptables: input("-A INPUT -m limit --limit 1/min -j DROP")),
        Case(
            "a source's port",
            2375,
            .undecided,
            iptables: input("-A INPUT -p tcp -m tcp --sport 53 -j ACCEPT", policy: "DROP")
        ),
        Case("IPv6 is forgotten", 2375, .everybody, iptables: input("", policy: "DROP")).at("2001:db8::1"),
        Case(
            "IPv6 is closed, too",
            2375,
            .nobody,
            iptables: input("", policy: "DROP"),
            ip6tables: input("", policy: "DROP")
        ).at("2001:db8::1"),
        Case(
            "management networks alone",
            2375,
            .nobody,
            iptables: input("-A INPUT -s 192.0.2.0/28 -j ACCEPT", policy: "DROP")
        ).at("0.0.0.0", [], ["192.0.2.0/24"]),
    ])
    func `rules mean to strangers what they do`(_ one: Case) throws {
        let reaches = try #require(one.reaches.value)
        #expect(reaches.extent == one.extent, "\(reaches)")
    }

    @Test func `what cannot be followed is quoted`() throws {
        let one = Case("set", 2375, .undecided, iptables: Self.input("-A INPUT -m set --match-set block src -j DROP"))
        let reach = try #require(one.reaches.value?.first)
        #expect(reach.rules == ["iptables filter: -A INPUT -m set --match-set block src -j DROP"])
    }

    @Test(arguments: [
        ("{", "no JSON"), ("{}", "no list"), (#"{"nftables": 1}"#, "no list"),
        (
            #"{"nftables": [{"table": {"family": "inet", "name": "t"}}, {"chain": {"family": "inet", "table": "t", "name": "c", "type": "filter", "hook": "sideways", "prio": 0}}]}"#,
            "an unknown hook"
        ),
    ])
    func `rules that cannot be read close nothing`(_ text: String, _ name: String) {
        var host = HostEvidence(name: "h", collectedAt: 0)
        host.firewall.nft = .known(text)
        guard case .unreadable = Firewall.reading(host, Expectations()) else {
            Issue.record("\(name) was read")
            return
        }
    }

    @Test func `a table that nft shows without its meaning is read from iptables`() throws {
        let opaque = """
            {"nftables": [{"table": {"family": "ip", "name": "filter"}},
            {"chain": {"family": "ip", "table": "filter", "name": "INPUT", "type": "filter", "hook": "input", "prio": 0, "policy": "accept"}},
            {"rule": {"family": "ip", "table": "filter", "chain": "INPUT", "expr": [{"xt": {"type": "match", "name": "set"}}, {"drop": null}]}}]}
            """
        let alone = Case("nft alone", 2375, .undecided, nft: opaque)
        #expect(alone.reaches.value?.extent == .undecided)
        let saved =
            "# Generated by iptables-save v1.8.9 (nf_tables)\n"
            + Self.input("-A INPUT -m addrtype --dst-type LOCAL -j DROP")
        #expect(Case("both", 2375, .nobody, nft: opaque, iptables: saved).reaches.value?.extent == .nobody)
        // What the old kernel interface holds is beside it.
        let legacy = "# Generated by iptables-save v1.8.9 (legacy)\n" + Self.input("-A INPUT -j DROP")
        #expect(Case("legacy", 2375, .nobody, nft: opaque, iptables: legacy).reaches.value?.extent == .nobody)
    }

    @Test func `dormant tables and other families do nothing`() {
        let text = """
            {"nftables": [{"table": {"family": "inet", "name": "t", "flags": ["dormant"]}},
            {"chain": {"family": "inet", "table": "t", "name": "c", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}},
            {"table": {"family": "bridge", "name": "b"}},
            {"chain": {"family": "bridge", "table": "b", "name": "c", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}]}
            """
        #expect(Case("dormant", 2375, .everybody, nft: text).reaches.value?.extent == .everybody)
    }

    @Test func `rules that are cut off close nothing`() {
        let whole = Self.input("-A INPUT -s 192.0.2.0/28 -j ACCEPT", policy: "DROP")
        guard case .unreadable = Case("cut", 2375, .nobody, iptables: String(whole.dropLast(8))).reaches else {
            Issue.record("they were taken for all")
            return
        }
    }

    @Test func `more rules than are followed close nothing`() {
        let chains = (0..<40).map { "-A c\($0) -j c\($0 + 1)\n-A c\($0) -j c\($0 + 1)" }.joined(separator: "\n")
        let text = "*filter\n:INPUT DROP [0:0]\n-A INPUT -j c0\n\(chains)\n-A c40 -p udp -j ACCEPT\nCOMMIT\n"
        #expect(Case("doubling", 2375, .undecided, iptables: text).reaches.value?.extent == .undecided)
    }

    @Test func `whatever the text, nothing traps`() {
        let texts = [
            TypicalRules.docker(), TypicalRules.ufw(""), TypicalRules.calicoNode, TypicalRules.firewalld("22"),
            TypicalRules.kubeProxy,
        ]
        var random = RandomRules.Generator(state: 11)
        for text in texts {
            for _ in 0..<150 {
                var bytes = Array(text.utf8)
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 32...126, using: &random)
                }
                let broken = String(
                    decoding: bytes.prefix(Int.random(in: 0...bytes.count, using: &random)),
                    as: UTF8.self
                )
                _ = Case("nft", 2375, .everybody, nft: broken).reaches
                _ =
                    Case("iptables", 2375, .everybody, iptables: broken, ip6tables: broken, ipsets: broken).at("::")
                    .reaches
            }
        }
    }

    @Test(.timeLimit(.minutes(2))) func `a set of very many pairs is looked up`() throws {
        let pairs = (0..<60_000).map { "add good 10.\($0 >> 8 & 255).\($0 & 255).\($0 >> 16),tcp:2375" }.joined(
            separator: "\n"
        )
        let one = Case(
            "many",
            2375,
            .some,
            iptables: Self.input("-A INPUT -m set --match-set good src,dst -j ACCEPT", policy: "DROP"),
            ipsets: "create good hash:ip,port family inet\n" + pairs
        )
        let reaches = try #require(one.reaches.value)
        #expect(reaches.extent == .some)
    }
}
