import Foundation

@testable import Posture

/// A host with a packet filter, somebody outside, and a container behind the host, each a network namespace, to see what the
/// kernel itself does with connections.
final class NetworkLab {
    static let hostAddresses = ["10.88.0.1", "2001:db8:88::1"]
    static let containerAddress = "172.18.0.2"
    static let clients = ["198.51.100.7", "203.0.113.9", "10.1.2.3", "192.0.2.5"]
    static let clients6 = ["2001:db8:1::7", "2001:db8:2::9", "fd00:1::3"]
    static let ports = [2375, 2376, 6443, 8080, 9000, 9443]
    static let missing =
        "needs root, nft, iptables, ip and perl to make network namespaces: answers are NOT compared with the kernel's"

    static let isPossible: Bool = {
        guard (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8))?.contains("\nUid:\t0\t") == true
        else {
            return false
        }
        let probe =
            "command -v nft && command -v iptables-restore && command -v perl && ip netns add twprobe && ip netns del twprobe"
        return (try? run(["sh", "-c", probe]))?.status == 0
    }()

    struct Connection: Hashable {
        var source: String
        var destination: String
        var port: Int
    }

    private let host: String
    private let outside: String
    private let container: String
    /// Their standard inputs: servers end when these are closed.
    private var servers: [Pipe] = []

    init(_ name: String) throws {
        host = "tw\(ProcessInfo.processInfo.processIdentifier)\(name)h"
        outside = "tw\(ProcessInfo.processInfo.processIdentifier)\(name)o"
        container = "tw\(ProcessInfo.processInfo.processIdentifier)\(name)c"
        let clients4 = Self.clients.map { "ip -n \(outside) addr add \($0)/32 dev eth0" }.joined(separator: "\n")
        let clients6 = Self.clients6.map { "ip -n \(outside) addr add \($0)/128 dev eth0 nodad" }.joined(
            separator: "\n"
        )
        // Neighbours of IPv6 are set, as a filter that drops all drops their discovery, too.
        let script = """
            set -e
            for n in \(host) \(outside) \(container); do ip netns add $n; ip -n $n link set lo up; done
            ip -n \(host) link add eth0 type veth peer name eth0 netns \(outside)
            ip -n \(host) addr add \(Self.hostAddresses[0])/24 dev eth0
            ip -n \(host) addr add \(Self.hostAddresses[1])/64 dev eth0 nodad
            ip -n \(host) link set eth0 up
            ip -n \(outside) link set eth0 up
            \(clients4)
            \(clients6)
            ip -n \(outside) route add 10.88.0.0/24 dev eth0
            ip -n \(outside) route add 2001:db8:88::/64 dev eth0
            host_link=$(ip -n \(host) -br link show eth0 | awk '{print $3}')
            outside_link=$(ip -n \(outside) -br link show eth0 | awk '{print $3}')
            ip -n \(outside) neigh add \(Self.hostAddresses[1]) lladdr $host_link dev eth0 nud permanent
            for a in \(Self.clients6.joined(separator: " ")); do
                ip -n \(host) neigh add $a lladdr $outside_link dev eth0 nud permanent
            done
            ip -n \(host) route add default dev eth0
            ip -n \(host) -6 route add default dev eth0
            ip -n \(host) link add docker0 type veth peer name eth0 netns \(container)
            ip -n \(host) addr add 172.18.0.1/16 dev docker0
            ip -n \(host) link set docker0 up
            ip -n \(container) addr add \(Self.containerAddress)/16 dev eth0
            ip -n \(container) link set eth0 up
            ip -n \(container) route add default via 172.18.0.1
            ip netns exec \(host) sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
            """
        let made = try Self.run(["sh", "-c", script])
        guard made.status == 0 else { throw LabError(made.error) }
        for namespace in [host, container] { servers.append(try serve(in: namespace)) }
    }

    deinit {
        for server in servers { try? server.fileHandleForWriting.close() }
        for namespace in [host, outside, container] { _ = try? Self.run(["ip", "netns", "del", namespace]) }
    }

    private func serve(in namespace: String) throws -> Pipe {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ip", "netns", "exec", namespace, "perl", "-e", Self.server] + Self.ports.map(String.init)
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        _ = output.fileHandleForReading.availableData
        return input
    }

    /// Runs a program where the host's packet filter is.
    func run(_ arguments: [String], input: String = "") throws -> Output {
        try Self.run(["ip", "netns", "exec", host] + arguments, input: input)
    }

    /// Which connections the kernel lets through.
    func connected(_ connections: [Connection]) throws -> Set<Connection> {
        let lines = connections.map { "\($0.source) \($0.destination) \($0.port)" }
        let output = try Self.run(
            ["ip", "netns", "exec", outside, "perl", "-e", Self.client],
            input: lines.joined(separator: "\n") + "\n"
        )
        guard output.status == 0 else { throw LabError(output.error) }
        let open = Set(output.text.split(separator: "\n").compactMap { Int($0) })
        return Set(connections.enumerated().filter { open.contains($0.offset) }.map(\.element))
    }

    /// What a collector finds there.
    func evidence() throws -> HostEvidence {
        var evidence = HostEvidence(name: "lab", collectedAt: 0)
        evidence.addresses = Self.hostAddresses + ["172.18.0.1"]
        evidence.interfaces = [
            HostInterface("lo", addresses: ["127.0.0.1/8", "::1/128"]),
            HostInterface("eth0", addresses: ["10.88.0.1/24", "2001:db8:88::1/64"], hasDefaultRoute: true),
            HostInterface("docker0", addresses: ["172.18.0.1/16"]),
        ]
        evidence.firewall.nft = .known(try run(["nft", "-j", "list", "ruleset"]).text)
        evidence.firewall.iptables = .known(try run(["iptables-save"]).text)
        evidence.firewall.ip6tables = .known(try run(["ip6tables-save"]).text)
        return evidence
    }

    struct Output {
        var status: Int32
        var text: String
        var error: String
    }

    struct LabError: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    private static func run(_ arguments: [String], input: String = "") throws -> Output {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        let (standardInput, output, error) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = error
        try process.run()
        standardInput.fileHandleForWriting.write(Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let problem = error.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Output(
            status: process.terminationStatus,
            text: String(decoding: text, as: UTF8.self),
            error: String(decoding: problem, as: UTF8.self)
        )
    }

    /// Takes connections at ports of both families, and closes them.
    private static let server = #"""
        use Socket qw(:all); use IO::Select; my $s = IO::Select->new;
        for my $p (@ARGV) {
            socket(my $f, AF_INET6, SOCK_STREAM, 0) or die; setsockopt($f, SOL_SOCKET, SO_REUSEADDR, 1);
            setsockopt($f, IPPROTO_IPV6, IPV6_V6ONLY, 0);
            bind($f, pack_sockaddr_in6($p, IN6ADDR_ANY)) or die "bind $p: $!"; listen($f, 128) or die; $s->add($f);
        }
        $| = 1; print "ready\n"; $s->add(\*STDIN);
        while (my @r = $s->can_read) { for my $f (@r) { exit if $f == \*STDIN; accept(my $c, $f) and close($c); } }
        """#

    /// Tries `source destination port`, one a line, all at once; prints the lines' numbers that were connected.
    private static let client = #"""
        use Socket qw(:all); use Fcntl; use Errno qw(EINPROGRESS); use Time::HiRes qw(time);
        my (%w, @open); my $n = 0;
        while (<STDIN>) {
            my ($s, $d, $p) = split; my $six = $d =~ /:/; my $i = $n++;
            socket(my $f, $six ? AF_INET6 : AF_INET, SOCK_STREAM, 0) or die "$!";
            my $at = sub { my ($a, $q) = @_; $six ? pack_sockaddr_in6($q, inet_pton(AF_INET6, $a)) : pack_sockaddr_in($q, inet_pton(AF_INET, $a)) };
            bind($f, $at->($s, 0)) or die "bind $s: $!"; fcntl($f, F_SETFL, O_NONBLOCK);
            if (connect($f, $at->($d, $p))) { push @open, $i } elsif ($! == EINPROGRESS) { $w{fileno $f} = [$i, $f] }
        }
        my $end = time + 0.3;
        while (%w and (my $left = $end - time) > 0) {
            my $v = ''; vec($v, $_, 1) = 1 for keys %w; my $out = $v;
            next unless select(undef, $out, undef, $left) > 0;
            for (keys %w) { next unless vec($out, $_, 1); my ($i, $f) = @{delete $w{$_}};
                push @open, $i if unpack('i', getsockopt($f, SOL_SOCKET, SO_ERROR)) == 0; }
        }
        print "$_\n" for @open;
        """#
}
