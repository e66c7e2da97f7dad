@testable import Posture

/// Small hosts and clusters to check.
enum SegmentationEvidence {
    static func host(
        _ listeners: [Listener] = [],
        _ processes: [HostProcess] = [],
        _ change: (inout HostEvidence) -> Void = { _ in }
    ) -> Evidence {
        var host = HostEvidence(name: "node", collectedAt: 0)
        host.listeners = .known(listeners)
        host.processes = .known(processes)
        host.addresses = ["127.0.0.1", "203.0.113.5"]
        host.interfaces = [
            HostInterface("lo", addresses: ["127.0.0.1/8"]),
            HostInterface("eth0", addresses: ["203.0.113.5/24"], hasDefaultRoute: true),
        ]
        change(&host)
        var evidence = Evidence()
        evidence.host = .known(host)
        return evidence
    }

    static func process(_ name: String, _ id: Int = 1) -> HostProcess {
        HostProcess(id: id, name: name, arguments: [name])
    }

    static func closed(_ host: inout HostEvidence) {
        host.firewall.iptables = .known("*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\nCOMMIT\n")
    }

    static func portainer(_ address: String, _ port: Int = 9000, network: String = "bridge") -> Document {
        [
            "Name": "/ui", "Config": ["Image": "portainer/portainer-ce:2.21.4"],
            "HostConfig": ["NetworkMode": "default"],
            "NetworkSettings": [
                "Ports": ["9000/tcp": [["HostIp": .text(address), "HostPort": .text("\(port)")]]],
                "Networks": .object([Document.Member(network, [:])]),
            ],
        ]
    }

    static func docker(_ containers: [Document]?, swarm: String = "inactive") -> DockerEvidence {
        var docker = DockerEvidence(
            info: ["Swarm": ["LocalNodeState": .text(swarm), "ControlAvailable": .bool(swarm == "active")]]
        )
        docker.containers = containers.map { .inspected($0) } ?? .unreadable("no answer")
        return docker
    }

    // MARK: Clusters

    /// A dashboard behind a Service, in a namespace of its own, beside whatever is given.
    static func cluster(
        pod: Document = [:],
        service: Document = [:],
        _ others: [Document] = [],
        _ change: (inout Expectations) -> Void = { _ in }
    ) -> Evidence {
        var spec: Document = [
            "containers": [
                [
                    "name": "dashboard", "image": "kubernetesui/dashboard:v2.7.0",
                    "ports": [["containerPort": 8443, "protocol": "TCP", "name": "https"]],
                ]
            ]
        ]
        for member in pod.members { spec = spec.setting(member.value, at: [member.name]) }
        var serviceSpec: Document = [
            "type": "ClusterIP", "selector": ["k8s-app": "kubernetes-dashboard"],
            "ports": [["port": 443, "targetPort": 8443]],
        ]
        for member in service.members { serviceSpec = serviceSpec.setting(member.value, at: [member.name]) }
        let deployment: Document = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "dashboard", "namespace": "kd"],
            "spec": ["template": ["metadata": ["labels": ["k8s-app": "kubernetes-dashboard"]], "spec": spec]],
        ]
        let own: Document = [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "dashboard", "namespace": "kd"],
            "spec": serviceSpec,
        ]
        var cluster = ClusterEvidence()
        for kind in ClusterKind.all { cluster.add([], of: kind.kind) }
        let namespaces = ["kd", "gateway", "other", "istio-system"].map { name -> Document in
            ["kind": "Namespace", "apiVersion": "v1", "metadata": ["name": .text(name)]]
        }
        for document in [deployment, own] + others + namespaces {
            guard let object = ClusterObject(document) else { continue }
            let isThere = cluster.objects(object.kind).value?.contains {
                $0.name == object.name && $0.namespace == object.namespace
            }
            if isThere != true { cluster.add([object], of: object.kind) }
        }
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        change(&evidence.expectations)
        return evidence
    }

    static func object(_ kind: String, _ name: String, _ spec: Document, in namespace: String = "kd") -> Document {
        [
            "apiVersion": .text(ClusterKind.byKind[kind]?.apiVersion ?? ""), "kind": .text(kind),
            "metadata": ["name": .text(name), "namespace": .text(namespace)], "spec": spec,
        ]
    }

    static func policy(_ name: String, _ ingress: Document?, pods: Document = [:]) -> Document {
        let spec: Document = ["podSelector": pods, "policyTypes": ["Ingress"]]
        return object("NetworkPolicy", name, ingress.map { spec.setting($0, at: ["ingress"]) } ?? spec)
    }

    /// Of the gateway's pods alone.
    static let gateway: Document = [
        "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "gateway"]],
        "podSelector": ["matchLabels": ["app": "tidewaiter-gateway"]],
    ]
    static let port: Document = [["protocol": "TCP", "port": 8443]]
}
