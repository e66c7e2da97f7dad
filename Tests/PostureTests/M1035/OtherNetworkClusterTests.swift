@testable import Posture
import Testing

/// Clusters' programs and management applications in other network namespaces than the host's.
@Suite struct OtherNetworkClusterTests {
    private static let kubelet: [String] = ["--anonymous-auth=false", "--authorization-mode=Webhook"]
    private static let inNode = NetworkNamespace(inode: OtherNetwork.node, container: "kind")

    static let clusters: [OtherNetwork.Case] = [
        OtherNetwork.Case(
            "M1035-027",
            "fail",
            "a kubelet that answers anybody in a node that is a container",
            OtherNetwork.host(
                OtherNetwork.listening("kubelet", "::", 10_250, in: inNode, kubelet),
                OtherNetwork.answer("::", 10_250, "/pods", 200, in: inNode, scheme: .https)
            )
        ),
        OtherNetwork.Case(
            "M1035-027",
            "pass",
            "a kubelet that refuses, beside another network's that does not",
            OtherNetwork.host(
                OtherNetwork.listening("kubelet", "::", 10_250, in: inNode, kubelet),
                OtherNetwork.answer("::", 10_250, "/pods", 401, in: inNode, scheme: .https),
                OtherNetwork.answer("::", 10_250, "/pods", 200, scheme: .https),
                OtherNetwork.answer("::", 10_250, "/pods", 200, in: nil, scheme: .https)
            )
        ),
        OtherNetwork.Case(
            "M1035-031",
            "fail",
            "etcd that answers in a node that is a container",
            OtherNetwork.host(
                OtherNetwork.listening(
                    "etcd",
                    "0.0.0.0",
                    2379,
                    in: inNode,
                    ["--listen-client-urls=https://0.0.0.0:2379"]
                ),
                OtherNetwork.answer(
                    "0.0.0.0",
                    2379,
                    "/version",
                    200,
                    in: inNode,
                    scheme: .https,
                    body: "{\"etcdserver\":\"3.5.9\"}"
                )
            )
        ),
        OtherNetwork.Case(
            "M1035-031",
            "fail",
            "etcd that is part of another program in a container",
            OtherNetwork.host(OtherNetwork.answer("0.0.0.0", 2379, "/version", 200, body: "{\"etcdserver\":\"3.5.9\"}"))
        ),
        OtherNetwork.Case(
            "M1035-031",
            "warn",
            "etcd that is part of another program, on a container's loopback",
            OtherNetwork.host(
                OtherNetwork.answer("127.0.0.1", 2379, "/version", 200, body: "{\"etcdserver\":\"3.5.9\"}")
            )
        ),
        OtherNetwork.Case(
            "M1035-020",
            "pass",
            "an API server in a node that is a container",
            OtherNetwork.host(
                OtherNetwork.listening("kube-apiserver", "::", 6443, in: inNode),
                OtherNetwork.answer("::", 6443, "/api", 403, in: inNode, scheme: .https)
            )
        ),
        OtherNetwork.Case(
            "M1035-020",
            "unknown",
            "the host's own API server, which nobody asked, beside one that refuses",
            OtherNetwork.host(
                OtherNetwork.listening("kube-apiserver", "::", 6443, in: inNode),
                OtherNetwork.answer("::", 6443, "/api", 403, in: inNode, scheme: .https),
                OtherNetwork.listening("kube-apiserver", "::", 6443, in: nil, ["--authorization-mode=Node,RBAC"])
            )
        ),
        OtherNetwork.Case(
            "M1035-023",
            "fail",
            "the Kubernetes API in the clear in a pod",
            OtherNetwork.host(
                OtherNetwork.answer("0.0.0.0", 8001, "/api", 200, body: #"{"kind":"APIVersions","versions":["v1"]}"#)
            )
        ),
        OtherNetwork.Case(
            "M1035-023",
            "warn",
            "the same on the pod's loopback",
            OtherNetwork.host(
                OtherNetwork.answer("127.0.0.1", 8001, "/api", 200, body: #"{"kind":"APIVersions","versions":["v1"]}"#)
            )
        ),
        OtherNetwork.Case(
            "M1035-023",
            "na",
            "what tells in a pod of which Kubernetes it was built",
            OtherNetwork.host(OtherNetwork.answer("0.0.0.0", 8080, "/version", 200, body: #"{"gitVersion":"v1.34.0"}"#))
        ),
    ]

    @Test(arguments: clusters)
    func `each network's answers are its own listeners'`(_ one: OtherNetwork.Case) throws {
        let check = try #require(Check.all.first { $0.id == one.check })
        let results = check.results(on: one.host.evidence)
        #expect(results.verdict == one.verdict, "\(results)")
    }

    // MARK: Applications

    /// Portainer in the container, and what it says in its own network, or in another.
    private static func portainer(_ address: String, in network: NetworkNamespace?) -> Evidence {
        let body = "{\"message\":\"No administrator account found inside the database\"}"
        let ui: OtherNetwork.Change = { host in
            ApplicationEvidence.container("portainer/portainer-ce:2.21.0")(&host)
            guard let container = host.docker.value?.containers.value?.first else { return }
            var docker = DockerEvidence(info: [:])
            docker.containers = .known([container.setting(["Pid": .integer(4_003)], at: ["State"])])
            host.docker = .known(docker)
        }
        return OtherNetwork.host(
            OtherNetwork.listening("portainer", "::", 9000),
            ui,
            OtherNetwork.answer(address, 9000, "/api/users/admin/check", 404, in: network, body: body)
        ).evidence
    }

    @Test(
        arguments: [
            ("::", OtherNetwork.network, "fail"), ("127.0.0.1", OtherNetwork.network, "unknown"),
            ("::", NetworkNamespace(inode: OtherNetwork.node), "unknown"), ("::", nil, "unknown"),
        ] as [(String, NetworkNamespace?, String)]
    )
    func `an application in a container is judged by what it says in there`(
        _ address: String,
        _ network: NetworkNamespace?,
        _ verdict: String
    ) {
        #expect(Check.portainerFirstAccount.results(on: Self.portainer(address, in: network)).verdict == verdict)
    }
}
