@testable import Posture
import Testing

/// Whom NetworkPolicies let a cluster's workloads call.
@Suite struct EgressTests {
    private typealias E = SegmentationEvidence

    private static func node(_ name: String, _ address: String, _ provider: String? = nil) -> Document {
        let node: Document = [
            "apiVersion": "v1", "kind": "Node", "metadata": ["name": .text(name)],
            "status": [
                "addresses": [
                    ["type": "Hostname", "address": .text(name)], ["type": "InternalIP", "address": .text(address)],
                ]
            ],
        ]
        return provider.map { node.setting(.text($0), at: ["spec", "providerID"]) } ?? node
    }

    private static let own = [node("a", "10.0.0.1"), node("b", "10.0.0.2")]
    private static let aws = [node("a", "10.0.0.1", "aws:///eu-west-1a/i-1"), node("b", "10.0.0.2", "aws:///x/i-2")]

    private static func policy(_ egress: Document, pods: Document = [:], name: String = "p") -> Document {
        E.object(
            "NetworkPolicy",
            name,
            ["podSelector": pods, "policyTypes": ["Egress"], "egress": egress]
        )
    }

    private static func block(_ cidr: String, except: [String] = []) -> Document {
        let block: Document = ["cidr": .text(cidr)]
        return ["ipBlock": except.isEmpty ? block : block.setting(.list(except.map { .text($0) }), at: ["except"])]
    }

    private static let dashboard: Document = ["matchLabels": ["k8s-app": "kubernetes-dashboard"]]

    private static let cases: [CheckCase] =
        ([
            ("no nodes are known", E.cluster(), .notApplicable),
            ("no policy, on machines of one's own", E.cluster(own), .warn),
            ("no policy, on a cloud's machines", E.cluster(aws), .fail),
            ("a policy for who comes in alone", E.cluster(aws + [E.policy("p", nil)]), .fail),
            ("nobody may be called", E.cluster(aws + [policy([])]), .pass),
            ("everybody may be called", E.cluster(aws + [policy([[:]])]), .fail),
            ("everybody, at ports of DNS alone", E.cluster(aws + [policy([["ports": [["port": 53]]]])]), .pass),
            ("everybody, at a kubelet's port", E.cluster(aws + [policy([["ports": [["port": 10250]]]])]), .pass),
            ("everybody, by plain HTTP", E.cluster(aws + [policy([["ports": [["port": 80]]]])]), .fail),
            ("everybody, by plain HTTP, at home", E.cluster(own + [policy([["ports": [["port": 80]]]])]), .pass),
            ("a port by name", E.cluster(aws + [policy([["ports": [["port": "https"]]]])]), .pass),
            ("all ports of UDP", E.cluster(aws + [policy([["ports": [["protocol": "UDP"]]]])]), .pass),
            (
                "a range of ports", E.cluster(own + [policy([["ports": [["port": 10000, "endPort": 11000]]]])]), .warn
            ),
            ("all pods", E.cluster(aws + [policy([["to": [["namespaceSelector": [:]]]]])]), .pass),
            ("the nodes' network", E.cluster(own + [policy([["to": [block("10.0.0.0/24")]]])]), .warn),
            ("a node alone, at any port", E.cluster(own + [policy([["to": [block("10.0.0.2/32")]]])]), .warn),
            ("another network", E.cluster(aws + [policy([["to": [block("192.0.2.0/24")]]])]), .pass),
            (
                "all but nodes and metadata",
                E.cluster(
                    aws + [
                        policy([
                            ["to": [block("0.0.0.0/0", except: ["10.0.0.0/8", "169.254.169.254/32"])]]
                        ])
                    ]
                ), .pass
            ),
            (
                "all but metadata",
                E.cluster(aws + [policy([["to": [block("0.0.0.0/0", except: ["169.254.0.0/16"])]]])]),
                .warn
            ),
            ("metadata by its own address", E.cluster(aws + [policy([["to": [block("169.254.169.254/32")]]])]), .pass),
            ("IPv6's metadata", E.cluster(aws + [policy([["to": [block("::/0")]]])]), .fail),
            ("a peer that cannot be read", E.cluster(aws + [policy([["to": [["ipBlock": ["cidr": "x"]]]]])]), .fail),
            ("a policy for other pods", E.cluster(aws + [policy([], pods: ["matchLabels": ["app": "x"]])]), .fail),
            ("a wide policy beside a narrow one", E.cluster(aws + [policy([]), policy([[:]], name: "q")]), .fail),
            ("a pod of the host's network", E.cluster(pod: ["hostNetwork": true], aws), .notApplicable),
            (
                "another kind of policies",
                E.cluster(
                    aws + [E.object("CustomResourceDefinition", "ciliumnetworkpolicies.cilium.io", [:], in: "")]
                ), .warn
            ),
        ] as [(String, Evidence, CheckResult.Outcome)]).map { name, evidence, outcome in
            CheckCase(name, .workloadsToNodes, evidence, outcome)
        }

    @Test(arguments: cases)
    func `each cluster gets its outcome`(_ one: CheckCase) { one.expectOutcomes() }

    /// A policy that cannot be read is its owner's to mend, and what another kind says cannot be seen afterwards either.
    private static let unfixable: Set = ["a peer that cannot be read"]

    @Test(
        arguments: cases.filter {
            $0.hasFault && !unfixable.contains($0.name)
        }
    )
    func `what a fix writes passes`(_ one: CheckCase) { one.expectFixed() }

    @Test func `kinds that were not read make it unknown`() {
        for kind in ["Node", "NetworkPolicy"] {
            var evidence = E.cluster(Self.aws)
            evidence.cluster = evidence.cluster.map {
                var cluster = $0; cluster.miss(kind, "forbidden"); return cluster
            }
            #expect(Check.workloadsToNodes.results(on: evidence).map(\.outcome) == [.unknown], "\(kind)")
        }
    }

    @Test func `pods that another policy keeps closer are let call nobody more`() throws {
        let evidence = E.cluster(
            Self.own + [
                Self.policy([["ports": [["protocol": "UDP", "port": 53]]]], pods: ["matchLabels": ["app": "closed"]])
            ]
        )
        let fixes = Check.workloadsToNodes.fixes(on: evidence)
        let written = fixes.flatMap(\.changes).compactMap { change -> Document? in
            if case .manifest(let document) = change { document } else { nil }
        }
        #expect(written.map { $0.at("spec", "podSelector") } == [Self.dashboard])
    }

    // MARK: What narrowing leaves as it was

    /// Whether a policy lets an address that is no pod's be called.
    private static func allows(_ policy: Document, _ address: IPAddress, _ port: Int) throws -> Bool {
        let read = try #require(ClusterObject(policy).flatMap { NetworkPolicy($0) })
        return read.egress.contains { rule in
            let isMeant = rule.peers?.contains { $0.reaches(address) } ?? true
            return isMeant && (rule.ports?.contains { $0.numbers.contains(UInt128(port)) } ?? true)
        }
    }

    @Test(
        arguments: [
            [[:]], [["ports": [["port": 1, "endPort": 65535], ["protocol": "UDP", "port": 53]]]],
            [["to": [block("10.0.0.0/24"), block("192.0.2.7/32")]]],
            [["to": [block("10.0.0.2/32"), ["podSelector": [:]]], "ports": [["port": 2000, "endPort": 2400]]]],
            [
                ["to": [block("0.0.0.0/0", except: ["10.0.0.1/32"])]],
                ["to": [block("169.254.0.0/16")], "ports": [["port": 80]]],
            ],
        ] as [Document]
    )
    func `a narrowed policy lets be called what it let be called, but for what manages nodes`(_ egress: Document) throws
    {
        let policy = Self.policy(egress)
        let targets = NodeTargets(Self.aws.compactMap { ClusterObject($0) })
        let narrowed = policy.narrowedPolicy(targets)
        let addresses = [
            "10.0.0.1", "10.0.0.2", "10.0.0.3", "192.0.2.7", "169.254.169.254", "169.254.20.10", "2001:db8::1",
        ]
        for address in try addresses.map({ try #require(IPAddress($0)) }) {
            for port in [1, 53, 80, 443, 2000, 2374, 2375, 2376, 2377, 2379, 2400, 6443, 10250, 10251, 10255, 65535] {
                let isManagement =
                    targets.metadata.contains(address)
                    || targets.nodes.contains(address) && NodeTargets.ports.contains(UInt128(port))
                let before = try Self.allows(policy, address, port)
                let after = try Self.allows(narrowed, address, port)
                #expect(after == (before && !isManagement), "\(address):\(port)")
            }
        }
    }

    @Test func `a rule without peers still means all pods`() throws {
        let narrowed = Self.policy([[:]]).narrowedPolicy(NodeTargets(Self.own.compactMap { ClusterObject($0) }))
        #expect(
            narrowed.at("spec", "egress") == [
                [
                    "to": [
                        ["namespaceSelector": [:]], Self.block("0.0.0.0/0", except: ["10.0.0.1/32", "10.0.0.2/32"]),
                        Self.block("::/0"),
                    ]
                ],
                [
                    "to": [Self.block("10.0.0.1/32"), Self.block("10.0.0.2/32")],
                    "ports": [
                        ["protocol": "TCP", "port": 1, "endPort": 2374],
                        ["protocol": "TCP", "port": 2377, "endPort": 2378],
                        ["protocol": "TCP", "port": 2381, "endPort": 10249],
                        ["protocol": "TCP", "port": 10251, "endPort": 10254],
                        ["protocol": "TCP", "port": 10256, "endPort": 65535], ["protocol": "UDP"], ["protocol": "SCTP"],
                    ],
                ],
            ]
        )
    }
}
