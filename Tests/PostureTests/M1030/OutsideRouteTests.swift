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

    private static let cases = ingressCases + meshCases + controllerCases

    @Test(arguments: cases)
    func `each way gets its outcome`(_ one: CheckCase) { one.expectOutcomes() }

    /// What has no object to ask for a login by: people put something before it.
    private static let unfixable: Set = [
        "OpenShift", "OpenShift, by TLS", "Gateway API",
    ]

    @Test(
        arguments: cases.filter { $0.hasFault && !unfixable.contains($0.name) }
    )
    func `what a fix writes passes`(_ one: CheckCase) { one.expectFixed() }

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
