import Authority
import Foundation
import KubernetesAPI
import KubernetesAPITesting
import KubernetesGuard
import Testing

@Suite struct KeyringSecretTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func `two replicas that start at once share one Secret, one authority and one certificate`() async throws {
        let cluster = try FakeCluster()
        try cluster.register([("validate", FakeCluster.service("tidewaiter"))])
        try await cluster.connected { client in
            let reports = try await withThrowingTaskGroup(of: KeyringKeeper<KeyringSecret>.Report.self) { tasks in
                for _ in 0..<4 {
                    tasks.addTask {
                        var keeper = try cluster.keeper(client)
                        return await keeper.tend(at: now)
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            let serving = try #require(reports[0].serving)
            for report in reports {
                #expect(report.problems == [] && report.serving == serving && report.bundle == reports[0].bundle)
            }
            #expect(reports[0].bundle.authorities.count == 1)
            #expect(cluster.bundles == [reports[0].bundle.pem])
            let stored = try Keyring.read(try #require(cluster.values))
            #expect(stored.problems == [] && stored.keyring.serving == serving)
            let secret = try #require(cluster.fake.object(at: FakeCluster.secretPath))
            #expect(secret["type"]?.text == "kubernetes.io/tls")
            #expect(secret["metadata"]?["labels"]?["app.kubernetes.io/managed-by"]?.text == "tidewaiter")
        }
    }

    @Test func `what others keep in the Secret stays, and what the keyring has no more goes`() async throws {
        let cluster = try FakeCluster()
        try cluster.register([("validate", FakeCluster.service("tidewaiter"))])
        try cluster.fake.put(
            #"{"kind":"Secret","type":"Opaque","metadata":{"name":"tidewaiter-tls","annotations":{"a":"b"}},"data":{"tls.crt":""}}"#,
            at: FakeCluster.secretPath
        )
        try await cluster.connected { client in
            var keeper = try cluster.keeper(client)
            #expect(await keeper.tend(at: now).problems == [])
            try cluster.edit {
                $0["data"]?["note"] = .text("aGVsbG8=")
                $0["data"]?["successor.key"] = .text("aGVsbG8=")
            }
            let report = await keeper.tend(at: now)
            #expect(
                report.problems.map(\.description) == [
                    "Secret security/tidewaiter-tls: successor.key: it is no PEM; it is made anew"
                ]
            )
            let values = try #require(cluster.values)
            #expect(values["note"] == Array("hello".utf8) && values["successor.key"] == nil)
            let secret = try #require(cluster.fake.object(at: FakeCluster.secretPath))
            #expect(secret["type"]?.text == "Opaque" && secret["metadata"]?["annotations"]?["a"]?.text == "b")
            #expect(await keeper.tend(at: now).problems == [])
        }
    }

    @Test(arguments: [
        ("{\"kind\":\"Secret\",\"data\":{\"tls.crt\":\"dGhlaXJz\"}}", "nothing says that tidewaiter wrote it", false),
        ("{\"kind\":\"Secret\",\"data\":{\"tls.crt\":\"?\"}}", "cannot be read: it is no Secret", true),
        ("{\"kind\":\"Secret\",\"data\":[]}", "cannot be read: it is no Secret", true),
    ])
    func `what cannot be ours is told and left`(secret: String, reason: String, isPassing: Bool) async throws {
        let cluster = try FakeCluster()
        try cluster.fake.put(secret, at: FakeCluster.secretPath)
        let before = cluster.fake.object(at: FakeCluster.secretPath)
        try await cluster.connected { client in
            var keeper = try cluster.keeper(client)
            let report = await keeper.tend(at: now)
            #expect(report.problems.count == 1 && report.serving == nil)
            #expect(report.problems[0].description.contains(reason), "\(report.problems)")
            #expect(report.problems[0].isPassing == isPassing)
            #expect(cluster.fake.object(at: FakeCluster.secretPath) == before)
        }
    }

    @Test func `a right that is missing is told with the role that gives it`() async throws {
        let cluster = try FakeCluster()
        try cluster.register([("validate", FakeCluster.service("tidewaiter"))])
        try await cluster.connected { client in
            var keeper = try cluster.keeper(client)
            for (method, verb) in [("GET", "get"), ("POST", "create")] {
                cluster.fake.fail("\(method) /api/v1/namespaces/security/secrets", with: 403, "Forbidden", "no")
                let problems = await keeper.tend(at: now).problems
                #expect(problems.count == 1 && problems[0].isPassing)
                let hint = "give this service account a role with the verb '\(verb)' on 'secrets'"
                #expect(problems.first?.description.hasSuffix(hint) == true, "\(problems)")
                cluster.fake.mend()
            }
            #expect(await keeper.tend(at: now).problems == [])
            cluster.fake.fail("PATCH \(FakeCluster.secretPath)", with: 403, "Forbidden", "no")
            let report = await keeper.tend(at: now.addingTimeInterval(61 * 86_400))
            #expect(report.problems.map(\.description).first?.contains("the verb 'patch' on 'secrets'") == true)
            #expect(report.serving != nil, "it serves on")
        }
    }
}
