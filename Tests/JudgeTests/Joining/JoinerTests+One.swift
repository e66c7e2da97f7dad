import Deployments
import Judge

/// Records that speak of one container.
extension JoinerTests {
    static let other = String(repeating: "fedcba9876543210", count: 4)

    static let dashboard = "system:serviceaccount:kubernetes-dashboard:kubernetes-dashboard"

    /// What a log shows of a deployment that somebody clicked together.
    static func clicked() -> ContainerDeployment {
        Told.record(.managementAPI, .workloadCreate) {
            $0.route = .kubernetesDashboard
            $0.http = Told.request("/api/v1/appdeployment", nil, status: 200)
            $0.visibility = .bodyNotLogged
            $0.actor.sourceIP = "203.0.113.7"
        }
    }

    static let one: [Sample] = [
        (
            "the daemon's log and its events, by the id", [Told.daemon(nil, id: Told.id), Told.event("happy_noether")],
            [[0, 1]]
        ),
        ("an id and its beginning", [Told.daemon("web", id: "0123456789ab"), Told.event("web")], [[0, 1]]),
        (
            "log, events and a captured request, by the name",
            [
                Told.daemon("web"), Told.event("web", at: 1), Told.asked("web", at: 2),
            ], [[0, 1, 2]]
        ),
        ("a name within a minute", [Told.daemon("web"), Told.event("web", at: 59)], [[0, 1]]),
        ("the same request without a name", [Told.daemon(nil), Told.asked(nil, at: 1)], [[0, 1]]),
        (
            "a request whose log leads to the id later",
            [
                Told.asked(nil), Told.event("happy_noether", at: 1), Told.daemon(nil, id: Told.id, at: 0.5),
            ], [[0, 1, 2]]
        ),
        ("a container that was given another name", [Told.daemon("a", id: Told.id), Told.event("b")], [[0, 1]]),
        (
            "an exec",
            [
                Told.record(.dockerDaemon, .containerExec) {
                    $0.container.name = "web"
                    $0.process.args = ["sh", "-c", "echo  a"]
                },
                Told.record(.dockerEvents, .containerExec, at: 1) {
                    $0.container.name = "web"
                    $0.container.id = Told.id
                    $0.process.args = ["sh", "-c", "echo", "a"]
                },
            ], [[0, 1]]
        ),
        (
            "an image pulled for a minute",
            [
                Told.record(.dockerDaemon, .imagePull) { Told.setImage("busybox", in: &$0) },
                Told.record(.dockerEvents, .imagePull, at: 60) {
                    Told.setImage("docker.io/library/busybox:latest", in: &$0)
                },
            ], [[0, 1]]
        ),
        ("audit and admission of a pod", [Told.admission("web"), Told.audit("web", at: 1)], [[0, 1]]),
        ("a pod whose name the server made up", [Told.admission(nil), Told.audit("web-x7k2p", at: 1)], [[0, 1]]),
        (
            "a host's name with and without its domain",
            [
                Told.daemon("web") { $0.placement.hostName = "node-1" },
                Told.asked("web") { $0.placement.hostName = "node-1.example.org" },
            ], [[0, 1]]
        ),
        (
            "a log that knows its host, and events that do not",
            [
                Told.daemon("web") { $0.placement.hostName = "node-1" }, Told.event("web"),
            ], [[0, 1]]
        ),
        (
            "an inspection shows the image's entrypoint too",
            [
                Told.daemon("web"),
                Told.event("web") {
                    $0.visibility = .full
                    $0.process.args = ["/entry", "sh", "-c", "id"]
                },
            ], [[0, 1]]
        ),
        (
            "a volume",
            [
                Told.record(.dockerDaemon, .volumeCreate) { $0.placement.resourceName = "data" },
                Told.record(.dockerEvents, .volumeCreate) {
                    $0.placement.resourceType = "volume"
                    $0.placement.resourceName = "data"
                },
            ], [[0, 1]]
        ),
        (
            "a node's own file and the pod that the node shows for it",
            [
                Told.object(.kubernetesManifest, "etcd", .podCreate, "c", at: 0, nil, "nginx") {
                    $0.event.timestamp = nil
                    $0.placement.namespace = nil
                    $0.route = .manifest
                },
                Told.audit("etcd-node-1", user: "system:node:node-1") {
                    $0.route = .staticPod
                    $0.placement.namespace = "default"
                },
            ], [[0, 1]]
        ),
        (
            "a dashboard's request and the audit event that it caused",
            [
                Told.object(.managementAPI, "web", .workloadCreate, "c", at: 0, "alice", "nginx") {
                    $0.placement.resourceType = "deployment"
                },
                Told.audit("web", .workloadCreate, at: 0.2, user: "system:serviceaccount:kubernetes-dashboard:default")
                {
                    $0.placement.resourceType = "deployment"
                },
            ], [[0, 1]]
        ),
        (
            "a dashboard's request without its body, and what the dashboard's account made",
            [
                JoinerTests.clicked(),
                Told.audit("web", .workloadCreate, at: 0.2, user: JoinerTests.dashboard) {
                    $0.placement.resourceType = "deployment"
                },
            ], [[0, 1]]
        ),
    ]
}
