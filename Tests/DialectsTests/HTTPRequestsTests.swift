import Deployments
import Dialects
import Foundation
import Testing

/// Captured requests: whose they are, which routes they take, and what of ordinary traffic is none.
@Suite struct HTTPRequestsTests {
    static func deployments(_ lines: String...) -> [ContainerDeployment] {
        readings(of: HTTPRequestsDialect(), lines).deployments
    }

    @Test func `who asked, from where, with what and when is told`() throws {
        let one = try #require(
            Self.deployments(
                #"{"time":"2026-11-24T10:00:00.5Z","source_ip":"203.0.113.7","user":"ann","app":"docker-engine","method":"POST","target":"/v1.41/containers/create?name=x","headers":{"User-Agent":"curl/8"},"status":201,"body":{"Image":"a"}}"#
            ).first
        )
        #expect(one.event.timestamp?.description == "2026-11-24T10:00:00.500000Z")
        #expect(one.actor.sourceIP == "203.0.113.7")
        #expect(one.actor.userName == "ann")
        #expect(one.actor.userAgent == "curl/8")
        #expect(one.http?.method == "POST")
        #expect(one.http?.path == "/v1.41/containers/create")
        #expect(one.http?.query == "name=x")
        #expect(one.http?.statusCode == 201)
        #expect(one.event.outcome == .success)
        #expect(one.event.dataset == .dockerAPI)
    }

    @Test(arguments: [(201, Outcome.success), (204, .success), (304, .success), (301, .failure), (404, .failure)])
    func `the status says whether it was done`(status: Int, outcome: Outcome) {
        let line = #"{"method":"POST","target":"/containers/create","status":\#(status),"body":{"Image":"a"}}"#
        #expect(Self.deployments(line).map(\.event.outcome) == [outcome])
    }

    @Test func `what one client made and another starts is told twice`() {
        let create =
            #"{"source_ip":"192.0.2.1","method":"POST","target":"/containers/create?name=x","body":{"Image":"a"}}"#
        let own = #"{"source_ip":"192.0.2.1","method":"POST","target":"/containers/x/start"}"#
        let other = #"{"source_ip":"192.0.2.2","method":"POST","target":"/containers/x/start"}"#
        #expect(Self.deployments(create, own).count == 1)
        let two = Self.deployments(create, other)
        #expect(two.map(\.event.action) == [.containerCreate, .containerStart])
        #expect(two.last?.container.imageText == "a")
    }

    @Test func `an exec has the host of the container that it runs in`() throws {
        let one = try #require(
            Self.deployments(
                #"{"method":"POST","target":"/containers/create?name=x","body":{"Image":"a","HostConfig":{"Binds":["/:/h"]}}}"#,
                #"{"method":"POST","target":"/containers/x/rename?name=y"}"#,
                #"{"method":"POST","target":"/containers/y/exec","body":{"Cmd":["id"],"User":"0"}}"#,
                #"{"method":"POST","target":"/exec/0123/start","body":{"Detach":true}}"#
            ).last
        )
        #expect(one.event.action == .containerExec)
        #expect(one.container.imageText == "a")
        #expect(one.process.args == ["id"])
        #expect(one.host.mounts.map(\.source.path) == ["/"])
        #expect(one.security.runAsRoot == true)
    }

    @Test func `volumes from another container come with what they lead to, its process namespace does not`() {
        let found = Self.deployments(
            #"{"method":"POST","target":"/containers/create?name=a","body":{"Image":"a","HostConfig":{"Binds":["/etc:/e"],"PidMode":"host"}}}"#,
            #"{"method":"POST","target":"/containers/create?name=b","body":{"Image":"b","HostConfig":{"VolumesFrom":["a:ro"]}}}"#,
            #"{"method":"POST","target":"/containers/create?name=c","body":{"Image":"c","HostConfig":{"PidMode":"container:a"}}}"#
        )
        #expect(found.map { $0.host.mounts.map(\.source.path) } == [["/etc"], ["/etc"], []])
        #expect(found.map(\.host.namespaces) == [[.pid], [], [.pid]])
        #expect(found.map(\.container.joins) == [[], ["a"], ["a"]])
    }

    @Test func `Podman's own create is read`() throws {
        let one = try #require(
            Self.deployments(
                #"{"method":"POST","target":"/v4.3.1/libpod/containers/create","body":{"name":"x","image":"quay.io/a/b:1","command":["sh","-c","date"],"privileged":true,"netns":{"nsmode":"host"},"pidns":{"nsmode":"host"},"cap_add":["SYS_ADMIN"],"mounts":[{"source":"/","destination":"/h","type":"bind","options":["ro"]}],"devices":[{"path":"/dev/sda"}],"portmappings":[{"host_port":80,"container_port":80}],"user":"0"}}"#
            ).first
        )
        #expect(one.route == .podmanAPI)
        #expect(one.container.name == "x")
        #expect(one.container.image?.name == "quay.io/a/b")
        #expect(one.process.args == ["sh", "-c", "date"])
        #expect(one.security.privileged == true)
        #expect(one.security.capabilitiesAdded.map(\.name) == ["SYS_ADMIN"])
        #expect(one.security.runAsRoot == true)
        #expect(one.host.namespaces == [.network, .pid])
        #expect(one.host.mounts == [.init(source: HostPath("/"), target: "/h", isReadOnly: true)])
        #expect(one.host.devices == ["/dev/sda"])
        #expect(one.host.ports == [80])
    }

    @Test func `Podman's create is read as Go reads it, and as far as it can be`() throws {
        let one = try #require(
            Self.deployments(
                #"{"method":"POST","target":"/v4.3.1/libpod/containers/create","body":"{\"IMAGE\":\"a\",\"pidns\":{\"nsmode\":\"private\"},\"PidNS\":{\"nsmode\":\"host\"},\"cap_add\":7,\"devices\":[{\"path\":\"/dev/sda\"},4]}"}"#
            ).first
        )
        #expect(one.container.imageText == "a")
        #expect(one.host.namespaces == [.pid])
        #expect(one.host.devices == ["/dev/sda"])
        #expect(one.defects.contains(.duplicateKeys))
    }

    @Test func `Podman's play of a manifest is a record for each container`() {
        let manifest =
            #"apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostPID: true\n  initContainers: [{name: i, image: a}]\n  containers: [{name: c, image: b, securityContext: {privileged: true}}]\n"#
        let found = Self.deployments(
            #"{"method":"POST","target":"/v4.3.1/libpod/play/kube?start=true","body":"\#(manifest)"}"#
        )
        #expect(Set(found.map(\.container.name)) == ["i", "c"])
        #expect(found.first { $0.container.name == "c" }?.security.privileged == true)
        #expect(found.allSatisfy { $0.route == .podmanAPI && $0.host.namespaces == [.pid] })
    }

    @Test func `a Swarm service is read, and told as Swarm's`() throws {
        let one = try #require(
            Self.deployments(
                #"{"method":"POST","target":"/v1.41/services/create","body":{"Name":"s","Mode":{"Replicated":{"Replicas":3}},"TaskTemplate":{"ContainerSpec":{"Image":"a:1","Command":["sh"],"Args":["-c"],"Mounts":[{"Type":"bind","Source":"/","Target":"/h"}],"CapabilityAdd":["CAP_SYS_ADMIN"],"Privileges":{"SELinuxContext":{"Disable":true}}}},"Networks":[{"Target":"host"}]}}"#
            ).first
        )
        #expect(one.route == .swarm)
        #expect(one.placement.resourceName == "s")
        #expect(one.placement.replicas == 3)
        #expect(one.process.args == ["sh", "-c"])
        #expect(one.host.mounts.map(\.source.path) == ["/"])
        #expect(one.host.namespaces == [.network])
        #expect(one.security.capabilitiesAdded.map(\.name) == ["SYS_ADMIN"])
        #expect(one.security.seLinux == "disable")
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
    func `each known route of deployment is recognised under its name`() throws {
        var wrong: [String] = []
        var routes = 0
        for row in try SharedData.objects("routes.jsonl") {
            guard let app = row["app"] as? String, let target = row["example"] as? String,
                let methods = row["method"] as? String, let id = row["id"] as? String
            else { continue }
            routes += 1
            for method in methods.split(separator: "|") {
                for name in [app, nil] {
                    let owner = name.map { #","app":"\#($0)""# } ?? ""
                    let found = Self.deployments(#"{"method":"\#(method)","target":"\#(target)"\#(owner)}"#)
                    // What a proxy leads to is told by its own route; Podman's path is Docker's where nobody says more.
                    let isInner =
                        target.contains("/proxy/") || (name == nil && app == "podman" && !target.contains("libpod"))
                    if found.count != 1 || (found[0].route != Self.route(of: app) && !isInner) {
                        wrong.append("\(id) \(method) \(name ?? "-"): \(found.map(\.route))")
                    }
                }
            }
        }
        #expect(wrong == [])
        #expect(routes > 0)
    }

    /// The route of an application, by the name that captured requests have for it.
    static func route(of app: String) -> Route? {
        let others = ["docker-engine": "docker-api", "docker-swarm": "swarm", "podman": "podman-api"]
        let more = ["kubelet": "kubelet-api", "kubeflow-katib": "katib"]
        return Route(rawValue: others[app] ?? more[app] ?? app)
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
    func `of all that passes a proxy the routes of deployment are told, and nothing else`() throws {
        var wrong: Set<String> = []
        var (told, silent) = (0, 0)
        var seen: Set<String> = []
        for row in try SharedData.objects("proxy-logs/labels.jsonl") {
            guard let target = row["path"] as? String, let method = row["method"] as? String else { continue }
            let effect = row["effect"] as? String
            guard seen.insert("\(row["app"] ?? "") \(method) \(target) \(effect ?? "")").inserted else { continue }
            let isExpected = effect != nil && effect != "dryrun"
            for app in [row["app"] as? String, nil] {
                var line: [String: Any] = ["method": method, "target": target]
                line["app"] = app == "other" ? nil : app
                let bytes = [UInt8](try JSONSerialization.data(withJSONObject: line, options: .withoutEscapingSlashes))
                let found = readings(of: HTTPRequestsDialect(), lines: bytes).deployments
                if found.isEmpty { silent += 1 } else { told += 1 }
                if found.isEmpty == isExpected {
                    wrong.insert("\(app ?? "-") \(method) \(target): \(effect ?? "none")")
                }
            }
        }
        #expect(wrong == [])
        #expect(told > 0 && silent > 0)
    }
}
