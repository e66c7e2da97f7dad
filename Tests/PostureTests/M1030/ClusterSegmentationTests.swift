@testable import Posture
import Testing

/// The checks of a cluster's segmentation, each on the smallest cluster that gets each outcome; and that fixes pass.
@Suite struct ClusterSegmentationTests {
    private typealias E = SegmentationEvidence
    typealias Case = CheckCase

    private static func missing(_ kind: String) -> Evidence {
        var evidence = E.cluster()
        evidence.cluster = evidence.cluster.map {
            var cluster = $0; cluster.miss(kind, "forbidden"); return cluster
        }
        return evidence
    }

    private static let empty: Evidence = {
        var evidence = Evidence()
        var cluster = ClusterEvidence()
        for kind in ClusterKind.all { cluster.add([], of: kind.kind) }
        evidence.cluster = .known(cluster)
        return evidence
    }()

    private static let unasked: Evidence = {
        var evidence = Evidence()
        evidence.cluster = .known(ClusterEvidence())
        return evidence
    }()

    private static let serviceCases = [
        Case("ClusterIP", .exposedServices, E.cluster(), .pass),
        Case(
            "NodePort",
            .exposedServices,
            E.cluster(service: ["type": "NodePort", "ports": [["port": 443, "nodePort": 30443]]]),
            .fail
        ),
        Case("LoadBalancer", .exposedServices, E.cluster(service: ["type": "LoadBalancer"]), .fail),
        Case(
            "a limited LoadBalancer",
            .exposedServices,
            E.cluster(service: ["type": "LoadBalancer", "loadBalancerSourceRanges": ["192.0.2.0/24"]]),
            .warn
        ),
        Case(
            "a LoadBalancer for everybody by name",
            .exposedServices,
            E.cluster(service: ["type": "LoadBalancer", "loadBalancerSourceRanges": ["0.0.0.0/0"]]),
            .fail
        ),
        Case("externalIPs", .exposedServices, E.cluster(service: ["externalIPs": ["203.0.113.10"]]), .fail),
        Case("Services were not collected", .exposedServices, missing("Service"), .unknown),
        Case("no application", .exposedServices, empty, .notApplicable),
        Case("nothing was collected", .exposedServices, unasked, .unknown),
        Case("neither", .hostPorts, E.cluster(), .pass),
        Case("hostNetwork", .hostPorts, E.cluster(pod: ["hostNetwork": true]), .fail),
        Case(
            "hostPort",
            .hostPorts,
            E.cluster(pod: [
                "containers": [
                    ["image": "kubernetesui/dashboard:v2.7.0", "ports": [["containerPort": 8443, "hostPort": 443]]]
                ]
            ]),
            .fail
        ),
        Case("no application", .hostPorts, empty, .notApplicable),
        Case("nothing was collected", .hostPorts, unasked, .unknown),
    ]

    private static let policyCases = [
        Case("none", .gatewayOnly, E.cluster(), .fail),
        Case(
            "the gateway alone",
            .gatewayOnly,
            E.cluster([E.policy("p", [["from": [E.gateway], "ports": E.port]])]),
            .pass
        ),
        Case("nobody", .gatewayOnly, E.cluster([E.policy("p", nil)]), .pass),
        Case("a rule for everybody", .gatewayOnly, E.cluster([E.policy("p", [[:]])]), .fail),
        Case("an empty from", .gatewayOnly, E.cluster([E.policy("p", [["from": [], "ports": E.port]])]), .fail),
        Case(
            "a wide one beside a narrow one",
            .gatewayOnly,
            E.cluster([E.policy("p", [["from": [E.gateway], "ports": E.port]]), E.policy("q", [[:]])]),
            .fail
        ),
        Case(
            "all namespaces",
            .gatewayOnly,
            E.cluster([E.policy("p", [["from": [["namespaceSelector": [:]]], "ports": E.port]])]),
            .fail
        ),
        Case("any port", .gatewayOnly, E.cluster([E.policy("p", [["from": [E.gateway]]])]), .warn),
        Case(
            "all ports by range",
            .gatewayOnly,
            E.cluster([E.policy("p", [["from": [E.gateway], "ports": [["port": 1, "endPort": 65535]]]])]),
            .warn
        ),
        Case(
            "a range of few",
            .gatewayOnly,
            E.cluster([E.policy("p", [["from": [E.gateway], "ports": [["port": 8440, "endPort": 8450]]]])]),
            .pass
        ),
        Case(
            "everybody, by UDP alone",
            .gatewayOnly,
            E.cluster([E.policy("p", [["ports": [["protocol": "UDP", "port": 53]]]])]),
            .pass
        ),
        Case(
            "everybody, at a port by a name that is there",
            .gatewayOnly,
            E.cluster([E.policy("p", [["ports": [["port": "https"]]]])]),
            .fail
        ),
        Case(
            "everybody, at a port by a name that is not",
            .gatewayOnly,
            E.cluster([E.policy("p", [["ports": [["port": "metrics"]]]])]),
            .pass
        ),
        Case(
            "everybody who is not of a namespace",
            .gatewayOnly,
            E.cluster([
                E.policy(
                    "p",
                    [
                        [
                            "from": [
                                [
                                    "namespaceSelector": [
                                        "matchExpressions": [
                                            [
                                                "key": "kubernetes.io/metadata.name", "operator": "NotIn",
                                                "values": ["kd"],
                                            ]
                                        ]
                                    ]
                                ]
                            ], "ports": E.port,
                        ]
                    ]
                )
            ]),
            .warn
        ),
        Case(
            "all of its namespace",
            .gatewayOnly,
            E.cluster([E.policy("p", [["from": [["podSelector": [:]]], "ports": E.port]])]),
            .warn
        ),
        Case(
            "another namespace than the gateway's",
            .gatewayOnly,
            E.cluster([E.policy("p", [["from": [E.gateway], "ports": E.port]])]) { $0.gatewayNamespaces = ["other"] },
            .fail
        ),
        Case(
            "the gateway's namespace",
            .gatewayOnly,
            E.cluster([E.policy("p", [["from": [E.gateway], "ports": E.port]])]) { $0.gatewayNamespaces = ["gateway"] },
            .pass
        ),
        Case(
            "the world by address",
            .gatewayOnly,
            E.cluster([E.policy("p", [["from": [["ipBlock": ["cidr": "0.0.0.0/0"]]], "ports": E.port]])]),
            .fail
        ),
        Case(
            "private addresses",
            .gatewayOnly,
            E.cluster([E.policy("p", [["from": [["ipBlock": ["cidr": "10.0.0.0/8"]]], "ports": E.port]])]),
            .warn
        ),
        Case(
            "a management network",
            .gatewayOnly,
            E.cluster([E.policy("p", [["from": [["ipBlock": ["cidr": "192.0.2.0/28"]]], "ports": E.port]])]) {
                $0.managementNetworks = ["192.0.2.0/24"]
            },
            .pass
        ),
        Case(
            "a policy for other pods",
            .gatewayOnly,
            E.cluster([E.policy("p", nil, pods: ["matchLabels": ["app": "x"]])]),
            .fail
        ),
        Case(
            "a policy for leaving alone",
            .gatewayOnly,
            E.cluster([E.object("NetworkPolicy", "p", ["podSelector": [:], "policyTypes": ["Egress"]])]),
            .fail
        ),
        Case(
            "a policy without types",
            .gatewayOnly,
            E.cluster([E.object("NetworkPolicy", "p", ["podSelector": [:]])]),
            .pass
        ),
        Case(
            "a pod of the host's network",
            .gatewayOnly,
            E.cluster(pod: ["hostNetwork": true], [E.policy("p", nil)]),
            .fail
        ),
        Case(
            "a selector nobody knows",
            .gatewayOnly,
            E.cluster([E.policy("p", nil, pods: ["matchExpressions": [["key": "a", "operator": "Near"]]])]),
            .unknown
        ),
        Case("policies were not collected", .gatewayOnly, missing("NetworkPolicy"), .unknown),
        Case("no application", .gatewayOnly, empty, .notApplicable),
        Case("none", .defaultDeny, E.cluster(), .fail),
        Case("one", .defaultDeny, E.cluster([E.policy("p", nil)]), .pass),
        Case("one that lets somebody in", .defaultDeny, E.cluster([E.policy("p", [["from": [E.gateway]]])]), .fail),
        Case("policies were not collected", .defaultDeny, missing("NetworkPolicy"), .unknown),
        Case("no application", .defaultDeny, empty, .notApplicable),
        Case(
            "Calico",
            .policyEnforcement,
            E.cluster([daemonSet("calico-node", "docker.io/calico/node:v3.28.0")]),
            .pass
        ),
        Case(
            "flannel",
            .policyEnforcement,
            E.cluster([daemonSet("kube-flannel-ds", "docker.io/flannel/flannel:v0.25.5")]),
            .fail
        ),
        Case(
            "flannel with Calico's policies",
            .policyEnforcement,
            E.cluster([daemonSet("canal", "rancher/hardened-calico-node", "rancher/hardened-flannel")]),
            .pass
        ),
        Case(
            "EKS with the agent switched off",
            .policyEnforcement,
            E.cluster([agent("--enable-network-policy=false")]),
            .warn
        ),
        Case("EKS with the agent", .policyEnforcement, E.cluster([agent("--enable-network-policy=true")]), .pass),
        Case(
            "kind",
            .policyEnforcement,
            E.cluster([daemonSet("kindnet", "docker.io/kindest/kindnetd:v20240202")]),
            .warn
        ),
        Case("nothing known", .policyEnforcement, E.cluster(), .warn),
        Case("DaemonSets were not collected", .policyEnforcement, missing("DaemonSet"), .unknown),
    ]

    private static func daemonSet(_ name: String, _ images: String...) -> Document {
        let containers = images.map { image -> Document in ["image": .text(image)] }
        return E.object("DaemonSet", name, ["template": ["spec": ["containers": .list(containers)]]], in: "kube-system")
    }

    private static func agent(_ argument: String) -> Document {
        let image: Document = "602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-network-policy-agent:v1.1.2"
        let containers: Document = [["image": image, "args": [.text(argument)]]]
        return E.object("DaemonSet", "aws-node", ["template": ["spec": ["containers": containers]]], in: "kube-system")
    }

    private static func meshed(_ others: [Document] = []) -> Evidence {
        let namespace: Document = [
            "kind": "Namespace", "apiVersion": "v1",
            "metadata": ["name": "kd", "labels": ["istio-injection": "enabled"]],
        ]
        return E.cluster([namespace] + others)
    }

    private static func peers(_ mode: String, in namespace: String = "kd") -> Document {
        E.object("PeerAuthentication", "default", ["mtls": ["mode": .text(mode)]], in: namespace)
    }

    private static func asked(_ path: String, _ status: Int?, _ body: String = "") -> Evidence {
        var evidence = E.cluster()
        evidence.cluster = evidence.cluster.map { cluster in
            var cluster = cluster
            var probe = Probe("10.96.0.7", 443, .https, "GET", path, status: status)
            probe.body = body
            if status == nil { probe.failure = "timed out" }
            cluster.serviceProbes = [ServiceProbe(namespace: "kd", service: "dashboard", probe: probe)]
            return cluster
        }
        return evidence
    }

    private static let meshCases = [
        Case("no mesh", .plainTextMesh, E.cluster(), .notApplicable),
        Case("Istio's default", .plainTextMesh, meshed(), .fail),
        Case("strict", .plainTextMesh, meshed([peers("STRICT")]), .pass),
        Case("strict in the mesh", .plainTextMesh, meshed([peers("STRICT", in: "istio-system")]), .pass),
        Case(
            "loose here, strict in the mesh",
            .plainTextMesh,
            meshed([peers("STRICT", in: "istio-system"), peers("PERMISSIVE")]),
            .fail
        ),
        Case(
            "a port left open",
            .plainTextMesh,
            meshed([
                E.object(
                    "PeerAuthentication",
                    "default",
                    ["mtls": ["mode": "STRICT"], "portLevelMtls": ["8443": ["mode": "DISABLE"]]]
                )
            ]),
            .fail
        ),
        Case("nobody asked", .gatewayBypass, E.cluster(), .unknown),
        Case(
            "it skips its login",
            .gatewayBypass,
            asked("/api/v1/login/skippable", 200, #"{"skippable":true}"#),
            .fail
        ),
        Case("it refuses", .gatewayBypass, asked("/api/v1/pod/default", 401), .pass),
        Case("nobody comes to it", .gatewayBypass, asked("/api/v1/pod/default", nil), .pass),
        Case("it answers with a page", .gatewayBypass, asked("/", 200, "<html>"), .warn),
        Case("no application", .gatewayBypass, empty, .notApplicable),
    ]

    @Test(arguments: serviceCases + policyCases + meshCases)
    func `each cluster gets its outcome`(_ one: Case) { one.expectOutcomes() }

    private static let fixed: Set = [
        "TW-M1030-005", "TW-M1030-007", "TW-M1030-008", "TW-M1030-010", "TW-M1030-016",
    ]

    /// What cannot be written as an object: people's work, or the host's network, which another check has changed.
    private static let unfixable: Set = [
        "a pod of the host's network", "a selector nobody knows",
    ]

    @Test(
        arguments: (serviceCases + policyCases + meshCases).filter {
            fixed.contains($0.check.id) && !$0.outcomes.allSatisfy { [.pass, .notApplicable, .unknown].contains($0) }
                && !unfixable.contains($0.name)
        }
    )
    func `what a fix writes passes`(_ one: Case) { one.expectFixed() }

    @Test func `what is answered past the gateway is closed by a policy that admits the gateway alone`() throws {
        let failing = Self.asked("/api/v1/login/skippable", 200, #"{"skippable":true}"#)
        let fixed = failing.applying(Check.gatewayBypass.fixes(on: failing))
        #expect(Check.gatewayOnly.results(on: failing).map(\.outcome) == [.fail])
        #expect(Check.gatewayOnly.results(on: fixed).map(\.outcome) == [.pass])
    }
}
