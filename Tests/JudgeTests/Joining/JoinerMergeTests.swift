import Deployments
import Judge
import Sigma
import Testing

/// What is known of a deployment that several sources speak of.
@Suite struct JoinerMergeTests {
    @Test func `the event stays the first record's and the rest is what is known best`() throws {
        let records = [
            Told.event("web", at: 1),
            Told.daemon("web", id: Told.id, at: 0.000123) {
                $0.placement.hostName = "node-1"
                $0.security.privileged = true
            },
            Told.asked("web", at: 2) {
                $0.actor.sourceIP = "203.0.113.7"
                $0.actor.tlsClientSubject = "CN=eve"
                $0.actor.userName = "eve"
                $0.process.args = ["id"]
            },
        ]
        var joiner = Joiner()
        let joined = records.map { joiner.take($0) }
        #expect(joined.map(\.isFirst) == [true, false, false])
        #expect(joined.map(\.isImproved) == [false, true, true])
        #expect(Set(joined.map(\.id)).count == 1)
        #expect(joined[0].identity == joined[2].identity)
        let known = joined[2].deployment
        #expect(known.event.id == records[0].event.id)
        #expect(known.event.dataset == .dockerEvents)
        #expect(known.event.timestamp == records[0].event.timestamp)
        #expect(known.log == records[0].log)
        #expect(known.placement.hostName == "node-1")
        #expect(known.container.id == Told.id)
        #expect(known.security.privileged == true)
        #expect(known.process.args == ["sh", "-c", "id"])
        #expect(known.visibility == .full)
        #expect(known.actor.userName == "eve")
        #expect(known.actor.sourceIP == "203.0.113.7")
        #expect(known.http?.path == "/v1.41/containers/create")
        #expect(known.http?.statusCode == 201)
        // Nothing new: told again by the daemon's log in another file.
        var again = records[1]
        again.log?.path = "/var/log/other"
        let last = joiner.take(again)
        #expect(!last.isFirst && !last.isImproved)
        #expect(last.deployment == known)
    }

    @Test func `two bodies are never mixed`() throws {
        let cut = Told.daemon("web") {
            $0.visibility = .truncated
            $0.host.devices = ["/dev/kmsg"]
            $0.process.environment = ["A=b"]
        }
        let whole = Told.asked("web") { $0.host.namespaces = [.pid] }
        for records in [[cut, whole], [whole, cut]] {
            let known = try #require(Told.merged(records))
            #expect(known.host == whole.host)
            #expect(known.process == whole.process)
            #expect(known.visibility == .full)
        }
    }

    @Test func `of two whole bodies the one with more power stands`() throws {
        let asked = Told.asked("web")
        let landed = Told.daemon("web") { $0.security.capabilitiesAdded = [Capability("SYS_ADMIN")] }
        for records in [[asked, landed], [landed, asked]] {
            #expect(try #require(Told.merged(records)).security == landed.security)
        }
    }

    @Test func `defects of any record count`() throws {
        let records = [
            Told.daemon("web") { $0.defects = [.duplicateKeys] }, Told.asked("web") { $0.defects = [.foldedKeys] },
        ]
        #expect(try #require(Told.merged(records)).defects == [.duplicateKeys, .foldedKeys])
    }

    @Test func `whom the server knew comes before a process's user`() throws {
        let peer = Told.daemon("web") { $0.actor.userName = "uid:33" }
        // The daemon's log names nobody; what stands for a peer here is the guard's own record.
        var guarded = Told.asked("web") { $0.actor.userName = "uid:33" }
        guarded.actor.sourceIP = "127.0.0.1"
        let certified = Told.event("web") {
            $0.actor.userName = "eve"
            $0.actor.tlsClientSubject = "CN=eve"
        }
        for records in [[peer, certified], [certified, peer], [guarded, certified], [certified, guarded]] {
            let known = try #require(Told.merged(records))
            #expect(known.actor.userName == "eve")
            #expect(known.actor.tlsClientSubject == "CN=eve")
        }
    }

    @Test func `whom a management application knew comes before its own account`() throws {
        let account = "system:serviceaccount:kubernetes-dashboard:default"
        let human = Told.object(.managementAPI, "web", .podCreate, "c", at: 0, "alice", "nginx") {
            $0.route = .kubernetesDashboard
            $0.actor.sourceIP = "198.51.100.4"
            $0.actor.userAgent = "Mozilla"
        }
        let audited = Told.audit("web", user: account) {
            $0.actor.sourceIP = "10.0.0.9"
            $0.actor.userAgent = "dashboard/v2.7"
            $0.actor.groups = ["system:serviceaccounts"]
        }
        for records in [[human, audited], [audited, human]] {
            let known = try #require(Told.merged(records))
            #expect(known.actor.userName == "alice")
            #expect(known.actor.effectiveName == account)
            #expect(known.actor.groups == [])
            #expect(known.actor.sourceIP == "198.51.100.4")
            #expect(known.actor.userAgent == "Mozilla")
            #expect(known.route == .kubernetesDashboard)
        }
    }

    @Test(arguments: [
        ("127.0.0.1", "10.0.0.9", "10.0.0.9"), ("::1", "203.0.113.7", "203.0.113.7"),
        ("::ffff:127.0.0.1", "10.0.0.9", "10.0.0.9"), ("172.17.0.1", "203.0.113.7", "203.0.113.7"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"), ("@", "192.168.0.2", "192.168.0.2"),
    ])
    func `the outermost address stands`(inner: String, outer: String, known: String) throws {
        let near = Told.daemon("web") { $0.actor.sourceIP = inner }
        let far = Told.asked("web") { $0.actor.sourceIP = outer }
        #expect(try #require(Told.merged([near, far])).actor.sourceIP == known)
        #expect(try #require(Told.merged([far, near])).actor.sourceIP == known)
    }

    @Test func `what is judged again is found under the same id`() throws {
        var library = RuleLibrary()
        library.add(
            """
            title: alpine
            logsource: {category: container_deployment}
            detection:
                selection: {container.image.name|endswith: alpine}
                condition: selection
            """,
            file: "alpine.yml"
        )
        let judge = Judge(try Judge.Bench(library))
        func ids(_ event: DeploymentEvent) -> [String] {
            var ids: [String] = []
            judge.judge(event) { ids.append($0.id) }
            return ids
        }
        var joiner = Joiner()
        // The name and the host are parts of a record's identity that another record brings.
        let first = joiner.take(Told.daemon(nil, id: Told.id))
        let second = joiner.take(Told.event("happy_noether") { $0.placement.hostName = "node-1" })
        #expect(second.isImproved && second.deployment.container.name == "happy_noether")
        let before = ids(DeploymentEvent(first.deployment))
        #expect(before.count == 1)
        #expect(ids(DeploymentEvent(second.deployment, identity: second.identity)) == before)
        #expect(ids(DeploymentEvent(second.deployment)) != before)
    }
}
