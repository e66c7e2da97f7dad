import Deployments
import Dialects
import Testing

@Suite struct KubernetesPatchTests {
    typealias Audit = KubernetesAuditTests

    static let answer = #"""
        {"kind":"Deployment","metadata":{"name":"x"},"spec":{"template":{"spec":{"volumes":[{"name":"h","hostPath":{"path":"/etc"}}],\#
        "initContainers":[{"name":"i","image":"i:1"}],"containers":[{"name":"a","image":"a:1","securityContext":{"privileged":true}},\#
        {"name":"b","image":"b:1","volumeMounts":[{"name":"h","mountPath":"/h"}]},{"name":"c","image":"c:1"}]}}}}
        """#

    static func patch(_ patch: String, answer: String? = nil, code: Int = 200, resource: String = "deployments")
        -> [ContainerDeployment]
    {
        var event = Audit.event("patch", resource, code: code, request: patch)
        if let answer { event.replace(",\"requestObject\"", with: ",\"responseObject\":\(answer),\"requestObject\"") }
        return Audit.deployments(event)
    }

    @Test(
        arguments: [
            (
                #"[{"op":"add","path":"/spec/template/spec/containers/0/securityContext/privileged","value":true}]"#,
                ["a"]
            ),
            (#"[{"op":"add","path":"/spec/template/spec/containers/-","value":{"name":"c","image":"c:1"}}]"#, ["c"]),
            (#"[{"op":"replace","path":"/spec/template/spec/containers/1/image","value":"b:1"}]"#, ["b"]),
            (#"[{"op":"remove","path":"/spec/template/spec/containers/0/securityContext/runAsNonRoot"}]"#, ["a"]),
            (#"[{"op":"remove","path":"/spec/template/spec/containers/1"}]"#, []),
            (#"[{"op":"add","path":"/spec/template/spec/hostPID","value":true}]"#, ["a", "b", "c", "i"]),
            (#"[{"op":"replace","path":"/spec/template","value":{}}]"#, ["a", "b", "c", "i"]),
            (#"[{"op":"copy","from":"/x","path":"/spec/template/spec/initContainers/0"}]"#, ["i"]),
            (#"[{"op":"add","path":"/metadata/annotations/a.b~1c","value":"x"}]"#, []),
            (#"[{"op":"test","path":"/spec/template/spec/containers/0/image","value":"a:1"}]"#, []),
            (#"{"spec":{"template":{"spec":{"containers":[{"name":"b","image":"b:1"}]}}}}"#, ["b"]),
            (#"{"spec":{"template":{"spec":{"containers":[{"name":"z","$patch":"delete"}]}}}}"#, []),
            (
                #"{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"a"}],"initContainers":[{"name":"i","image":"i:1"}]}}}}"#,
                ["i"]
            ),
            (#"{"spec":{"template":{"spec":{"serviceAccountName":"root"}}}}"#, ["a", "b", "c", "i"]),
            (#"{"spec":{"template":{"metadata":{"annotations":{"restartedAt":"now"}}}}}"#, []),
        ] as [(String, [String])]
    )
    func `where the answer shows the object, what is touched is told whole`(patch: String, names: [String]) {
        let found = Self.patch(patch, answer: Self.answer)
        #expect(found.compactMap(\.container.name).sorted() == names)
        #expect(found.allSatisfy { $0.visibility == .full && $0.container.imageText != nil })
        // As text it is the same.
        let text = Self.patch(AuditEnvelopes.quoted(patch), answer: Self.answer)
        #expect(text.compactMap(\.container.name).sorted() == names)
    }

    @Test func `operations that belong together are read together where there is no answer`() throws {
        let found = Self.patch(
            #"""
            [{"op":"add","path":"/metadata/labels/app.kubernetes.io~1name","value":"x"},
            {"op":"add","path":"/spec/template/spec/volumes/-","value":{"name":"h","hostPath":{"path":"/"}}},
            {"op":"add","path":"/spec/template/spec/containers/0/volumeMounts/-","value":{"name":"h","mountPath":"/h"}},
            {"op":"add","path":"/spec/template/spec/containers/0/securityContext/privileged","value":true}]
            """#.replacing("\n", with: "")
        )
        let one = try #require(found.first)
        #expect(found.count == 1)
        #expect(one.host.mounts.map(\.source.path) == ["/"])
        #expect(one.security.privileged == true)
        #expect(one.container.imageText == nil)
        #expect(one.visibility == .changesOnly)
    }

    @Test func `no number of harmless operations hides the last`() {
        let noise = (0..<5_000).map { #"{"op":"add","path":"/metadata/labels/a\#($0)","value":"b"},"# }.joined()
        let found = Self.patch(
            "[\(noise)" + #"{"op":"add","path":"/spec/template/spec/containers/-","value":{"name":"m","image":"m"}}]"#
        )
        #expect(found.map(\.container.name) == ["m"])
    }

    @Test func `keys written twice in a patch are told`() throws {
        let found = Self.patch(
            #"{"spec":{"template":{"spec":{"containers":[{"name":"b","image":"good","image":"bad"}]}}}}"#
        )
        #expect(found.map(\.defects) == [[.duplicateKeys]])
        #expect(found.map(\.container.imageText) == ["bad"])
    }

    @Test func `server-side apply creates by patch`() {
        let found = Self.patch(Self.answer, code: 201)
        #expect(found.map(\.event.action) == Array(repeating: .workloadCreate, count: 4))
        #expect(found.allSatisfy { $0.visibility == .full })
    }

    @Test func `a patch that leaves everything as it was tells nothing`() {
        let create = Audit.event("create", "deployments", request: Self.answer)
            .replacing(",\"requestObject\"", with: ",\"responseObject\":\(Self.answer),\"requestObject\"")
        let apply = Audit.event("patch", "deployments", id: "2", code: 200, request: Self.answer)
            .replacing(",\"requestObject\"", with: ",\"responseObject\":\(Self.answer),\"requestObject\"")
        #expect(Audit.deployments(create, apply).count == 4)
        let changed = apply.replacing("b:1", with: "b:2")
        #expect(Audit.deployments(create, changed).map(\.container.imageText).suffix(1) == ["b:2"])
        #expect(Audit.deployments(create, changed).count == 5)
    }

    @Test func `what was refused or only tried does not count as standing`() {
        let privileged = Audit.pod
        for (code, query) in [(403, ""), (200, "?dryRun=All")] {
            let tried = Audit.event("update", id: "2", code: code, request: privileged)
                .replacing("/pods\"", with: "/pods/x\(query)\"")
            let done = Audit.event("update", id: "3", code: 200, request: privileged)
            #expect(Audit.deployments(tried, done).map(\.event.id) == ["2", "3"])
        }
    }

    @Test func `only the ephemeral containers of an update are new`() {
        let pod =
            #"{"kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"name":"c","image":"a"}],"ephemeralContainers":[{"name":"d","image":"b","targetContainerName":"c"}]}}"#
        let found = Audit.deployments(
            Audit.event("update", code: 200, extra: #","subresource":"ephemeralcontainers""#, request: pod)
        )
        #expect(found.map(\.container.name) == ["d"])
        #expect(found.map(\.container.role) == [.ephemeral])
        #expect(found.map(\.container.joins) == [["c"]])
        #expect(found.map(\.event.action) == [.podUpdate])
    }
}
