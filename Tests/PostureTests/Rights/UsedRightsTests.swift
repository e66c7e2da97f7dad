@testable import Posture
import Testing

/// What an audit log tells of who used which rights, and the least roles that allow it.
@Suite struct UsedRightsTests {
    private static func event(
        _ user: String,
        _ verb: String,
        _ reference: String?,
        uri: String = "/api",
        decision: String = "allow",
        impersonated: String? = nil,
        code: Int = 200
    ) -> String {
        let place = reference.map { #","objectRef":{\#($0)}"# } ?? ""
        let other = impersonated.map { #","impersonatedUser":{\#($0)}"# } ?? ""
        return #"{"kind":"Event","stage":"ResponseComplete","verb":"\#(verb)","requestURI":"\#(uri)","#
            + #""user":{"username":"\#(user)"},"responseStatus":{"code":\#(code)}\#(place)\#(other),"#
            + #""annotations":{"authorization.k8s.io/decision":"\#(decision)"}}"#
    }

    private static func used(_ lines: String...) -> UsedRights {
        var used = UsedRights()
        used.read(Array(lines.joined(separator: "\n").utf8))
        return used
    }

    private static let bob = Subject(.user, "bob")
    private static let pod = #""resource":"pods","namespace":"shop","name":"web""#

    @Test(arguments: [
        // What is created, listed or watched has no name that a role could tell.
        ("create", pod, ResourceAttributes(verb: "create", resource: "pods", namespace: "shop")),
        ("list", pod, ResourceAttributes(verb: "list", resource: "pods", namespace: "shop")),
        ("watch", pod, ResourceAttributes(verb: "watch", resource: "pods", namespace: "shop")),
        ("deletecollection", pod, ResourceAttributes(verb: "deletecollection", resource: "pods", namespace: "shop")),
        ("get", pod, ResourceAttributes(verb: "get", resource: "pods", name: "web", namespace: "shop")),
        (
            "create", #"\#(pod),"subresource":"exec""#,
            ResourceAttributes(verb: "create", resource: "pods", subresource: "exec", name: "web", namespace: "shop")
        ),
        (
            "get", #""resource":"nodes","name":"n","subresource":"proxy""#,
            ResourceAttributes(verb: "get", resource: "nodes", subresource: "proxy", name: "n")
        ),
    ])
    func `a request is what the authorizer was asked`(_ verb: String, _ place: String, _ asked: ResourceAttributes) {
        #expect(Self.used(Self.event("bob", verb, place)).requests == [Self.bob: [.resource(asked)]])
    }

    @Test func `paths that are no object's are asked for without their query`() {
        let used = Self.used(Self.event("bob", "get", nil, uri: "/healthz?verbose"))
        #expect(used.requests == [Self.bob: [.nonResource(NonResourceAttributes(verb: "get", path: "/healthz"))]])
    }

    @Test func `what was refused, not decided, or no event counts for nothing`() {
        let used = Self.used(
            Self.event("bob", "get", Self.pod, decision: "forbid"),
            #"{"kind":"Event","stage":"RequestReceived","verb":"get","user":{"username":"bob"}}"#,
            #"{"some":"thing"}"#,
            "no JSON"
        )
        #expect(used.requests == [:])
        #expect(used.events == 0)
        #expect(used.unread == 2)
    }

    @Test func `a patch that made the object also created it`() {
        let used = Self.used(Self.event("bob", "patch", Self.pod, code: 201))
        let create = AccessRequest.resource(ResourceAttributes(verb: "create", resource: "pods", namespace: "shop"))
        #expect(used.isUsed(create, by: Self.bob))
        #expect(used.requests[Self.bob]?.count == 2)
    }

    @Test func `who acts for another uses the right to, and the other what was asked for`() {
        let other =
            #""username":"system:serviceaccount:shop:ci","groups":["system:serviceaccounts","system:serviceaccounts:shop","system:authenticated","ops"]"#
        let used = Self.used(Self.event("bob", "get", Self.pod, impersonated: other))
        #expect(
            used.requests == [
                Subject(.serviceAccount, "ci", namespace: "shop"): [
                    .resource(ResourceAttributes(verb: "get", resource: "pods", name: "web", namespace: "shop"))
                ],
                Self.bob: [
                    .resource(
                        ResourceAttributes(
                            verb: "impersonate",
                            resource: "serviceaccounts",
                            name: "ci",
                            namespace: "shop"
                        )
                    ),
                    .resource(ResourceAttributes(verb: "impersonate", resource: "groups", name: "ops")),
                ],
            ]
        )
    }

    @Test func `a star that a client wrote gives nothing`() {
        let used = Self.used(
            Self.event("bob", "get", #""resource":"*""#),
            Self.event("bob", "*", Self.pod),
            Self.event("bob", "get", nil, uri: "/healthz/*")
        )
        #expect(used.requests == [:])
        #expect(used.events == 3)
    }

    @Test func `events are read from lists, too`() {
        let used = Self.used(#"{"kind":"EventList","items":[\#(Self.event("bob", "get", Self.pod))]}"#)
        #expect(used.events == 1)
    }

    @Test
    func `a subject's least rights are a role in each namespace and one of the cluster's, as few rules as can be`()
        throws
    {
        let deployments = #""resource":"deployments","apiGroup":"apps","namespace":"shop","name":"web""#
        let used = Self.used(
            Self.event("bob", "create", Self.pod),
            Self.event("bob", "list", Self.pod),
            Self.event("bob", "create", #""resource":"services","namespace":"shop","name":"web""#),
            Self.event("bob", "list", #""resource":"services","namespace":"shop""#),
            Self.event("bob", "get", deployments),
            Self.event("bob", "patch", deployments),
            Self.event("bob", "get", deployments.replacing("web", with: "api")),
            Self.event("bob", "list", #""resource":"nodes""#),
            Self.event("bob", "get", nil, uri: "/version")
        )
        let least = try #require(used.leastRights(of: Self.bob))
        #expect(
            least.manifests.map(\.yaml).joined(separator: "---\n") == """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: "used:user:bob"
                rules:
                - apiGroups:
                  - ""
                  resources:
                  - nodes
                  verbs:
                  - list
                - nonResourceURLs:
                  - /version
                  verbs:
                  - get
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata:
                  name: "used:user:bob"
                  namespace: shop
                rules:
                - apiGroups:
                  - ""
                  resources:
                  - pods
                  - services
                  verbs:
                  - create
                  - list
                - apiGroups:
                  - apps
                  resources:
                  - deployments
                  resourceNames:
                  - api
                  - web
                  verbs:
                  - get
                - apiGroups:
                  - apps
                  resources:
                  - deployments
                  resourceNames:
                  - web
                  verbs:
                  - patch
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata:
                  name: "used:user:bob"
                roleRef:
                  apiGroup: rbac.authorization.k8s.io
                  kind: ClusterRole
                  name: "used:user:bob"
                subjects:
                - kind: User
                  apiGroup: rbac.authorization.k8s.io
                  name: bob
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata:
                  name: "used:user:bob"
                  namespace: shop
                roleRef:
                  apiGroup: rbac.authorization.k8s.io
                  kind: Role
                  name: "used:user:bob"
                subjects:
                - kind: User
                  apiGroup: rbac.authorization.k8s.io
                  name: bob

                """
        )
    }

    @Test func `beyond its bounds a role is for all names, and for all namespaces`() throws {
        let events = (0..<4).map { number in
            Self.event("bob", "get", #""resource":"pods","namespace":"n\#(number % 3)","name":"p\#(number)""#)
        }
        var used = UsedRights()
        used.read(Array(events.joined(separator: "\n").utf8))
        let named = try #require(used.leastRights(of: Self.bob, within: .init(names: 1, namespaces: 3)))
        #expect(named.roles.map(\.namespace) == ["n0", "n1", "n2"])
        #expect(named.roles.map { $0.rules.map(\.resourceNames) } == [[[]], [["p1"]], [["p2"]]])
        let wide = try #require(used.leastRights(of: Self.bob, within: .init(names: 4, namespaces: 2)))
        #expect(wide.roles.map(\.reference.kind) == [.clusterRole])
        #expect(wide.roles[0].rules.map(\.resourceNames) == [["p0", "p1", "p2", "p3"]])
    }

    @Test(arguments: [
        (Subject(.user, "bob"), "used:user:bob"),
        (Subject(.serviceAccount, "ci", namespace: "shop"), "used:serviceaccount:shop:ci"),
        (Subject(.user, "https://id.example.test#7"), "used:user:https:--id.example.test-7-1bz6kq6x6h8ch"),
    ])
    func `a role is named for its subject as the API takes it`(_ subject: Subject, _ name: String) {
        let given = LeastRights.name(of: subject)
        #expect(!given.contains("/") && !given.contains("%"))
        #expect(given.hasPrefix(String(name.prefix(20))))
        #expect(LeastRights.name(of: Subject(.user, "a/b")) != LeastRights.name(of: Subject(.user, "a-b")))
    }
}
