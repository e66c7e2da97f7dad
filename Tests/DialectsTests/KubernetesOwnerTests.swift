import Deployments
import Dialects
import Testing

/// Who is told for what controllers and admission make of a request.
@Suite struct KubernetesOwnerTests {
    typealias Audit = KubernetesAuditTests

    static let controller = "system:serviceaccount:kube-system:replicaset-controller"
    static let set =
        #"{"kind":"ReplicaSet","metadata":{"name":"x"},"spec":{"template":{"spec":{"containers":[{"name":"c","image":"a"}]}}}}"#
    static let made =
        #"{"kind":"Pod","metadata":{"generateName":"x-","ownerReferences":[{"kind":"ReplicaSet","name":"x","controller":true}]},"spec":{"containers":[{"name":"c","image":"a"}]}}"#

    static func answered(_ event: String, _ answer: String) -> String {
        event.replacing(",\"requestObject\"", with: ",\"responseObject\":\(answer),\"requestObject\"")
    }

    @Test func `a controller's pod that differs from its owner's template is told`() {
        let create = Self.answered(Audit.event("create", "replicasets", request: Self.set), Self.set)
        let same = Audit.event(id: "2", user: Self.controller, request: Self.made)
        let other = Audit.event(id: "3", user: Self.controller, request: Self.made.replacing("\"a\"", with: "\"b\""))
        #expect(Audit.deployments(create, same).map(\.event.id) == ["1"])
        #expect(Audit.deployments(create, same, other).map(\.event.id) == ["1", "3"])
    }

    @Test func `of a workload older than the log one pod of each kind is told`() {
        let pods = (1...4).map { id in
            Audit.event(
                id: "\(id)",
                user: Self.controller,
                request: id == 3 ? Self.made.replacing("\"a\"", with: "\"b\"") : Self.made
            )
        }
        let found = readings(of: KubernetesAuditDialect(), pods).deployments
        #expect(found.map(\.event.id) == ["1", "3"])
        #expect(found.map(\.placement.parentName) == ["x", "x"])
    }

    @Test func `a chain of controllers leads to the person`() {
        let cron =
            #"{"kind":"CronJob","metadata":{"name":"n"},"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"a"}]}}}}}}"#
        let job =
            #"{"kind":"Job","metadata":{"name":"n-1","ownerReferences":[{"kind":"CronJob","name":"n","controller":true}]},"spec":{"template":{"spec":{"containers":[{"name":"c","image":"a"}]}}}}"#
        let pod = Self.made.replacing("ReplicaSet", with: "Job").replacing("\"name\":\"x\"", with: "\"name\":\"n-1\"")
        let prefix = "system:serviceaccount:kube-system:"
        let events = [
            Self.answered(Audit.event("create", "cronjobs", request: cron), cron),
            Audit.event("create", "jobs", id: "2", user: prefix + "cronjob-controller", request: job),
            Audit.event(id: "3", user: prefix + "job-controller", request: pod),
        ].map { $0.replacing(#","name":"x"},"resp"#, with: #"},"resp"#) }
        let found = readings(of: KubernetesAuditDialect(), events).deployments
        #expect(found.map(\.actor.userName) == ["alice"])
        #expect(found.map(\.placement.resourceType) == ["cronjob"])
    }

    @Test func `a workload that was refused owns nothing`() {
        let refused = Audit.event("create", "replicasets", code: 403, request: Self.set)
        let pod = Audit.event(id: "2", user: Self.controller, request: Self.made)
        #expect(Audit.deployments(refused, pod).map(\.actor.userName) == ["alice", Self.controller])
    }

    @Test func `at level Metadata a controller's pods belong to a workload of their namespace`() {
        let set = Audit.event("create", "replicasets")
        let pod = Audit.event(id: "2", user: Self.controller).replacing(#","name":"x""#, with: "")
        #expect(Audit.deployments(set, pod).map(\.event.id) == ["1"])
        #expect(Audit.deployments(pod).map(\.event.id) == ["2"])
        let elsewhere = pod.replacing(#""namespace":"shop""#, with: #""namespace":"bank""#)
        #expect(Audit.deployments(set, elsewhere).map(\.event.id) == ["1", "2"])
    }

    @Test func `what admission puts into a pod is told, once for each owner`() {
        let create = Self.answered(Audit.event("create", "replicasets", request: Self.set), Self.set)
        let given = Self.made.replacing("}]}}", with: #"},{"name":"mesh","image":"m"}]}}"#)
        let one = Self.answered(Audit.event(id: "2", user: Self.controller, request: Self.made), given)
        let two = Self.answered(Audit.event(id: "3", user: Self.controller, request: Self.made), given)
        let found = Audit.deployments(create, one, two)
        #expect(found.map(\.container.name) == ["c", "mesh"])
        // A person's own pod is told as it lands.
        let own = Audit.deployments(Self.answered(Audit.event(request: Self.made), given))
        #expect(own.map(\.container.name) == ["c", "mesh"])
        let swapped = Self.made.replacing(#""image":"a""#, with: #""image":"evil""#)
        let landed = Audit.deployments(Self.answered(Audit.event(request: Self.made), swapped))
        #expect(landed.map(\.container.imageText) == ["evil"])
    }

    @Test func `a name that the server made is read from its answer`() {
        let answer = Self.made.replacing(#""generateName":"x-""#, with: #""name":"x-7k2fq""#)
        let event = Self.answered(Audit.event(request: Self.made), answer).replacing(
            #","name":"x"},"resp"#,
            with: #"},"resp"#
        )
        #expect(Audit.deployments(event).map(\.placement.resourceName) == ["x-7k2fq"])
        let asked = Audit.event(request: Self.made).replacing(#","name":"x"},"resp"#, with: #"},"resp"#)
        #expect(Audit.deployments(asked).map(\.placement.resourceName) == ["x-"])
    }

    @Test func `mirror pods of a kubelet are static pods`() {
        let pod = Audit.pod.replacing(
            #"{"name":"x"}"#,
            with: #"{"name":"x","annotations":{"kubernetes.io/config.mirror":"1"}}"#
        )
        #expect(Audit.deployments(Audit.event(user: "system:node:n1", request: pod)).map(\.route) == [.staticPod])
        #expect(Audit.deployments(Audit.event(user: "mallory", request: pod)).map(\.route) == [.kubernetesAPI])
    }

    @Test func `impersonation tells both names`() {
        let event = Audit.event(request: Audit.pod)
            .replacing(#""sourceIPs""#, with: #""impersonatedUser":{"username":"root"},"sourceIPs""#)
        let found = Audit.deployments(event)
        #expect(found.map(\.actor.userName) == ["alice"])
        #expect(found.map(\.actor.effectiveName) == ["root"])
    }

    @Test(
        arguments: [
            ("create", "nodes", "proxy", "/api/v1/nodes/n/proxy/run/shop/web/c?cmd=id", Route.kubeletAPI, ["id"]),
            ("get", "nodes", "proxy", "/api/v1/nodes/n:10250/proxy/exec/shop/web/c?command=sh", .kubeletAPI, ["sh"]),
            (
                "create", "services", "proxy",
                "/api/v1/namespaces/d/services/https:kubernetes-dashboard:/proxy/api/v1/appdeployment",
                .kubernetesDashboard, []
            ),
        ] as [(String, String, String, String, Route, [String])]
    )
    func `what goes through the API server's proxies is told`(
        verb: String,
        resource: String,
        sub: String,
        target: String,
        route: Route,
        args: [String]
    ) {
        let event = Audit.event(verb, resource, code: 200, extra: ",\"subresource\":\"\(sub)\"")
            .replacing("/api/v1/namespaces/shop/\(resource)", with: target)
        let found = Audit.deployments(event)
        #expect(found.map(\.route) == [route])
        #expect(found.map(\.process.args) == [args])
        let read = event.replacing(target, with: "/api/v1/nodes/n/proxy/metrics")
        #expect(Audit.deployments(read).isEmpty)
    }
}
