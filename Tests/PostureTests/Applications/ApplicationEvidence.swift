@testable import Posture
import Testing

/// Small clusters and hosts with one management application.
enum ApplicationEvidence {
    /// A cluster in which every kind was collected, with some objects.
    static func cluster(_ objects: [Document], missing: [String] = []) -> Evidence {
        var cluster = ClusterEvidence()
        for kind in ClusterKind.all { cluster.add([], of: kind.kind) }
        for object in objects.compactMap({ ClusterObject($0) }) { cluster.add([object], of: object.kind) }
        for kind in missing { cluster.miss(kind, "forbidden") }
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        return evidence
    }

    static let nothing = cluster([])
    static let unasked: Evidence = {
        var evidence = Evidence()
        evidence.cluster = .known(ClusterEvidence())
        return evidence
    }()

    static func object(
        _ kind: String,
        _ name: String,
        in namespace: String? = "apps",
        _ members: [String: Document] = [:],
        labels: [String: String] = [:]
    ) -> Document {
        var metadata: Document = ["name": .text(name)]
        if let namespace { metadata = metadata.setting(.text(namespace), at: ["namespace"]) }
        if !labels.isEmpty { metadata = metadata.setting(.labels(labels), at: ["labels"]) }
        let head: Document = [
            "apiVersion": .text(ClusterKind.byKind[kind]?.apiVersion ?? "v1"), "kind": .text(kind),
            "metadata": metadata,
        ]
        return members.sorted { $0.key < $1.key }.reduce(head) { $0.setting($1.value, at: [$1.key]) }
    }

    /// A Deployment `app` of one container, whose pods have the label `app: app`.
    static func deployment(
        _ image: String,
        _ arguments: [String] = [],
        env: [Document] = [],
        ports: [Document] = [],
        labels: [String: String] = [:],
        _ members: [String: Document] = [:]
    ) -> Document {
        var container: Document = ["name": "main", "image": .text(image)]
        if !arguments.isEmpty { container = container.setting(.list(arguments.map { .text($0) }), at: ["args"]) }
        if !env.isEmpty { container = container.setting(.list(env), at: ["env"]) }
        if !ports.isEmpty { container = container.setting(.list(ports), at: ["ports"]) }
        for (name, value) in members { container = container.setting(value, at: [name]) }
        let template: Document = [
            "metadata": ["labels": ["app": "app"]],
            "spec": ["containers": [container, ["name": "x", "image": "busybox"]]],
        ]
        return object("Deployment", "app", ["spec": ["template": template]], labels: labels)
    }

    static let service = service([["port": 80]])
    static func service(_ ports: Document) -> Document {
        object("Service", "app", ["spec": ["selector": ["app": "app"], "ports": ports]])
    }

    static func map(_ name: String, _ data: [String: String]) -> Document {
        object("ConfigMap", name, ["data": .labels(data)])
    }

    static func probe(_ path: String, _ status: Int?, _ body: String = "", sent: [String: String] = [:]) -> Probe {
        var probe = Probe("10.96.0.7", 80, .http, "GET", path, status: status)
        probe.body = body
        probe.sent = sent
        if status == nil { probe.failure = "timed out" }
        return probe
    }

    static func env(_ name: String, _ value: String) -> Document { ["name": .text(name), "value": .text(value)] }

    // MARK: Hosts

    static func host(_ change: (inout HostEvidence) -> Void = { _ in }) -> Evidence {
        var host = HostEvidence.bare()
        change(&host)
        return host.evidence
    }

    static func container(
        _ image: String,
        _ arguments: [String] = [],
        env: [String] = [],
        published: [(address: String, port: Int, inner: Int)] = []
    ) -> (inout HostEvidence) -> Void {
        let ports = published.map {
            Document.Member("\($0.inner)/tcp", [["HostIp": .text($0.address), "HostPort": .text("\($0.port)")]])
        }
        let container: Document = [
            "Name": "/ui", "Path": "/program", "Args": .list(arguments.map { .text($0) }),
            "Config": ["Image": .text(image), "Env": .list(env.map { .text($0) })],
            "HostConfig": ["NetworkMode": "bridge"],
            "NetworkSettings": ["Ports": .object(ports), "Networks": ["bridge": ["IPAddress": "172.17.0.2"]]],
        ]
        return { host in
            var docker = DockerEvidence(info: [:])
            docker.containers = .inspected([container])
            host.docker = .known(docker)
        }
    }

    /// A Nomad agent that reads `/etc/nomad.d`, with its files there.
    static func nomad(
        _ files: [String: String],
        _ arguments: [String] = ["-config=/etc/nomad.d"],
        at address: String = "127.0.0.1"
    ) -> (inout HostEvidence) -> Void {
        { host in
            host.run(HostProcess(id: 812, name: "nomad", arguments: ["/usr/bin/nomad", "agent"] + arguments))
            host.listen(Listener(address, 4646, processes: [812]))
            host.files["/etc/nomad.d"] = HostFile("/etc/nomad.d", .directory, mode: 0o755)
            for (name, text) in files { host.put("/etc/nomad.d/\(name)", text) }
        }
    }
}

extension Evidence {
    /// The same with what the application at the Service answered.
    func answering(_ probes: Probe...) -> Evidence {
        var evidence = self
        evidence.cluster = cluster.map { cluster in
            var cluster = cluster
            cluster.serviceProbes = probes.map { ServiceProbe(namespace: "apps", service: "app", probe: $0) }
            return cluster
        }
        return evidence
    }

    /// The same with what was answered at the host's own ports.
    func answering(at port: Int, _ probes: Probe...) -> Evidence {
        var evidence = self
        evidence.host = host.map { host in
            var host = host
            host.probes = probes.map { probe in
                var probe = probe
                probe.address = "127.0.0.1"
                probe.port = port
                return probe
            }
            return host
        }
        return evidence
    }

    /// The same once what was asked before is no longer true: an application was started again.
    var startedAgain: Evidence {
        var evidence = answering()
        evidence.host = evidence.host.map { host in
            var host = host
            host.probes = []
            return host
        }
        return evidence
    }
}
