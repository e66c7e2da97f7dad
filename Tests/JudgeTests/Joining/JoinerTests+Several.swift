import Deployments
import Judge

/// Records that speak of several containers, or may.
extension JoinerTests {
    /// What an access log of whole seconds tells of the same client at each of several hosts.
    private static func hit(_ path: String) -> ContainerDeployment {
        Told.record(.dockerAPI, path: path, offset: 0) {
            $0.http = Told.request("/containers/create", nil, status: 201)
            $0.actor.sourceIP = "203.0.113.7"
        }
    }

    static let several: [Sample] = [
        (
            "one client that deploys to three hosts in the same second",
            [hit("/logs/a"), hit("/logs/b"), hit("/logs/c")], [[0], [1], [2]]
        ),
        (
            "an id beyond the window",
            [Told.daemon("web", id: Told.id), Told.event("web", at: 601)], [[0], [1]]
        ),
        ("the same image alone", [Told.daemon(nil), Told.event("happy_noether")], [[0], [1]]),
        ("a name beyond a minute", [Told.daemon("web"), Told.event("web", at: 61)], [[0], [1]]),
        (
            "two ids that begin alike",
            [
                Told.daemon("web", id: Told.id), Told.event("web", id: "0123456789ab" + Self.other.dropFirst(12)),
            ], [[0], [1]]
        ),
        (
            "an exec and a create",
            [
                Told.daemon("web", id: Told.id),
                Told.record(.dockerEvents, .containerExec) { $0.container.id = Told.id },
            ], [[0], [1]]
        ),
        ("an update and a create", [Told.audit("web"), Told.admission("web", .podUpdate)], [[0], [1]]),
        (
            "a start and a create",
            [
                Told.event("web"), Told.record(.dockerDaemon, .containerStart) { $0.container.id = Told.id },
            ], [[0], [1]]
        ),
        (
            "two execs with other commands",
            [
                Told.record(.dockerDaemon, .containerExec) { ($0.container.name, $0.process.args) = ("web", ["id"]) },
                Told.record(.dockerEvents, .containerExec) { ($0.container.name, $0.process.args) = ("web", ["ls"]) },
            ], [[0], [1]]
        ),
        (
            "execs half a minute apart",
            [
                Told.record(.dockerDaemon, .containerExec) { ($0.container.name, $0.process.args) = ("web", ["id"]) },
                Told.record(.dockerEvents, .containerExec, at: 30) {
                    ($0.container.name, $0.process.args) = ("web", ["id"])
                },
            ], [[0], [1]]
        ),
        (
            "deleted and created again, the log late",
            [
                Told.event("web"), Told.event("web", id: Self.other, at: 30), Told.daemon("web", at: 30),
                Told.daemon("web"),
            ], [[0, 3], [1, 2]]
        ),
        (
            "deleted and created again, the log first",
            [
                Told.daemon("web"), Told.daemon("web", at: 30), Told.event("web", id: Self.other, at: 30),
                Told.event("web"),
            ], [[0, 3], [1, 2]]
        ),
        (
            "deleted and created again, each as it comes",
            [
                Told.daemon("web"), Told.event("web"), Told.event("web", id: Self.other, at: 30),
                Told.daemon("web", at: 30),
            ], [[0, 1], [2, 3]]
        ),
        (
            "a retry after a failure",
            [
                Told.daemon("web") { $0.event.outcome = .failure }, Told.daemon("web", at: 5), Told.event("web", at: 5),
            ], [[0], [1, 2]]
        ),
        (
            "a failure that another source does not tell",
            [
                Told.daemon("web") { $0.event.outcome = .failure }, Told.event("web"),
            ], [[0], [1]]
        ),
        (
            "two pods of one workload",
            [
                Told.audit("web-a", user: "system:serviceaccount:kube-system:replicaset-controller"),
                Told.admission("web-b", user: "system:serviceaccount:kube-system:replicaset-controller"),
            ], [[0], [1]]
        ),
        (
            "two containers of a pod",
            [
                Told.audit("web", container: "a"), Told.audit("web", container: "b"),
                Told.admission("web", container: "b"),
                Told.admission("web", container: "a"),
            ], [[0, 3], [1, 2]]
        ),
        (
            "pods of one name in two namespaces",
            [
                Told.audit("web"), Told.admission("web") { $0.placement.namespace = "other" },
            ], [[0], [1]]
        ),
        (
            "pods of one name in two clusters",
            [
                Told.audit("web") { $0.placement.clusterName = "a" },
                Told.admission("web") { $0.placement.clusterName = "b" },
            ], [[0], [1]]
        ),
        (
            "containers of one name on two hosts",
            [
                Told.daemon("web") { $0.placement.hostName = "a" }, Told.asked("web") { $0.placement.hostName = "b" },
            ], [[0], [1]]
        ),
        (
            "containers of one name on two hosts, and a record that names none",
            [
                Told.daemon("web") { $0.placement.hostName = "a" },
                Told.record(.dockerDaemon) { ($0.container.name, $0.placement.hostName) = ("web", "b") },
                Told.event("web"),
            ], [[0], [1], [2]]
        ),
        (
            "a request that could be either of two",
            [
                Told.daemon(nil), Told.daemon(nil, at: 1), Told.asked(nil, at: 0.5),
            ], [[0], [1], [2]]
        ),
        (
            "two requests in one second each, of which the log writes whole seconds",
            [
                Told.daemon(nil, at: 0.01), Told.daemon(nil, at: 2), Told.asked(nil, at: 0),
            ], [[0], [1], [2]]
        ),
        ("a request without a name a minute later", [Told.daemon(nil), Told.asked(nil, at: 60)], [[0], [1]]),
        (
            "pods without names, of which two could be meant",
            [
                Told.admission(nil), Told.admission(nil, at: 1), Told.audit("web-x7k2p", at: 1),
            ], [[0], [1], [2]]
        ),
        (
            "the same thing made by two users",
            [
                Told.admission(nil, user: "alice"), Told.audit("web-x7k2p", user: "bob"),
            ], [[0], [1]]
        ),
        ("another image by the same name", [Told.daemon("web"), Told.event("web", image: "alpine:3")], [[0], [1]]),
        (
            "bodies that give other rights",
            [
                Told.daemon("web") { $0.security.privileged = true },
                Told.asked("web") { $0.host.namespaces = [.pid] },
            ], [[0], [1]]
        ),
        (
            "other commands by the same name",
            [
                Told.daemon("web"), Told.asked("web") { $0.process.args = ["nc", "-e"] },
            ], [[0], [1]]
        ),
        (
            "a manifest in a repository and a pod by its name",
            [
                Told.object(.kubernetesManifest, "web", .podCreate, "c", at: 0, nil, "nginx") { $0.route = .manifest },
                Told.audit("web"),
            ], [[0], [1]]
        ),
        (
            "answers that differ",
            [
                Told.asked("web") { $0.http?.statusCode = 201 },
                Told.daemon("web") { $0.http?.statusCode = 409 },
            ], [[0], [1]]
        ),
        (
            "a dashboard's request without its body, and what another account made",
            [
                JoinerTests.clicked(),
                Told.audit("web", .workloadCreate, at: 0.2, user: "system:serviceaccount:shop:deployer"),
            ], [[0], [1]]
        ),
        (
            "a dashboard's request without its body, and two things that its account made",
            [
                Told.audit("a", .workloadCreate, user: JoinerTests.dashboard),
                Told.audit("b", .workloadCreate, at: 1, user: JoinerTests.dashboard),
                JoinerTests.clicked(),
            ], [[0], [1], [2]]
        ),
        (
            "a user who calls himself as a dashboard's account is called",
            [JoinerTests.clicked(), Told.audit("web", .workloadCreate, at: 0.2, user: "kubernetes-dashboard")],
            [[0], [1]]
        ),
    ]
}
