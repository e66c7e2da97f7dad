@testable import Posture
import Testing

/// The checks of management applications that run outside of clusters, and of all others.
@Suite struct HostApplicationTests {
    private typealias E = ApplicationEvidence
    typealias Case = CheckCase

    private static let acl = "acl {\n  enabled = true\n}\n"
    private static let tls = "tls {\n  http = true\n  verify_https_client = true\n}\n"

    private static func unread(_ change: @escaping (inout HostEvidence) -> Void) -> Evidence { E.host(change) }

    static let nomads = [
        Case("as packages have it", .nomadAccess, E.host(E.nomad(["nomad.hcl": "data_dir = \"/opt/nomad\"\n"])), .fail),
        Case("with ACLs", .nomadAccess, E.host(E.nomad(["nomad.hcl": "", "acl.hcl": acl])), .pass),
        Case(
            "with ACLs, in clear",
            .nomadAccess,
            E.host(E.nomad(["nomad.hcl": acl], at: "::")),
            .warn
        ),
        Case("with ACLs, over TLS", .nomadAccess, E.host(E.nomad(["nomad.hcl": acl + tls], at: "::")), .pass),
        Case("with certificates alone", .nomadAccess, E.host(E.nomad(["nomad.hcl": tls], at: "::")), .warn),
        Case(
            "verifying without TLS",
            .nomadAccess,
            E.host(E.nomad(["nomad.hcl": "tls { verify_https_client = true }"])),
            .fail
        ),
        Case("by JSON", .nomadAccess, E.host(E.nomad(["a.json": #"{"acl":[{"enabled":true}]}"#])), .pass),
        Case("another kind of file", .nomadAccess, E.host(E.nomad(["acl.hcl.bak": acl])), .fail),
        Case(
            "one file",
            .nomadAccess,
            E.host(E.nomad(["n.hcl": "region = \"a\""], ["-config", "/etc/nomad.d/n.hcl"])),
            .fail
        ),
        Case("for trying", .nomadAccess, E.host(E.nomad([:], ["-dev"])), .fail),
        Case("by argument", .nomadAccess, E.host(E.nomad([:], ["-acl-enabled", "-config=/etc/nomad.d"])), .pass),
        Case("no HCL", .nomadAccess, E.host(E.nomad(["nomad.hcl": "acl {"])), .unknown),
        Case(
            "files were not collected",
            .nomadAccess,
            E.host(E.nomad([:], ["-config=/srv/nomad.hcl"])),
            .unknown
        ),
        Case(
            "ACLs that were switched on since",
            .nomadAccess,
            E.host(E.nomad(["nomad.hcl": acl])).answering(at: 4646, E.probe("/v1/jobs", 200, "[]")),
            .fail
        ),
        Case(
            "no configuration, but it refuses",
            .nomadAccess,
            E.host(E.nomad(["nomad.hcl": ""])).answering(at: 4646, E.probe("/v1/jobs", 403, "Permission denied")),
            .pass
        ),
        Case(
            "a client",
            .nomadAccess,
            E.host { $0.run(HostProcess(id: 9, name: "nomad", arguments: ["nomad", "logmon"])) },
            .notApplicable
        ),
        Case("in a container, not asked", .nomadAccess, E.host(E.container("hashicorp/nomad:1.9")), .unknown),
        Case("none", .nomadAccess, E.host(), .notApplicable),
        Case(
            "the engine may not be asked",
            .nomadAccess,
            E.host { $0.docker = .unreadable("permission denied") },
            .unknown
        ),
        Case("processes may not be seen", .nomadAccess, E.host { $0.processes = .unreadable("no /proc") }, .unknown),
    ]

    private static func portainer(
        _ arguments: [String] = [],
        _ published: (address: String, port: Int, inner: Int)...
    ) -> Evidence {
        E.host(E.container("portainer/portainer-ce:2.21.4", arguments, published: published))
    }

    private static let hasAdministrator = E.probe("/api/users/admin/check", 204)

    static let containers = [
        Case(
            "Portainer by HTTPS",
            .portainerFirstAccount,
            portainer([], ("", 9443, 9443)).answering(at: 9443, hasAdministrator),
            .pass,
            .pass
        ),
        Case(
            "Portainer by HTTP",
            .portainerFirstAccount,
            portainer([], ("0.0.0.0", 80, 9000)).answering(at: 80, hasAdministrator),
            .pass,
            .fail
        ),
        Case(
            "Portainer by HTTP on this host",
            .portainerFirstAccount,
            portainer([], ("127.0.0.1", 9000, 9000)).answering(at: 9000, hasAdministrator),
            .pass,
            .pass
        ),
        Case(
            "Portainer by a password's file",
            .portainerFirstAccount,
            portainer(["--admin-password-file", "/p"]),
            .pass,
            .pass
        ),
        Case(
            "Portainer as a program",
            .portainerFirstAccount,
            E.host {
                $0.run(HostProcess(id: 7, name: "portainer", arguments: ["/opt/portainer", "--admin-password=x"]))
                $0.listen(Listener("::", 9000, processes: [7]))
            },
            .pass,
            .fail
        ),
        Case(
            "Rancher in Docker",
            .rancherAudit,
            E.host(E.container("rancher/rancher:v2.9.1", env: ["AUDIT_LEVEL=0"])),
            .fail
        ),
        Case(
            "Rancher in Docker, with its first password",
            .rancherAudit,
            E.host(E.container("rancher/rancher:v2.9.1", env: ["AUDIT_LEVEL=2", "CATTLE_BOOTSTRAP_PASSWORD=***"])),
            .pass,
            .warn
        ),
        Case("no Portainer", .portainerFirstAccount, E.host(), .notApplicable),
        Case("no Rancher", .rancherAudit, E.host(), .notApplicable),
    ]

    private static func scope(_ others: [Document] = []) -> Evidence {
        E.cluster([E.deployment("weaveworks/scope:1.13", ports: [["containerPort": 4040]]), E.service] + others)
    }
    private static func hub() -> Evidence { E.cluster([E.deployment("jupyterhub/k8s-hub:4.1"), E.service]) }

    static let others = [
        Case(
            "Weave Scope answers",
            .otherInterfaces,
            scope().answering(E.probe("/api", 200, #"{"id":"a","version":"1.13","hostname":"n"}"#)),
            .fail
        ),
        Case("Weave Scope, not asked", .otherInterfaces, scope(), .warn),
        Case(
            "Weave Scope behind the gateway",
            .otherInterfaces,
            scope([.gatewayOnly("x", in: "apps", to: ["app": "app"], ports: [4040], gateway: "tidewaiter")]),
            .pass
        ),
        Case("a hub refuses", .otherInterfaces, hub().answering(E.probe("/hub/api/users", 403)), .pass),
        Case("a hub sends to its login", .otherInterfaces, hub().answering(E.probe("/hub/api/users", 302)), .pass),
        Case("a hub lists its users", .otherInterfaces, hub().answering(E.probe("/hub/api/users", 200, "[]")), .fail),
        Case("a hub shows a page", .otherInterfaces, hub().answering(E.probe("/hub/api/users", 200, "<html>")), .warn),
        Case("a hub does not answer", .otherInterfaces, hub().answering(E.probe("/hub/api/users", nil)), .unknown),
        Case("a hub, not asked", .otherInterfaces, hub(), .unknown),
        Case(
            "Marathon in a container",
            .otherInterfaces,
            E.host(E.container("mesosphere/marathon:v1.11", published: [("", 8080, 8080)]))
                .answering(at: 8080, E.probe("/v2/apps", 200, #"{"apps":[]}"#)),
            .fail
        ),
        Case(
            "Kubeflow Pipelines without a header",
            .otherInterfaces,
            E.cluster([E.deployment("ghcr.io/kubeflow/kfp-api-server:2.5.0"), E.service])
                .answering(E.probe("/apis/v2beta1/pipelines", 200, "{}")),
            .fail
        ),
        Case(
            "Kubeflow, not asked",
            .otherInterfaces,
            E.cluster([E.deployment("docker.io/kubeflownotebookswg/jupyter-web-app:v1.9.2")]),
            .notApplicable
        ),
        Case("none", .otherInterfaces, E.host(), .notApplicable),
        Case("nothing was collected", .otherInterfaces, E.unasked, .unknown),
    ]

    @Test(arguments: nomads + containers + others)
    func `each host and cluster gets its outcome`(_ one: Case) {
        let results = one.check.results(on: one.evidence)
        #expect(results.map(\.outcome) == one.outcomes, "\(results)")
    }

    /// A restart and a process by people's own hands, and what needs another password.
    private static let unfixable: Set = [
        "ACLs that were switched on since", "Rancher in Docker, with its first password", "Marathon in a container",
    ]

    @Test(
        arguments: (nomads + containers + others).filter {
            !unfixable.contains($0.name) && !Set($0.outcomes).isDisjoint(with: [.fail, .warn])
        }
    )
    func `what a fix writes passes`(_ one: Case) {
        let fixes = one.check.fixes(on: one.evidence)
        #expect(!fixes.isEmpty)
        var fixed = one.evidence.startedAgain.applying(fixes)
        if one.name == "Portainer by HTTP" { fixed = fixed.answering(at: 9443, Self.hasAdministrator) }
        if one.name == "for trying" {
            fixed.host = fixed.host.map { host in
                var host = host
                host.files["/etc/nomad.d"] = HostFile("/etc/nomad.d", .directory, mode: 0o755)
                return host
            }
        }
        let results = one.check.results(on: fixed)
        #expect(results.allSatisfy { [.pass, .notApplicable].contains($0.outcome) }, "\(results)\n\(fixes)")
    }

    @Test(arguments: (nomads + containers + others).filter { unfixable.contains($0.name) })
    func `what people have to do themselves is said`(_ one: Case) {
        let changes = one.check.fixes(on: one.evidence).flatMap(\.changes)
        #expect(!changes.isEmpty)
        for change in changes {
            switch change {
            case .steps(let steps): #expect(!steps.isEmpty)
            case .command(let line): #expect(!line.isEmpty)
            default: Issue.record("\(change)")
            }
        }
    }

    @Test func `a pod on its node is looked at once`() {
        var evidence = E.cluster([E.deployment("portainer/portainer-ce:2.21.4"), E.service])
        evidence.host = E.host { $0.run(HostProcess(id: 7, name: "portainer", arguments: ["/portainer"])) }.host
        #expect(evidence.running([.portainer]).map(\.subject) == [#"Deployment "apps/app" (Portainer)"#])
    }

    @Test func `each application that can be asked has ports to be asked at`() {
        #expect(ManagementApplication.all.filter { !$0.probes.isEmpty }.allSatisfy { !$0.ports.isEmpty })
    }

    @Test func `what Nomad is told to read is asked for`() {
        let agent = E.host(E.nomad([:], ["-config=/srv/n.hcl", "-config", "/srv/d/"])).host.value
        #expect(
            agent.map { ApplicationRequests.more(of: $0).map(\.path) }
                == ["/srv/n.hcl", "/srv/n.hcl/*", "/srv/d/", "/srv/d/*"]
        )
    }
}
