import Deployments
import Dialects
import Foundation
import Judge
import Testing

/// The built-in sequences, on requests and events as systems write them: attacks, and a day's work beside them.
@Suite struct SequenceTests {
    private static let app = #"{"containers":[{"name":"c","image":"app:1"}]}"#
    private static let root =
        #"{"containers":[{"name":"c","image":"app:1","volumeMounts":[{"name":"h","mountPath":"/h"}]}],"volumes":[{"name":"h","hostPath":{"path":"/"}}]}"#
    private static let create = #"{"Image":"alpine"}"#

    private func engine(_ requests: [String]) throws -> [String] {
        let scan = try SequenceScan()
        scan.read(HTTPRequestsDialect(), requests)
        return scan.sequences()
    }

    private func cluster(_ events: [String]) throws -> [String] {
        let scan = try SequenceScan()
        scan.read(KubernetesAuditDialect(), events)
        return scan.sequences()
    }

    private static func conversation(from address: String?, more: String = "") -> [String] {
        [
            SequenceScan.request("GET", "/v1.41/containers/json?all=1", from: address, at: 0, more: more),
            SequenceScan.request(
                "POST",
                "/v1.41/containers/create?name=a",
                from: address,
                at: 5,
                body: create,
                more: more
            ),
            SequenceScan.request("POST", "/v1.41/containers/a/start", from: address, at: 6, more: more),
            SequenceScan.request(
                "POST",
                "/v1.41/containers/a/exec",
                from: address,
                at: 9,
                body: #"{"Cmd":["id"]}"#,
                more: more
            ),
        ]
    }

    @Test func `an address that looks, creates, starts and enters is told, by whatever spelling`() throws {
        let told = ["Engine Looked Over, Container Created And Entered Without Login"]
        #expect(try engine(Self.conversation(from: "203.0.113.7")) == told)
        var spelled = Self.conversation(from: "203.0.113.7")
        spelled[0] = SequenceScan.request("GET", "/%63ontainers/json", from: "203.0.113.7", at: 0)
        #expect(try engine(spelled) == told)
    }

    @Test func `over the socket, with a certificate or a name it is everyday`() throws {
        #expect(try engine(Self.conversation(from: nil)) == [])
        #expect(try engine(Self.conversation(from: "10.0.0.5", more: #""tls_client_subject":"CN=ci","#)) == [])
        #expect(try engine(Self.conversation(from: "10.0.0.5", more: #""user":"ci","#)) == [])
        #expect(try engine(Self.conversation(from: "127.0.0.1")) == [])
    }

    @Test func `parts of sequences are told by themselves nowhere`() throws {
        let scan = try SequenceScan()
        scan.read(HTTPRequestsDialect(), Self.conversation(from: "203.0.113.7"))
        scan.read(KubernetesAuditDialect(), [SequenceScan.audit("create", "pods", by: "alice", at: 0, spec: Self.app)])
        #expect(scan.told == ["Docker API Used From A Public Address Without Login"])
        var alone: Set<String> = []
        let judge = Judge(try Judge.Bench(.builtIn))
        for deployment in readings(of: HTTPRequestsDialect(), Self.conversation(from: "203.0.113.7")).deployments {
            judge.judge(DeploymentEvent(deployment)) { alone.insert($0.rule.title) }
        }
        #expect(alone == scan.told)
    }

    private static func attack(by user: String, _ kinds: [String], uri: String = "/api/v1/x?limit=500") -> [String] {
        kinds.enumerated().map { index, kind in
            SequenceScan.audit("list", kind, by: user, at: index * 10, namespace: nil, uri: uri)
        } + [
            SequenceScan.audit("create", "pods", by: user, at: 60, name: "p", code: 201, spec: app),
            SequenceScan.audit("get", "pods/exec", by: user, at: 70, name: "p", code: 101, uri: "/x/exec?command=sh"),
        ]
    }

    @Test func `a service account that looks around, creates and enters is told; a controller is not`() throws {
        let user = "system:serviceaccount:web:frontend"
        let told = ["Cluster Looked Over, Pod Created And Entered By A Service Account"]
        #expect(try cluster(Self.attack(by: user, ["secrets", "nodes"])) == told)
        #expect(try cluster(Self.attack(by: user, ["secrets"])) == [])
        let informers = Self.attack(by: user, ["secrets", "nodes", "pods"], uri: "/x?limit=500&resourceVersion=0")
        #expect(try cluster(informers) == [])
        let system = "system:serviceaccount:kube-system:generic-garbage-collector"
        #expect(try cluster(Self.attack(by: system, ["secrets", "nodes"])) == [])
    }

    @Test func `a person has to look at more`() throws {
        let kinds = ["secrets", "nodes", "namespaces", "clusterroles"]
        #expect(
            try cluster(Self.attack(by: "mallory", kinds)) == [
                "Cluster Looked Over, Pod Created And Entered By A Person"
            ]
        )
        #expect(
            try cluster(Self.attack(by: "alice", ["pods", "deployments", "services", "replicasets", "nodes"])) == []
        )
        // What was looked at by somebody else counts for nobody.
        let other = Self.attack(by: "bob", kinds).prefix(4) + Self.attack(by: "mallory", [])
        #expect(try cluster(Array(other)) == [])
    }

    private static func refused(_ namespaces: [String], by user: String, message: String = "") -> [String] {
        namespaces.enumerated().map { index, namespace in
            SequenceScan.audit(
                "create",
                "pods",
                by: user,
                at: index * 20,
                namespace: namespace,
                name: "p",
                more: #","status":"Failure","reason":"Forbidden","message":"\#(message)""#,
                code: 403,
                spec: app
            )
        } + [SequenceScan.audit("create", "pods", by: user, at: 300, name: "p", code: 201, spec: app)]
    }

    @Test func `a create after refusals in many namespaces is told, a retry and a quota are not`() throws {
        let many = ["kube-system", "web", "ml", "ops"]
        let told = ["Deployment After Refusals In Many Namespaces"]
        #expect(try cluster(Self.refused(many, by: "mallory")) == told)
        #expect(try cluster(Self.refused([String](repeating: "shop", count: 12), by: "deployer")) == [])
        let quota = #"pods \"p\" is forbidden: exceeded quota: small"#
        #expect(try cluster(Self.refused(many, by: "system:serviceaccount:ci:runner", message: quota)) == [])
        let refusedOnly = Array(Self.refused(many, by: "mallory").dropLast())
        #expect(try cluster(refusedOnly) == [])
    }

    @Test func `ten refusals of an address, then a container`() throws {
        func requests(_ count: Int) -> [String] {
            (0..<count).map { index in
                SequenceScan.request(
                    "POST",
                    "/containers/create",
                    from: "203.0.113.7",
                    at: index * 5,
                    body: Self.create,
                    more: #""response":{"status":401},"#
                )
            } + [
                SequenceScan.request(
                    "POST",
                    "/containers/create",
                    from: "203.0.113.7",
                    at: 120,
                    body: Self.create,
                    more: #""user":"admin","response":{"status":201},"#
                )
            ]
        }
        #expect(try engine(requests(10)) == ["Container Created After Many Refusals"])
        #expect(try engine(requests(9)) == [])
    }

    @Test func `one user in many namespaces`() throws {
        func pods(_ count: Int, by user: String) -> [String] {
            (0..<count).map {
                SequenceScan.audit(
                    "create",
                    "deployments",
                    by: user,
                    at: $0 * 5,
                    namespace: "ns-\($0)",
                    name: "a",
                    code: 201,
                    spec: Self.app
                )
            }
        }
        #expect(try cluster(pods(10, by: "mallory")) == ["One User Deploys To Many Namespaces"])
        #expect(try cluster(pods(9, by: "mallory")) == [])
        let controller = "system:serviceaccount:kube-system:deployment-controller"
        #expect(try cluster(pods(40, by: controller)) == [])
    }

    @Test func `one address in many containers, and many containers of one address`() throws {
        let entered = (0..<5).map {
            SequenceScan.request(
                "POST",
                "/containers/vic\($0)/exec",
                from: "203.0.113.7",
                at: $0 * 5,
                body: #"{"Cmd":["id"]}"#
            )
        }
        #expect(try engine(entered) == ["One Address Enters Many Containers Without Login"])
        let created = (0..<10).map {
            SequenceScan.request(
                "POST",
                "/containers/create?name=c\($0)",
                from: "203.0.113.7",
                at: $0 * 5,
                body: Self.create
            )
        }
        #expect(try engine(created) == ["Containers Created In Great Numbers Without Login"])
        #expect(try engine(Array(created.prefix(9))) == [])
    }

    @Test func `one image as many workloads is told, a chart of many images and a rollout are not`() throws {
        func workloads(_ count: Int, _ image: (Int) -> String, name: (Int) -> String) -> [String] {
            (0..<count).map { index in
                SequenceScan.audit(
                    "create",
                    "deployments",
                    by: "mallory",
                    at: index,
                    name: name(index),
                    code: 201,
                    spec:
                        #"{"containers":[{"name":"c","image":"\#(image(index))"}],"initContainers":[{"name":"i","image":"busybox"}]}"#
                )
            }
        }
        let told = ["One Image Deployed As Many Workloads"]
        #expect(try cluster(workloads(20, { _ in "worker:1" }, name: { "app-\($0)" })) == told)
        #expect(try cluster(workloads(40, { "svc-\($0):1" }, name: { "svc-\($0)" })) == [])
        #expect(try cluster(workloads(40, { _ in "worker:1" }, name: { _ in "app" })) == [])
    }

    /// A runner of continuous integration: 150 pods in ten minutes, each entered and removed soon.
    @Test func `a busy hour of continuous integration finds nothing`() throws {
        let user = "system:serviceaccount:gitlab-runner:runner"
        let events = (0..<900).flatMap { index in
            let (second, name) = (index * 4, "runner-\(index)")
            return [
                SequenceScan.audit(
                    "create",
                    "pods",
                    by: user,
                    at: second,
                    namespace: "ci",
                    name: name,
                    code: 201,
                    spec: Self.app
                ),
                SequenceScan.audit("list", "pods", by: user, at: second, namespace: "ci"),
                SequenceScan.audit(
                    "create",
                    "pods/attach",
                    by: user,
                    at: second + 1,
                    namespace: "ci",
                    name: name,
                    code: 101
                ),
                SequenceScan.audit("delete", "pods", by: user, at: second + 20, namespace: "ci", name: name),
            ]
        }
        #expect(try cluster(events) == [])
    }

    @Test func `pods that can write the node and are gone soon, three in an hour`() throws {
        func pods(_ count: Int, after seconds: Int, _ spec: String) -> [String] {
            (0..<count).flatMap { index in
                [
                    SequenceScan.audit(
                        "create",
                        "pods",
                        by: "mallory",
                        at: index * 300,
                        name: "p\(index)",
                        code: 201,
                        spec: spec
                    ),
                    SequenceScan.audit("delete", "pods", by: "mallory", at: index * 300 + seconds, name: "p\(index)"),
                ]
            }
        }
        let told = ["Short-Lived Pods That Can Write The Node, Again And Again"]
        #expect(try cluster(pods(3, after: 30, Self.root)) == told)
        #expect(try cluster(pods(2, after: 30, Self.root)) == [])
        #expect(try cluster(pods(3, after: 200, Self.root)) == [])
        #expect(try cluster(pods(30, after: 30, Self.app)) == [])
    }

    private static func event(_ action: String, _ id: String, at milliseconds: Int, image: String = "alpine") -> String
    {
        let nanoseconds = 1_795_514_400_000_000_000 + milliseconds * 1_000_000
        return
            #"{"Type":"container","Action":"\#(action)","Actor":{"ID":"\#(id)","Attributes":{"image":"\#(image)","name":"n"}},"#
            + #""time":\#(nanoseconds / 1_000_000_000),"timeNano":\#(nanoseconds)}"#
    }

    @Test func `containers that can write the host and are gone soon, by the engine's events and its requests`() throws
    {
        let scan = try SequenceScan()
        let body = #"{"Image":"alpine","HostConfig":{"Binds":["/:/host"]}}"#
        for index in 0..<3 {
            let id = String(repeating: "\(index)", count: 64)
            scan.read(
                HTTPRequestsDialect(),
                [
                    SequenceScan.request(
                        "POST",
                        "/containers/create",
                        from: nil,
                        at: index * 300,
                        body: body,
                        more: #""response":{"status":201,"body":{"Id":"\#(id)"}},"#
                    )
                ],
                path: "requests-\(index)"
            )
            scan.read(DockerEventsDialect(), [Self.event("die", id, at: index * 300_000 + 4_000)], path: "events")
        }
        #expect(scan.sequences() == ["Short-Lived Containers That Can Write The Host, Again And Again"])
    }

    @Test func `a hundred containers that live for seconds are told low, fewer are not`() throws {
        func containers(_ count: Int, living milliseconds: Int) -> [String] {
            (0..<count).flatMap { index in
                [
                    Self.event("start", "c\(index)", at: index * 5_000),
                    Self.event("die", "c\(index)", at: index * 5_000 + milliseconds),
                ]
            }
        }
        for (count, living, told) in [
            (100, 2_000, ["Short-Lived Containers In Great Numbers"]), (99, 2_000, []), (100, 20_000, []),
        ] {
            let scan = try SequenceScan()
            scan.read(DockerEventsDialect(), containers(count, living: living))
            #expect(scan.sequences() == told)
        }
    }
}
