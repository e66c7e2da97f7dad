import Deployments
import Dialects
import Foundation
import Testing

@Suite struct KubernetesAuditTests {
    static func event(
        _ verb: String = "create",
        _ resource: String = "pods",
        id: String = "1",
        user: String = "alice",
        stage: String = "ResponseComplete",
        code: Int = 201,
        extra: String = "",
        request: String? = nil
    ) -> String {
        let body = request.map { ",\"requestObject\":\($0)" } ?? ""
        return """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"\(request == nil ? "Metadata" : "Request")","auditID":"\(id)",\
            "stage":"\(stage)","requestURI":"/api/v1/namespaces/shop/\(resource)","verb":"\(verb)",\
            "user":{"username":"\(user)","groups":["g"]},"sourceIPs":["203.0.113.9","10.0.0.1"],"userAgent":"kubectl/v1",\
            "objectRef":{"resource":"\(resource)","namespace":"shop","name":"x"\(extra)},"responseStatus":{"code":\(code)},\
            "requestReceivedTimestamp":"2026-11-24T00:00:0\(id)Z"\(body)}
            """
    }
    static let pod =
        #"{"kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"a","securityContext":{"privileged":true}}]}}"#

    static func deployments(_ events: String...) -> [ContainerDeployment] {
        readings(of: KubernetesAuditDialect(), events).deployments
    }

    @Test func `a created pod says who asked, from where and for what`() throws {
        let found = Self.deployments(Self.event(request: Self.pod))
        let one = try #require(found.first)
        #expect(found.count == 1)
        #expect(one.actor.userName == "alice")
        #expect(one.actor.sourceIP == "10.0.0.1")
        #expect(one.event.outcome == .success)
        #expect(one.event.action == .podCreate)
        #expect(one.event.id == "1")
        #expect(one.event.timestamp?.description == "2026-11-24T00:00:01.000000Z")
        #expect(one.security.privileged == true)
        #expect(one.visibility == .full)
    }

    @Test(
        arguments: [
            ("2026-11-24T00:43:32.809577Z", "2026-11-24T00:43:32.809577Z"),
            ("2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999999Z"),
            ("2026-11-24T00:43:32.809577123Z", "2026-11-24T00:43:32.809577Z"),
            ("2026-11-24T02:43:32+02:00", "2026-11-24T00:43:32.000000Z"), ("2026-13-24T00:43:32.809577Z", nil),
            ("yesterday", nil),
        ] as [(String, String?)]
    )
    func `times are read to the microsecond`(text: String, time: String?) {
        let event = Self.event(request: Self.pod).replacing("2026-11-24T00:00:01Z", with: text)
        #expect(Self.deployments(event).map(\.event.timestamp?.description) == [time])
    }

    @Test func `stages of one request are one deployment`() {
        #expect(
            Self.deployments(
                Self.event(stage: "RequestReceived", code: 0, request: Self.pod),
                Self.event(request: Self.pod)
            ).count == 1
        )
        let pending = Self.deployments(Self.event(stage: "RequestReceived", code: 0, request: Self.pod))
        #expect(pending.map(\.event.outcome) == [.unknown])
    }

    @Test func `a repeated audit id hides nothing`() {
        let other = Self.event(user: "mallory", request: Self.pod)
        #expect(Self.deployments(Self.event(request: Self.pod), other).map(\.actor.userName) == ["alice", "mallory"])
    }

    @Test func `level Metadata leaves the body unknown and says so`() {
        let found = Self.deployments(Self.event())
        #expect(found.map(\.visibility) == [.auditLevelMetadata])
        #expect(found.map(\.security.privileged) == [nil])
    }

    @Test func `a refused attempt is a deployment that failed`() {
        #expect(Self.deployments(Self.event(code: 403, request: Self.pod)).map(\.event.outcome) == [.failure])
    }

    @Test func `an update that leaves the containers alone deploys nothing`() {
        let found = Self.deployments(
            Self.event(request: Self.pod),
            Self.event("update", id: "2", code: 200, request: Self.pod),
            Self.event("update", id: "3", code: 200, request: Self.pod.replacing("\"a\"", with: "\"b\""))
        )
        #expect(found.map(\.container.imageText) == ["a", "b"])
    }

    @Test(
        arguments: [
            (
                #"{"spec":{"template":{"spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}}}}"#,
                true
            ),
            (
                #"[{"op":"add","path":"/spec/template/spec/containers/0/securityContext","value":{"privileged":true}}]"#,
                true
            ),
            (#"[{"op":"replace","path":"/metadata/labels/a","value":"b"}]"#, nil),
            (#"{"metadata":{"labels":{"a":"b"}}}"#, nil),
            (#"{"spec":{"replicas":3}}"#, nil),
        ] as [(String, Bool?)]
    )
    func `a patch is what it adds or changes`(patch: String, isPrivileged: Bool?) {
        let found = Self.deployments(Self.event("patch", "deployments", code: 200, request: patch))
        #expect(found.map(\.security.privileged) == (isPrivileged.map { [$0] } ?? []))
        #expect(found.allSatisfy { $0.visibility == .changesOnly })
    }

    @Test func `a patch of the pod's own fields is told without a container`() {
        let found = Self.deployments(
            Self.event("patch", "deployments", code: 200, request: #"{"spec":{"template":{"spec":{"hostPID":true}}}}"#)
        )
        #expect(found.map(\.host.namespaces) == [[.pid]])
    }

    @Test func `an exec by websocket tells its command`() {
        let event = Self.event("get", code: 101, extra: #","subresource":"exec""#)
            .replacing("/pods\"", with: "/pods/x/exec?command=sh&command=-c&command=echo%20a%2Bb&container=c\"")
        let found = Self.deployments(event)
        #expect(found.map(\.process.args) == [["sh", "-c", "echo a+b"]])
        #expect(found.map(\.event.action) == [.podExec])
        #expect(found.map(\.container.name) == ["c"])
    }

    @Test func `a pod that a controller makes of a known workload is joined to it`() {
        let set =
            #"{"kind":"DaemonSet","metadata":{"name":"x"},"spec":{"template":{"spec":{"containers":[{"name":"c","image":"a"}]}}}}"#
        let owned = Self.pod.replacing(
            #""metadata":{"name":"x""#,
            with: #""metadata":{"name":"x-1","ownerReferences":[{"kind":"DaemonSet","name":"x","controller":true}]"#
        )
        let controller = "system:serviceaccount:kube-system:daemon-set-controller"
        #expect(
            Self.deployments(
                Self.event("create", "daemonsets", request: set),
                Self.event(id: "2", user: controller, request: owned)
            ).map(\.actor.userName) == ["alice"]
        )
        // The same claim by anybody else is not believed.
        #expect(
            Self.deployments(
                Self.event("create", "daemonsets", request: set),
                Self.event(id: "2", user: "mallory", request: owned)
            ).map(\.actor.userName) == ["alice", "mallory"]
        )
        let orphan = Self.deployments(Self.event(user: controller, request: owned))
        #expect(orphan.map(\.placement.parentType) == ["daemonset"])
    }

    @Test func `a line in an envelope is read`() {
        let line = "2026-11-24T00:00:00.0Z stdout F " + Self.event(request: Self.pod)
        #expect(Self.deployments(line).count == 1)
    }

    @Test func `an event list is its events`() {
        let list =
            #"{"kind":"EventList","items":["# + Self.event(request: Self.pod) + ","
            + Self.event(id: "2", request: Self.pod) + "]}"
        #expect(Self.deployments(list).count == 2)
    }

    @Test func `a broken line costs itself alone and is told with its place`() {
        let reading = readings(
            of: KubernetesAuditDialect(),
            [Self.event(request: Self.pod), "{\"kind\":\"Event\",,}", Self.event(id: "2", request: Self.pod)]
        )
        #expect(reading.deployments.count == 2)
        #expect(reading.problems.count == 1)
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the recorded corpora beside the project"))
    func `recorded requests that deploy are told at their actor's door, and nothing else is`() throws {
        let labels = try SharedData.objects("kubernetes/audit-labels.jsonl")
        let lines = try SharedData.lines("kubernetes/audit.jsonl")
        let found = readings(of: KubernetesAuditDialect(), lines).deployments
        let roles = Dictionary(labels.map { ($0["auditID"] as? String ?? "", $0["role"] as? String ?? "") }) { a, b in
            a == "primary" ? a : b
        }
        let wrong = found.filter { roles[$0.event.id] == "background" }
        #expect(wrong.map { "\($0.event.action) \($0.placement.resourceType ?? "") \($0.actor.userName ?? "")" } == [])
        let consequences = found.filter { roles[$0.event.id] == "consequence" }
        // One pod got a container that its owner's template does not have: a rogue webhook's.
        #expect(
            consequences.map {
                "\($0.event.action.rawValue) \($0.placement.resourceName ?? "") \($0.container.name ?? "")"
            } == ["pod-create inj-2-685bfb98c6-w4kkx proxy"]
        )
        // Every primary create, exec, attach or ephemeral container is there.
        let told = Set(found.map(\.event.id))
        var missing: [String] = []
        for (label, line) in zip(labels, lines) where label["role"] as? String == "primary" {
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let reference = event["objectRef"] as? [String: Any] ?? [:]
            let resource = reference["resource"] as? String ?? ""
            let sub = reference["subresource"] as? String ?? ""
            let deploys = [
                "pods", "deployments", "daemonsets", "statefulsets", "replicasets", "jobs", "cronjobs", "podtemplates",
                "notebooks", "tfjobs", "experiments", "rayclusters", "replicationcontrollers", "workflows", "rollouts",
                "tasks", "cronworkflows",
            ]
            let isCreate =
                event["verb"] as? String == "create" && deploys.contains(resource)
                && ["", "exec", "attach", "binding"].contains(sub)
            let isOther = ["exec", "attach", "ephemeralcontainers"].contains(sub)
            if isCreate || isOther, !told.contains(label["auditID"] as? String ?? "") {
                missing.append("\(event["verb"] ?? "") \(resource)/\(sub) \(label["op"] ?? "")")
            }
        }
        #expect(missing == [])
    }
}
