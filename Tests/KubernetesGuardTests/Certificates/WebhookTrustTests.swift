import Authority
import Foundation
import KubernetesAPI
import KubernetesAPITesting
import KubernetesGuard
import Testing

@Suite struct WebhookTrustTests {
    private let bundle: TrustBundle

    init() throws {
        bundle = TrustBundle([try SigningAuthority(at: .now, Lifetimes()).certificate])
    }

    private func trust(_ cluster: FakeCluster, _ client: APIClient) -> WebhookTrust {
        WebhookTrust(configuration: "tidewaiter", names: cluster.names, client: client)
    }

    @Test func `webhooks that call our service get the bundle, once, and no others`() async throws {
        let cluster = try FakeCluster()
        try cluster.register([
            ("ours", FakeCluster.service("tidewaiter")), ("theirs", FakeCluster.service("other")),
            ("elsewhere", FakeCluster.service("tidewaiter", "shop")),
            ("address", #"{"url":"https://tidewaiter.security.svc/"}"#),
            ("also ours", FakeCluster.service("tidewaiter")),
        ])
        try await cluster.connected { client in
            let trust = trust(cluster, client)
            let changes = try await trust.publish(bundle)
            #expect(
                changes == [
                    "webhook configuration tidewaiter: ours, also ours trusts \(bundle.authorities[0].fingerprint)"
                ]
            )
            #expect(cluster.bundles == [bundle.pem, [], [], [], bundle.pem])
            let version = cluster.version
            #expect(try await trust.publish(bundle) == [] && cluster.version == version)
            let other = TrustBundle([try SigningAuthority(at: .now, Lifetimes()).certificate])
            #expect(try await trust.publish(other).count == 1)
            #expect(cluster.bundles == [other.pem, [], [], [], other.pem])
        }
    }

    @Test func `a configuration that changes is told of soon, and so trust is mended that somebody removed`()
        async throws
    {
        let cluster = try FakeCluster()
        try cluster.register([("ours", FakeCluster.service("tidewaiter"))])
        try await cluster.connected { client in
            let trust = trust(cluster, client)
            _ = try await trust.publish(bundle)
            let (changes, told) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await trust.watch { told.yield() } }
                var heard = changes.makeAsyncIterator()
                await heard.next()
                try cluster.register([("ours", FakeCluster.service("tidewaiter"))])
                #expect(cluster.bundles == [[]])
                await heard.next()
                _ = try await trust.publish(bundle)
                #expect(cluster.bundles == [bundle.pem])
                tasks.cancelAll()
            }
        }
    }

    @Test func `what stands in the way is told with what to do`() async throws {
        let cluster = try FakeCluster()
        try await cluster.connected { client in
            let trust = trust(cluster, client)
            func problem() async -> String {
                do throws(KeyringProblem) {
                    return "none: \(try await trust.publish(bundle))"
                } catch {
                    return error.isPassing ? error.description : "for ever: \(error)"
                }
            }
            #expect(await problem().hasPrefix("webhook configuration tidewaiter cannot be read: GET "))
            try cluster.register([("theirs", FakeCluster.service("other"))])
            #expect(
                await problem() == "webhook configuration tidewaiter: none of its webhooks calls a service of ours "
                    + "(tidewaiter.security.svc); see --certificate-name"
            )
            try cluster.register([("ours", FakeCluster.service("tidewaiter"))])
            cluster.fake.fail("PATCH \(FakeCluster.configurationPath)", with: 403, "Forbidden", "no")
            #expect(
                await problem().hasSuffix(
                    "no; give this service account a role with the verb 'patch' on 'validatingwebhookconfigurations'"
                )
            )
            cluster.fake.mend()
            // Another changes it each time between reading and patching.
            cluster.fake.fail("PATCH \(FakeCluster.configurationPath)", with: 422, "Invalid", "test failed")
            #expect(await problem().contains("caBundle cannot be set"))
            cluster.fake.mend()
            #expect(await problem().hasPrefix("none: "))
            #expect(cluster.bundles == [bundle.pem])
        }
    }
}
