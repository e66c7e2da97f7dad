/// Small rulesets at random, of all that the evaluator understands.
struct RandomRules {
    /// SplitMix64, so that a failing seed can be tried again.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    var random: Generator

    init(seed: UInt64) { random = Generator(state: seed) }

    private mutating func one(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }
    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    // MARK: nft

    mutating func nft() -> String {
        var text = ""
        for index in 0..<Int.random(in: 1...3, using: &random) { text += table(index) }
        return text
    }

    private mutating func table(_ index: Int) -> String {
        let family = one(["inet", "inet", "ip", "ip6"])
        let four = family != "ip6"
        let six = family != "ip"
        let chains = ["a", "b", "c"]
        var text = "table \(family) t\(index) {\n"
        text += "set ports { type inet_service; flags interval; elements = { 2375-2376, 9443 } }\n"
        if four {
            text += "set four { type ipv4_addr; flags interval; elements = { 198.51.100.0/24, 10.0.0.0/8 } }\n"
            text += "set pairs { type ipv4_addr . inet_service; elements = { 203.0.113.9 . 2375, 10.1.2.3 . 9000 } }\n"
        }
        if six { text += "set six { type ipv6_addr; flags interval; elements = { 2001:db8:1::/48, fd00::/8 } }\n" }
        text +=
            "map verdicts { type inet_service : verdict; elements = { 2375 : drop, 8080 : accept, 9443 : jump c } }\n"
        for (depth, chain) in chains.enumerated().reversed() {
            text += "chain \(chain) {\n" + rules(four, six, Array(chains.dropFirst(depth + 1))) + "}\n"
        }
        for (place, hook) in ["prerouting", "input", "input"].enumerated() where chance(75) {
            let priority = one(["-310", "-150", "-10", "0", "10"])
            let policy = one(["accept", "accept", "drop"])
            text += "chain base\(place) {\n type filter hook \(hook) priority \(priority); policy \(policy);\n"
            // What the container answers is not asked about.
            text += "iifname \"docker0\" accept\n"
            text += rules(four, six, chains) + "}\n"
        }
        if chance(40) {
            text += "chain nat {\n type nat hook prerouting priority \(-100 + index); policy accept;\n"
            for _ in 0..<2 {
                let target =
                    four && (!six || chance(50)) && chance(60)
                    ? "dnat \(six ? "ip " : "")to 172.18.0.2:\(one(["9000", "2375"]))"
                    : "redirect to :\(one(["8080", "6443"]))"
                text += "tcp dport \(port()) \(target)\n"
            }
            text += "}\n"
        }
        if chance(40) {
            text += "chain forward {\n type filter hook forward priority 0; policy \(one(["accept", "drop"]));\n"
            text += "iifname \"docker0\" accept\n"
            text +=
                "meta l4proto tcp ct status dnat ct original proto-dst \(one(["2375", "9000"])) \(one(["accept", "drop"]))\n"
            text += "oifname \"docker0\" \(one(["accept", "drop", "return"]))\n"
            text += rules(four, six, chains) + "}\n"
        }
        return text + "}\n"
    }

    private mutating func rules(_ four: Bool, _ six: Bool, _ chains: [String]) -> String {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in rule(four, six, chains) }.joined()
    }

    private mutating func rule(_ four: Bool, _ six: Bool, _ chains: [String]) -> String {
        let matches = (0..<Int.random(in: 0...2, using: &random)).map { _ in match(four, six) }
        var ends = [
            "accept", "drop", "return", "reject", "counter", "meta mark set 0x1", "meta mark set meta mark or 0x30",
        ]
        ends += [
            "ct mark set 0x7", "tcp dport vmap @verdicts", "limit rate 10000/second burst 10000 packets accept", "log",
            "drop", "accept",
        ]
        ends.append("ct state vmap { established : accept, related : accept, invalid : drop }")
        if four { ends.append("ip saddr vmap { 198.51.100.0/24 : drop, 10.0.0.0/8 : accept }") }
        if let chain = chains.first, chains.contains("c") {
            ends += ["jump \(chain)", "goto \(one(chains))"]
        } else {
            ends = ends.filter { !$0.contains("@verdicts") }
        }
        let rule = matches.joined(separator: " ") + " " + one(ends) + "\n"
        return Self.isContradictory(rule) ? "" : rule
    }

    /// Whether nft would refuse it, as no packet is of two protocols.
    private static func isContradictory(_ rule: String) -> Bool {
        func names(_ words: [String]) -> Bool { words.contains { rule.contains($0) } }
        return names(["ip saddr", "ip daddr", "ip protocol", "nfproto ipv4", "icmp type"])
            && names(["ip6 ", "nfproto ipv6"]) || names(["tcp", "th dport"]) && names(["udp", "icmp type"])
            || names(["udp"]) && names(["icmp type"])
    }

    private mutating func port() -> String {
        one([
            "2375", "2376", "9000", "{ 2375, 9000 }", "2375-2376", "!= 9443", "@ports", "!= { 8080, 9000-9100 }",
            "> 6443", "< 2376",
        ])
    }

    private mutating func match(_ four: Bool, _ six: Bool) -> String {
        var choices = [
            "tcp dport \(port())", "tcp dport \(port())", "iifname \"eth0\"", "iifname \"lo\"",
            "iifname != \"docker0\"",
            "iifname \"eth*\"", "iifname { \"lo\", \"docker0\" }", "ct state new", "ct state { established, related }",
            "ct state != new", "ct state invalid", "meta l4proto tcp", "meta l4proto udp", "meta mark 0x1",
            "meta mark and 0x10 == 0x10", "meta mark != 0", "ct mark 0x7",
            "udp dport 53", "udp dport != 53", "fib daddr type local", "tcp flags syn / fin,syn,rst,ack",
            "tcp flags syn",
            "ct status dnat", "ct direction original",
            "meta l4proto tcp ct original proto-dst \(one(["2375", "9000", "{ 2375, 9000 }"]))",
            "th dport 2375", "meta pkttype != { broadcast, multicast }", "icmp type echo-request",
            "tcp flags & (syn | ack) == syn", "oifname != \"docker0\"", "tcp sport 1024-65535",
        ]
        if four, six { choices += ["meta nfproto ipv4", "meta nfproto ipv6"] }
        if four {
            choices += [
                "ip saddr 198.51.100.0/24", "ip saddr != 203.0.113.0/24", "ip saddr { 10.1.2.3, 192.0.2.0/28 }",
                "ip saddr @four", "ip saddr != @four", "ip saddr . tcp dport @pairs", "ip daddr 10.88.0.1",
                "ip daddr != 10.88.0.1", "ip protocol tcp", "ip saddr 192.0.2.1-192.0.2.9",
                "ip saddr . tcp dport { 198.51.100.7 . 9000, 203.0.113.9 . 8080 }",
                "ip saddr != { 10.0.0.0/8, 203.0.113.9 }",
                "ct original ip saddr 198.51.100.7", "ip saddr & 255.0.0.0 == 10.0.0.0",
            ]
        }
        if six {
            choices += [
                "ip6 saddr 2001:db8:1::/48", "ip6 saddr != fd00::/8", "ip6 saddr @six", "ip6 daddr 2001:db8:88::1",
                "ip6 saddr { 2001:db8:2::9, fd00:1::3 }", "ip6 nexthdr tcp",
            ]
        }
        return one(choices)
    }

    // MARK: iptables

    mutating func iptables() -> String {
        var text =
            "*filter\n:INPUT \(one(["ACCEPT", "DROP"])) [0:0]\n:FORWARD \(one(["ACCEPT", "DROP"])) [0:0]\n:OUTPUT ACCEPT [0:0]\n"
        text +=
            ":a - [0:0]\n:b - [0:0]\n:DOCKER-USER - [0:0]\n-A FORWARD -i docker0 -j ACCEPT\n-A FORWARD -j DOCKER-USER\n"
        for (chain, others) in [
            ("INPUT", ["a", "b"]), ("FORWARD", ["a"]), ("DOCKER-USER", ["b"]), ("a", ["b"]), ("b", []),
        ] {
            for _ in 0..<Int.random(in: 0...4, using: &random) { text += "-A \(chain) \(iptablesRule(others))\n" }
        }
        text += "COMMIT\n*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -i docker0 -j ACCEPT\n"
        if chance(40) {
            text +=
                "-A PREROUTING \(iptablesMatch()) -j \(one(["MARK --set-xmark 0x1/0x1", "DROP", "MARK --set-xmark 0x10/0xff"]))\n"
        }
        text += "COMMIT\n*raw\n:PREROUTING ACCEPT [0:0]\n"
        if chance(15) { text += "-A PREROUTING -p tcp --dport 8080 -j CT --notrack\n" }
        text +=
            "COMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n"
        if chance(60) {
            text +=
                "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 9000 -j DNAT --to-destination 172.18.0.2:\(one(["9000", "2375"]))\n"
        }
        if chance(30) { text += "-A DOCKER -p tcp -m tcp --dport 9443 -j REDIRECT --to-ports 6443\n" }
        return text + "COMMIT\n"
    }

    private mutating func iptablesRule(_ chains: [String]) -> String {
        // Each of these may stand once.
        var matches: [String] = []
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            let match = iptablesMatch()
            let isTwice = ["-p ", "-i ", "-s "].contains { flag in
                match.contains(flag) && matches.contains { $0.contains(flag) }
            }
            if !isTwice { matches.append(match) }
        }
        var ends = [
            "ACCEPT", "DROP", "RETURN", "REJECT", "LOG", "MARK --set-xmark 0x1/0x1",
            "CONNMARK --set-xmark 0x7/0xffffffff",
        ]
        ends += ["ACCEPT", "DROP", "CONNMARK --restore-mark"]
        ends = ends.map { "-j \($0)" } + chains.flatMap { ["-j \($0)", "-g \($0)"] }
        return matches.joined(separator: " ") + " " + one(ends)
    }

    private mutating func iptablesMatch() -> String {
        one([
            "-p tcp -m tcp --dport 2375", "-p tcp -m tcp ! --dport 9000", "-p tcp -m multiport --dports 2375,9000:9443",
            "-p tcp -m multiport ! --dports 2375,2376", "-s 198.51.100.0/24", "! -s 10.0.0.0/8", "-i eth0",
            "! -i docker0",
            "-i lo", "-i eth+", "-p udp -m udp --dport 53", "! -p tcp", "-m conntrack --ctstate NEW",
            "-m conntrack --ctstate RELATED,ESTABLISHED", "-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT",
            "-m conntrack --ctstate DNAT", "-p tcp -m conntrack --ctorigdstport 9000", "-m conntrack --ctdir ORIGINAL",
            "-p tcp -m conntrack --ctorigdstport 9000 --ctdir ORIGINAL", "-m addrtype --dst-type LOCAL",
            "-m addrtype ! --dst-type LOCAL", "-m mark --mark 0x1/0x1", "-m mark ! --mark 0x0",
            "-m connmark --mark 0x7",
            "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN", "-m limit --limit 1000/sec --limit-burst 5000",
            "-d 10.88.0.1/32",
            "-m comment --comment \"a -j DROP \\\"b\\\"\"", "-m iprange --src-range 203.0.113.1-203.0.113.20",
            "-m state --state INVALID,UNTRACKED", "-m pkttype --pkt-type unicast",
        ])
    }
}
