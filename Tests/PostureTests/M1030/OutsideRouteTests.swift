@testable import Posture
import Testing

/// Ways from outside to management applications, whatever opens them; and that fixes pass.
@Suite struct OutsideRouteTests {
    private typealias E = SegmentationEvidence
    private typealias Case = CheckCase

    private static func ingress(_ annotations: Document, tls: Bool) -> Document {
        let spec: Document = [
            "rules": [
                [
                    "host": "d.test",
                    "http": ["paths": [["backend": ["service": ["name": "dashboard", "port": ["number": 443]]]]]],
                ]
            ]
        ]
        let whole = tls ? spec.setting([["hosts": ["*.test"], "secretName": "s"]], at: ["tls"]) : spec
        return E.object("Ingress", "i", whole).setting(annotations, at: ["metadata", "annotations"])
    }

    private static let login: Document = ["nginx.ingress.kubernetes.io/auth-url": "https://gw.test/auth"]
    private static let virtual = E.object(
        "VirtualService",
        "v",
        [
            "hosts": ["d.test"], "gateways": ["istio-system/public"],
            "http": [["route": [["destination": ["host": "dashboard.kd.svc.cluster.local"]]]]],
        ]
    )

    private static let ingressCases = [
        Case("none", .outsideRoutes, E.cluster(), .notApplicable),
        Case("neither login nor TLS", .outsideRoutes, E.cluster([ingress([:], tls: false)]), .fail),
        Case("TLS alone", .outsideRoutes, E.cluster([ingress([:], tls: true)]), .fail),
        Case("a login alone", .outsideRoutes, E.cluster([ingress(login, tls: false)]), .fail),
        Case("both", .outsideRoutes, E.cluster([ingress(login, tls: true)]), .pass),
        Case(
            "a certificate that need not be shown",
            .outsideRoutes,
            E.cluster([
                ingress(
                    [
                        "nginx.ingress.kubernetes.io/auth-tls-secret": "kd/ca",
                        "nginx.ingress.kubernetes.io/auth-tls-verify-client": "optional",
                    ],
                    tls: true
                )
            ]),
            .warn
        ),
        Case(
            "a plug-in that is not seen",
            .outsideRoutes,
            E.cluster([ingress(["konghq.com/plugins": "oidc"], tls: true)]),
            .warn
        ),
        Case(
            "Traefik's forwardAuth",
            .outsideRoutes,
            E.cluster([
                ingress(["traefik.ingress.kubernetes.io/router.middlewares": "kd-auth@kubernetescrd"], tls: true),
                E.object("Middleware", "auth", ["forwardAuth": ["address": "http://gw"]]),
            ]),
            .pass
        ),
        Case(
            "Traefik's headers alone",
            .outsideRoutes,
            E.cluster([
                ingress(["traefik.ingress.kubernetes.io/router.middlewares": "kd-h@kubernetescrd"], tls: true),
                E.object("Middleware", "h", ["headers": [:]]),
            ]),
            .fail
        ),
        Case(
            "to another Service",
            .outsideRoutes,
            E.cluster([E.object("Ingress", "i", ["defaultBackend": ["service": ["name": "web"]]])]),
            .notApplicable
        ),
        Case("Istio without a login", .outsideRoutes, E.cluster([virtual]), .fail),
        Case(
            "Istio that asks another",
            .outsideRoutes,
            E.cluster([
                virtual, E.object("AuthorizationPolicy", "a", ["action": "CUSTOM", "provider": ["name": "gw"]]),
            ]),
            .pass
        ),
        Case(
            "Gateway API",
            .outsideRoutes,
            E.cluster([E.object("HTTPRoute", "r", ["rules": [["backendRefs": [["name": "dashboard", "port": 443]]]]])]),
            .warn
        ),
    ]

    // MARK: Istio's gateways

    private static func istio(_ servers: Document) -> Document {
        [
            "apiVersion": "networking.istio.io/v1", "kind": "Gateway",
            "metadata": ["name": "public", "namespace": "istio-system"], "spec": ["servers": servers],
        ]
    }

    private static func server(_ port: Int64, _ name: String, _ hosts: Document, tls: Document? = nil) -> Document {
        let server: Document = [
            "port": ["number": .integer(port), "protocol": .text(name), "name": "s"], "hosts": hosts,
        ]
        return tls.map { server.setting($0, at: ["tls"]) } ?? server
    }

    private static let custom = E.object("AuthorizationPolicy", "a", ["action": "CUSTOM", "provider": ["name": "gw"]])
    private static let terminated = server(443, "HTTPS", ["*"], tls: ["mode": "SIMPLE", "credentialName": "c"])

    private static let meshCases = [
        Case(
            "Istio's gateway in plain text",
            .outsideRoutes,
            E.cluster([virtual, custom, istio([server(80, "HTTP", ["*"])])]),
            .fail
        ),
        Case(
            "Istio's gateway that redirects",
            .outsideRoutes,
            E.cluster([
                virtual, custom, istio([server(80, "HTTP", ["*"], tls: ["httpsRedirect": true]), terminated]),
            ]),
            .pass
        ),
        Case(
            "Istio's gateway that is plain for another host",
            .outsideRoutes,
            E.cluster([virtual, custom, istio([server(80, "HTTP", ["shop.test", "kd/*.other.test"]), terminated])]),
            .pass
        ),
        Case(
            "Istio's gateway that is plain for its domain",
            .outsideRoutes,
            E.cluster([virtual, custom, istio([server(80, "HTTP", ["kd/*.test"]), terminated])]),
            .fail
        ),
    ]

    // MARK: Gateway API

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

    private static let gatewayCases = [
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

    // MARK: Traefik and OpenShift

    private static func traefik(_ spec: Document, middlewares: Document = []) -> Document {
        let rule: Document = [
            "match": "Host(`d.test`) && PathPrefix(`/`)", "services": [["name": "dashboard", "port": 443]],
            "middlewares": middlewares,
        ]
        return E.object("IngressRoute", "t", spec.setting([rule], at: ["routes"]))
    }

    private static let auth = E.object("Middleware", "auth", ["forwardAuth": ["address": "http://gw"]])

    private static let controllerCases = [
        Case("Traefik, in plain text", .outsideRoutes, E.cluster([traefik(["entryPoints": ["web"]])]), .fail),
        Case("Traefik, by TLS", .outsideRoutes, E.cluster([traefik(["tls": [:]])]), .fail),
        Case(
            "Traefik, by TLS, with a login",
            .outsideRoutes,
            E.cluster([traefik(["tls": [:]], middlewares: [["name": "auth"]]), auth]),
            .pass
        ),
        Case(
            "Traefik, at its entry point for TLS, with a login",
            .outsideRoutes,
            E.cluster([
                traefik(["entryPoints": ["websecure"]], middlewares: [["name": "auth", "namespace": "kd"]]), auth,
            ]),
            .pass
        ),
        Case(
            "Traefik, with a login of another namespace's",
            .outsideRoutes,
            E.cluster([traefik(["tls": [:]], middlewares: [["name": "auth", "namespace": "other"]]), auth]),
            .warn
        ),
        Case("OpenShift", .outsideRoutes, E.cluster([openShift(nil)]), .fail),
        Case("OpenShift, by TLS", .outsideRoutes, E.cluster([openShift(["termination": "reencrypt"])]), .fail),
        Case(
            "another Route",
            .outsideRoutes,
            E.cluster([
                openShift(nil).setting("serving.knative.dev/v1", at: ["apiVersion"])
            ]),
            .notApplicable
        ),
    ]

    private static func openShift(_ tls: Document?) -> Document {
        let route = E.object("Route", "o", ["host": "d.test", "to": ["kind": "Service", "name": "dashboard"]])
        return tls.map { route.setting($0, at: ["spec", "tls"]) } ?? route
    }

    private static let cases = ingressCases + meshCases + gatewayCases + controllerCases

    @Test(arguments: cases)
    func `each way gets its outcome`(_ one: CheckCase) {
        let results = one.check.results(on: one.evidence)
        #expect(results.map(\.outcome) == one.outcomes, "\(results)")
    }

    /// What has no object to ask for a login by: people put something before it.
    private static let unfixable: Set = [
        "an implementation that is not known", "a stream that a gateway hands on", "OpenShift", "OpenShift, by TLS",
        "Gateway API",
    ]

    @Test(
        arguments: cases.filter { one in
            one.outcomes.contains { [.fail, .warn].contains($0) } && !unfixable.contains(one.name)
        }
    )
    func `what a fix writes passes`(_ one: CheckCase) {
        let fixes = one.check.fixes(on: one.evidence)
        let results = one.check.results(on: one.evidence.applying(fixes))
        #expect(results.map(\.outcome) == [.pass], "\(results)\n\(fixes)")
    }

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

    @Test func `kinds that may not be listed leave it unknown, and a fault a fault`() {
        func missing(_ kind: String, _ objects: [Document]) -> Evidence {
            var evidence = E.cluster(objects)
            evidence.cluster = evidence.cluster.map {
                var cluster = $0; cluster.miss(kind, "forbidden"); return cluster
            }
            return evidence
        }
        let both = Self.ingress(Self.login, tls: true)
        #expect(Check.outsideRoutes.results(on: missing("Ingress", [])).map(\.outcome) == [.unknown])
        #expect(Check.outsideRoutes.results(on: missing("HTTPRoute", [both])).map(\.outcome) == [.pass, .unknown])
        let neither = Self.ingress([:], tls: false)
        #expect(Check.outsideRoutes.results(on: missing("HTTPRoute", [neither])).map(\.outcome) == [.fail])
    }
}
