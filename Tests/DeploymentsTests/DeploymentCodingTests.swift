import Deployments
import Foundation
import Testing

/// Deployments are written down and read again as they were.
@Suite struct DeploymentCodingTests {
    static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    static func text(_ deployment: ContainerDeployment) throws -> String {
        String(decoding: try encoder.encode(deployment), as: UTF8.self)
    }

    static func deployment(_ text: String) throws -> ContainerDeployment {
        try JSONDecoder().decode(ContainerDeployment.self, from: Data(text.utf8))
    }

    /// One of which everything is known.
    static func full() throws -> ContainerDeployment {
        var full = ContainerDeployment(
            event: .init(
                timestamp: Timestamp(microseconds: .max),
                id: "a\u{0}\u{301}\"\\/é",
                action: .podCreate,
                outcome: .failure,
                dataset: .kubernetesAudit
            ),
            route: .staticPod
        )
        full.event.original = "{}"
        full.event.reason = "no"
        full.log = .init(path: "/var/log/a", offset: 7)
        full.actor.userName = "eve"
        full.actor.groups = ["a", ""]
        full.actor.effectiveName = "root"
        full.actor.userAgent = "curl"
        full.actor.sourceIP = "::1"
        full.actor.tlsClientSubject = "CN=eve"
        full.http = .init()
        full.http?.method = "POST"
        full.http?.host = "engine.example:2376"
        full.http?.path = "/x"
        full.http?.query = "a=b"
        full.http?.statusCode = 201
        full.placement.hostName = "h"
        full.placement.orchestratorType = "kubernetes"
        full.placement.clusterName = "c"
        full.placement.namespace = "n"
        full.placement.resourceType = "pod"
        full.placement.resourceName = "p"
        full.placement.resourceGroup = ""
        full.placement.parentType = "job"
        full.placement.parentName = "j"
        full.placement.nodeName = "node"
        full.placement.nodeSelector = ["a=b"]
        full.placement.tolerations = ["*"]
        full.placement.replicas = -1
        full.placement.restartPolicy = "Always"
        full.placement.schedule = "* * * * *"
        full.container.id = "0123"
        full.container.name = "c"
        full.container.runtime = "runc"
        full.container.labels = ["b=1", "a=2"]
        full.container.imageText = "alpine:3@sha256:" + String(repeating: "0", count: 64)
        full.container.image = try ImageReference(parsing: full.container.imageText ?? "")
        full.container.imageHashes = ["sha256:1"]
        full.container.role = .ephemeral
        full.container.joins = ["other"]
        full.process.args = ["sh"]
        full.process.hooks = [["a", "b"], []]
        full.process.workingDirectory = "/"
        full.process.environment = ["A=b"]
        full.host.mounts = [.init(source: HostPath("/var/run/docker.sock"), target: "/s", isReadOnly: true)]
        full.host.devices = ["/dev/sda"]
        full.host.ports = [0, 80]
        full.host.namespaces = Set(HostNamespace.allCases)
        full.host.networkMode = "host"
        full.volumes = [.init(name: "v", target: "/v", isReadOnly: false)]
        full.security.privileged = true
        full.security.capabilitiesAdded = [Capability("CAP_CAP_SYS_ADMIN"), Capability("ALL")]
        full.security.capabilitiesDropped = [Capability("x")]
        full.security.seccomp = "unconfined"
        full.security.appArmor = "a"
        full.security.seLinux = "disable"
        full.security.procMount = "unmasked"
        full.security.allowPrivilegeEscalation = false
        full.security.readOnlyRoot = true
        full.security.runAsUser = "0"
        full.security.runAsRoot = true
        full.security.serviceAccount = "default"
        full.security.automountToken = false
        full.firstSeen = [.image, .principal]
        full.visibility = .truncated
        full.defects = Set(RecordDefect.allCases)
        return full
    }

    @Test func `everything that is known is known again`() throws {
        let full = try Self.full()
        let text = try Self.text(full)
        #expect(try Self.deployment(text) == full)
        #expect(try Self.text(Self.deployment(text)) == text)
        // A field that is added to a deployment has to be written too.
        for (name, value) in Mirror(reflecting: full).children {
            #expect(text.contains("\"\(name ?? "")\":"), "\(name ?? ""): \(value)")
            for (inner, value) in Mirror(reflecting: value).children
            where Mirror(reflecting: value).displayStyle != .enum {
                guard let inner, inner != "some", Int(inner.dropFirst()) == nil else { continue }
                #expect(text.contains("\"\(inner)\":"), "\(inner): \(value)")
            }
        }
    }

    @Test func `what is unknown is not written`() throws {
        let bare = ContainerDeployment(event: .init(action: .imagePull, dataset: .dockerEvents), route: .dockerAPI)
        let text =
            #"{"event":{"action":"image-pull","dataset":"docker.events","id":"","outcome":"unknown"},"route":"docker-api","v":1}"#
        #expect(try Self.text(bare) == text)
        #expect(try Self.deployment(text) == bare)
    }

    @Test(arguments: [
        (#""action":"image-pull""#, #""action":"image-push""#),
        (#""dataset":"docker.events""#, #""dataset":"docker.event""#),
        (#""route":"docker-api""#, #""route":"""#),
        (#""v":1"#, #""v":2"#),
        (#""v":1"#, #""w":1"#),
        (#""outcome":"unknown""#, #""outcome":null"#),
        (#""v":1"#, #""v":1,"log":{"path":"a","offset":-1}"#),
        (#""v":1"#, #""v":1,"log":{"path":"a","offset":9223372036854775807}"#),
        (#""v":1"#, #""v":1,"defects":["none"]"#),
        (#""v":1"#, #""v":1,"host":{"namespaces":["all"]}"#),
        (#""v":1"#, #""v":1,"visibility":"some""#),
        (#""v":1"#, #""v":1,"container":{"role":"main"}"#),
        (#""v":1"#, #""v":1,"container":{"labels":"a"}"#),
    ])
    func `what is not known is an error`(part: String, other: String) throws {
        let bare = ContainerDeployment(event: .init(action: .imagePull, dataset: .dockerEvents), route: .dockerAPI)
        let text = try Self.text(bare).replacing(part, with: other)
        #expect(throws: DecodingError.self) { try Self.deployment(text) }
    }
}
