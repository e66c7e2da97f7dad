@testable import Posture
import Testing

/// Ways from outside through gateways of the Gateway API; and that fixes pass.
@Suite struct GatewayRouteTests {
    private typealias E = SegmentationEvidence
    private typealias Case = CheckCase

    private static let route = E.object(
        "HTTPRoute",
        "r",
        [
            "hostnames": ["d.test"], "parentRefs": [["name": "public", "namespace": "gateway"]],
            "rules": [["backendRefs": [["name": "dashboard", "port": 443]]]],
        ]
    )
    private static let secureRoute = route.setting(
        [["name": "public", "namespace": "gateway", "sectionName": "https"]],
        at: ["spec", "parentRefs"]
    )

    /// A gateway of some implementation, with a listener in plain text and one by TLS.
    private static func gateway(_ controller: String) -> [Document] {
        [
            [
                "apiVersion": "gateway.networking.k8s.io/v1", "kind": "GatewayClass", "metadata": ["name": "c"],
                "spec": ["controllerName": .text(controller)],
            ],
            [
                "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
                "metadata": ["name": "public", "namespace": "gateway"],
                "spec": [
                    "gatewayClassName": "c",
                    "listeners": [
                        ["name": "http", "port": 80, "protocol": "HTTP"],
                        ["name": "https", "port": 443, "protocol": "HTTPS", "hostname": "*.test"],
                    ],
                ],
            ],
        ]
    }

    private static let envoy = gateway("gateway.envoyproxy.io/gatewayclass-controller")

    private static func security(_ kind: String, _ name: String, in namespace: String, _ spec: Document) -> Document {
        let target: Document = ["group": "gateway.networking.k8s.io", "kind": .text(kind), "name": .text(name)]
        return E.object("SecurityPolicy", "s", spec.setting([target], at: ["targetRefs"]), in: namespace)
    }

    private static let cases = [
        Case("a gateway in plain text, nobody asked", .outsideRoutes, E.cluster([route] + envoy), .fail),
        Case("a gateway by TLS, nobody asked", .outsideRoutes, E.cluster([secureRoute] + envoy), .fail),
        Case(
            "a policy on the route",
            .outsideRoutes,
            E.cluster([secureRoute, security("HTTPRoute", "r", in: "kd", ["oidc": [:]])] + envoy),
            .pass
        ),
        Case(
            "a policy on the gateway",
            .outsideRoutes,
            E.cluster([secureRoute, security("Gateway", "public", in: "gateway", ["extAuth": [:]])] + envoy),
            .pass
        ),
        Case(
            "a policy on the route, in plain text",
            .outsideRoutes,
            E.cluster([route, security("HTTPRoute", "r", in: "kd", ["oidc": [:]])] + envoy),
            .fail
        ),
        Case(
            "a policy that asks nobody",
            .outsideRoutes,
            E.cluster([secureRoute, security("HTTPRoute", "r", in: "kd", ["cors": [:]])] + envoy),
            .fail
        ),
        Case(
            "a policy on another route",
            .outsideRoutes,
            E.cluster([secureRoute, security("HTTPRoute", "q", in: "kd", ["oidc": [:]])] + envoy),
            .fail
        ),
        Case(
            "an implementation that is not known",
            .outsideRoutes,
            E.cluster([secureRoute] + gateway("example.com/gateway")),
            .warn
        ),
        Case(
            "Traefik's middleware on a rule",
            .outsideRoutes,
            E.cluster(
                [
                    secureRoute.setting(
                        [
                            [
                                "backendRefs": [["name": "dashboard"]],
                                "filters": [
                                    [
                                        "type": "ExtensionRef",
                                        "extensionRef": ["group": "traefik.io", "kind": "Middleware", "name": "auth"],
                                    ]
                                ],
                            ]
                        ],
                        at: ["spec", "rules"]
                    ), E.object("Middleware", "auth", ["forwardAuth": ["address": "http://gw"]]),
                ] + gateway("traefik.io/gateway-controller")
            ),
            .pass
        ),
        Case(
            "a stream that a gateway hands on",
            .outsideRoutes,
            E.cluster([
                E.object("TLSRoute", "t", ["rules": [["backendRefs": [["name": "dashboard", "port": 443]]]]])
            ]),
            .fail
        ),
    ]

    @Test(arguments: cases)
    func `each way gets its outcome`(_ one: CheckCase) { one.expectOutcomes() }

    /// What has no object to ask for a login by: people put something before it.
    private static let unfixable: Set = ["an implementation that is not known", "a stream that a gateway hands on"]

    @Test(arguments: cases.filter { $0.hasFault && !unfixable.contains($0.name) })
    func `what a fix writes passes`(_ one: CheckCase) { one.expectFixed() }

    @Test func `a gateway without TLS gets a listener, and the route moves there`() throws {
        var evidence = E.cluster(
            [Self.route, Self.security("HTTPRoute", "r", in: "kd", ["oidc": [:]])]
                + Self.envoy.map {
                    $0.setting([["name": "http", "port": 80, "protocol": "HTTP"]], at: ["spec", "listeners"])
                }
        )
        evidence = evidence.applying(Check.outsideRoutes.fixes(on: evidence))
        #expect(Check.outsideRoutes.results(on: evidence).map(\.outcome) == [.pass])
        let listeners = evidence.cluster.value?.objects("Gateway").value?.first?.document.at("spec", "listeners")
        #expect(listeners?.elements.map { $0["protocol"]?.text } == ["HTTP", "HTTPS"])
    }
}
