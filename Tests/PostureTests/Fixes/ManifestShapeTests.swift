import Foundation
@testable import Posture
import Testing

/// The manifests of all fixes on the recorded cluster, held to the shapes that an API server takes with strict validation: no
/// field that it does not know, none missing that it demands.
///
/// Source: the OpenAPI definitions of Kubernetes 1.31 and Istio 1.22, for the kinds that fixes write; what is a whole object of
/// the cluster's own has that cluster's shape, and is held to its head alone.
@Suite(.enabled(if: !RecordedCase.all.isEmpty, "needs ../shared/data: manifests of fixes are NOT held to shapes"))
struct ManifestShapeTests {
    private indirect enum Shape: Sendable {
        case text
        case number
        case any
        case list(Shape)
        case map(Shape)
        /// Fields by name; a name that ends in `!` is demanded.
        case object([String: Shape])
    }

    private static let texts = Shape.list(.text)
    private static let selector = Shape.object([
        "matchLabels": .map(.text),
        "matchExpressions": .list(.object(["key!": .text, "operator!": .text, "values": texts])),
    ])
    private static let peers = Shape.list(
        .object([
            "podSelector": selector, "namespaceSelector": selector,
            "ipBlock": .object(["cidr!": .text, "except": texts]),
        ])
    )
    private static let ports = Shape.list(.object(["port": .any, "endPort": .number, "protocol": .text]))
    private static let rule = Shape.object([
        "apiGroups": texts, "resources": texts, "verbs!": texts, "resourceNames": texts, "nonResourceURLs": texts,
    ])
    private static let role: [String: Shape] = ["rules": .list(rule), "aggregationRule": .any]
    private static let binding: [String: Shape] = [
        "roleRef!": .object(["apiGroup!": .text, "kind!": .text, "name!": .text]),
        "subjects": .list(.object(["kind!": .text, "name!": .text, "namespace": .text, "apiGroup": .text])),
    ]

    private static let shapes: [String: (apiVersion: String, fields: [String: Shape])] = [
        "NetworkPolicy": (
            "networking.k8s.io/v1",
            [
                "spec!": .object([
                    "podSelector!": selector, "policyTypes": texts,
                    "ingress": .list(.object(["from": peers, "ports": ports])),
                    "egress": .list(.object(["to": peers, "ports": ports])),
                ])
            ]
        ),
        "Role": ("rbac.authorization.k8s.io/v1", role), "ClusterRole": ("rbac.authorization.k8s.io/v1", role),
        "RoleBinding": ("rbac.authorization.k8s.io/v1", binding),
        "ClusterRoleBinding": ("rbac.authorization.k8s.io/v1", binding),
        "AuthorizationPolicy": (
            "security.istio.io/v1",
            [
                "spec!": .object([
                    "selector": .object(["matchLabels": .map(.text)]), "action": .text, "rules": .list(.any),
                ])
            ]
        ),
        "PeerAuthentication": (
            "security.istio.io/v1",
            ["spec!": .object(["selector": .any, "mtls": .object(["mode!": .text]), "portLevelMtls": .any])]
        ),
    ]

    private static let metadata: Shape = .object([
        "name!": .text, "namespace": .text, "labels": .map(.text), "annotations": .map(.text), "ownerReferences": .any,
        "finalizers": .any, "generateName": .text,
    ])

    /// What is wrong with a document, each with its place.
    private static func faults(_ document: Document, _ shape: Shape, at place: String) -> [String] {
        switch (shape, document) {
        case (.any, _), (.text, .text), (.number, .integer): return []
        case (.list(let element), .list(let elements)):
            return elements.enumerated().flatMap { faults($1, element, at: "\(place)[\($0)]") }
        case (.map(let value), .object(let members)):
            return members.flatMap { faults($0.value, value, at: "\(place).\($0.name)") }
        case (.object(let fields), .object(let members)):
            let known = Dictionary(
                uniqueKeysWithValues: fields.map { ($0.hasSuffix("!") ? String($0.dropLast()) : $0, $1) }
            )
            let missing = fields.keys.filter { name in
                name.hasSuffix("!") && !members.contains { $0.name == name.dropLast() }
            }
            return missing.map { "\(place).\($0.dropLast()) is missing" }
                + members.flatMap { member -> [String] in
                    guard let field = known[member.name] else { return ["\(place).\(member.name) is unknown"] }
                    return faults(member.value, field, at: "\(place).\(member.name)")
                }
        default: return ["\(place) is of another kind"]
        }
    }

    @Test func `every manifest of a fix is one that an API server takes`() throws {
        var cluster = try RecordedCluster.all()
        for kind in ["AuthorizationPolicy", "PeerAuthentication"] { cluster.add([], of: kind) }
        var evidence = Evidence()
        evidence.cluster = .known(cluster)
        // What is in a mesh is limited by the mesh's policies.
        let meshed = evidence.applying(
            .manifest([
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": ["name": "kubeflow", "labels": ["istio-injection": "enabled"]],
            ])
        )
        var kinds: [String: Int] = [:]
        for check in Check.all {
            for case .manifest(let document) in [evidence, meshed].flatMap({ check.fixes(on: $0) }).flatMap(\.changes) {
                let kind = document["kind"]?.text ?? ""
                kinds[kind, default: 0] += 1
                let words = "\(check.id): \(kind) \(document.at("metadata", "name")?.text ?? "")"
                let apiVersion = document["apiVersion"]?.text ?? ""
                #expect(apiVersion != "", "\(words)")
                #expect(Self.faults(document["metadata"] ?? .null, Self.metadata, at: "metadata") == [], "\(words)")
                guard let shape = Self.shapes[kind] else { continue }
                #expect(apiVersion == shape.apiVersion, "\(words)")
                var fields = shape.fields
                for name in ["apiVersion", "kind", "metadata"] { fields[name] = .any }
                #expect(Self.faults(document, .object(fields), at: "") == [], "\(words)")
                // What is written as YAML reads as what was meant.
                #expect(try Document.documents(yaml: document.yaml) == [document], "\(words)")
            }
        }
        for kind in [
            "NetworkPolicy", "ClusterRole", "ClusterRoleBinding", "RoleBinding", "AuthorizationPolicy", "Service",
        ] {
            #expect((kinds[kind] ?? 0) > 0, "no fix writes a \(kind): \(kinds)")
        }
    }
}
